"""Power cut at every flash operation of an update: one of the two always runs.

Slots are folders on littlefs, and halves of a flash that is executed in place. After each cut the
boot selector must choose an application that is complete and signed; then the sender begins again,
and the box must end with the new one.
"""

from drill import Drill
from package import SEED, boot, deliver, receiver, selection, sent, slots_of, trust

from phaseward.store import slots
from phaseward.update import folders, places
from phaseward.update.selection import MOST_TRIES, NONE, SLOT_A, SLOT_B
from phaseward.update.trial import HEALTHY_CYCLES, Trial
from phaseward_tools.signing import public_key

MODULES = (slots, places, folders)
OLD, NEW = "0.2.0", "0.3.0"
CHUNK = 700
ROM_BLOCKS = 22  # two halves: a manifest and up to ten blocks each
ROM_CHUNK = 4096
KEY = public_key(SEED)


def running(folder):
    """Version of the application that the selector chooses, checked to be whole and signed."""
    choice = boot(folder)
    assert choice.slot in (SLOT_A, SLOT_B), choice.notes
    assert slots_of(folder).problem(choice.slot, KEY) is None
    major, minor, patch = slots_of(folder).manifest(choice.slot, KEY).version
    return f"{major}.{minor}.{patch}"


def commit(folder):
    trial = Trial(selection(folder))
    for _ in range(HEALTHY_CYCLES):
        trial.cycle(True)
    if trial.proven:
        trial.commit()


def box_with_old(drill):
    """The old application is confirmed in slot b; slot a holds what was there before."""

    def install(folder):
        trust(folder)
        for version in ("0.1.9", OLD):
            deliver(folder, version)
            running(folder)
            commit(folder)

    drill.prepare(install)
    chosen = drill.prepare(lambda folder: (running(folder), selection(folder).confirmed))
    assert chosen == (OLD, SLOT_B)


def cuts_of_receiving():
    return _receiving(Drill(MODULES), CHUNK)


def cuts_of_receiving_in_place():
    return _receiving(Drill(MODULES, rom=ROM_BLOCKS), ROM_CHUNK)


def cuts_of_the_swap():
    return _swap(Drill(MODULES))


def cuts_of_the_swap_in_place():
    return _swap(Drill(MODULES, rom=ROM_BLOCKS))


def cuts_of_taking_back():
    return _taking_back(Drill(MODULES))


def cuts_of_taking_back_in_place():
    return _taking_back(Drill(MODULES, rom=ROM_BLOCKS))


def _receiving(drill, chunk):
    """Manifest and chunks: the old application runs after each cut, and the sender can resume."""
    box_with_old(drill)
    package, stream = drill.prepare(lambda folder: sent(NEW))

    def judge(folder, completed):
        assert running(folder) == OLD
        if not completed:
            deliver(folder, NEW, 4096)
            assert running(folder) == NEW

    for start in range(0, len(stream), chunk):

        def receive(folder, start=start):
            box = receiver(folder)
            offset = box.begin(package)
            if offset < start + chunk:
                box.write(offset, stream[offset : start + chunk])

        drill.step(receive, judge, again=False)
    return drill.cuts


def _swap(drill):
    """From the last check over the first boot to the commit."""
    box_with_old(drill)

    def swap(folder):
        deliver(folder, NEW)

    def judge_swap(folder, completed):
        assert running(folder) in ((NEW,) if completed else (OLD, NEW))

    def judge_trial(folder, completed):
        assert running(folder) == NEW
        commit(folder)
        assert running(folder) == NEW and selection(folder).trial == NONE

    drill.step(swap, judge_swap, again=False)
    drill.step(boot, judge_trial, again=False)
    drill.step(commit, judge_trial, again=False)
    return drill.cuts


def _taking_back(drill):
    """A new application that never becomes healthy: each boot is cut at each operation."""
    box_with_old(drill)
    drill.prepare(lambda folder: deliver(folder, NEW))
    boots = []

    def judge(folder, completed):
        """At most MOST_TRIES boots of the new one, then the old one for good."""
        versions = [running(folder) for _ in range(MOST_TRIES + 2)]
        assert versions.count(NEW) <= MOST_TRIES
        assert versions[-2:] == [OLD, OLD]
        assert selection(folder).confirmed == SLOT_B

    for _ in range(MOST_TRIES + 1):
        drill.step(boot, judge, again=False)
        boots.append(drill.prepare(lambda folder: selection(folder).trial))
    assert boots == [SLOT_A] * MOST_TRIES + [NONE]
    return drill.cuts
