"""Cuts the power at every flash operation of a course of steps, and has the result judged.

A step is a function of the storage folder alone, as after a boot. It is first run through, to
count its program and erase operations; then once for each of them and each kind of tear, from the
same flash contents; after each cut the box is switched on again and `judge` looks at a copy.
"""

from flash import TEARS
from power import Power, formatted


class Drill:
    """`modules`: those under test, which on CPython get the simulated file system.

    `rom`: blocks of flash that are executed in place. `cuts`: cut points tried so far.
    """

    def __init__(self, modules, blocks=48, rom=0):
        self._modules = modules
        self.flash = formatted(blocks, rom)
        self.cuts = 0

    def prepare(self, action):
        """Runs an action whose cuts are not of interest; returns what it returns."""
        with Power(self.flash, self._modules) as folder:
            return action(folder)

    def step(self, action, judge, again=True):
        """Cuts `action` at each of its operations, then lets it pass.

        judge : called with (folder, completed); `completed` is True where no cut came
        again : whether `action` is then repeated, and must succeed, after each cut
        """
        for index in range(self._count(action)):
            for tear in TEARS:
                self._cut(action, index, tear, judge, again)
        self.prepare(action)
        with Power(self.flash.copy(), self._modules) as folder:
            judge(folder, True)

    def _count(self, action):
        flash = self.flash.copy()
        with Power(flash, self._modules) as folder:
            before = flash.operations
            action(folder)
            return flash.operations - before

    def _cut(self, action, index, tear, judge, again):
        flash = self.flash.copy()
        with Power(flash, self._modules) as folder:
            flash.cut_after(index, tear)
            action(folder)
        if not flash.dead:
            raise AssertionError("the power was not cut at operation %d" % index)
        self.cuts += 1
        revived = flash.copy()
        with Power(revived, self._modules) as folder:
            judge(folder, False)
            if again:
                action(folder)
                judge(folder, True)
