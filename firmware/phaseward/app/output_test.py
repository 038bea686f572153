"""A technician's test of an output: a load's contact goes to its blocking position for a while.

A test can only hold back, never release, so it cannot raise a load against a block; at its end
the contact follows the decisions again.
"""

from ..platform.ticks import ticks_add, ticks_diff

LONGEST_S = 300


class OutputTest:
    """One test at a time. `outputs` as in `outputs.py`."""

    def __init__(self, app):
        self._app = app
        self._output = None
        self._until_ms = 0

    def start(self, load, seconds):
        """Begins; returns the output's name. `load` 1..4. ValueError says why not."""
        if not 1 <= seconds <= LONGEST_S:
            raise ValueError("a test lasts 1..%d s, not %d" % (LONGEST_S, seconds))
        if self._app.control is None:
            raise ValueError("safe mode: outputs stay in their safe state")
        if self._output is not None:
            raise ValueError("%s is being tested" % self._output.name)
        output = self._find(load)
        if self._app.box.decision.blocked[load - 1]:
            raise ValueError("load %d is held back already, a test would show nothing" % load)
        self._output = output
        output.held = 1
        self._until_ms = ticks_add(self._app.clock.ticks_ms(), 1000 * seconds)
        return output.name

    def tick(self):
        """Ends a test whose time is over. Called about once a second; allocates nothing."""
        if self._output is None:
            return
        if ticks_diff(self._until_ms, self._app.clock.ticks_ms()) <= 0:
            self._output.held = 0
            self._output = None

    def running(self):
        """Name of the output under test, or None."""
        return self._output.name if self._output is not None else None

    def _find(self, load):
        for output in self._app.outputs.pins:
            if output.load == load - 1:
                return output
        raise ValueError("load %d has no relay and no SG-Ready contacts" % load)
