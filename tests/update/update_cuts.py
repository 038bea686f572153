"""Power cut at every flash operation of an update, on littlefs: one of the two always runs.

After each cut the boot selector must choose an application that is complete and signed; then the
sender begins again, and the box must end with the new one.
"""

from drill import Drill
from package import SEED, deliver, files, manifest, receiver, selection, trust

from phaseward.store import slots
from phaseward.update import places
from phaseward.update import receiver as receiving
from phaseward.update.places import SLOT_A, SLOT_B, manifest_in, problem
from phaseward.update.selection import MOST_TRIES, NONE
from phaseward.update.selector import choose
from phaseward.update.trial import HEALTHY_CYCLES, Trial
from phaseward_tools.signing import public_key

MODULES = (slots, places, receiving)
OLD, NEW = "0.2.0", "0.3.0"
CHUNK = 700
KEY = public_key(SEED)


def running(folder):
    """Version of the application that the selector chooses, checked to be whole and signed."""
    choice = choose(folder)
    assert choice.slot in (SLOT_A, SLOT_B), choice.notes
    assert problem(choice.folder, KEY) is None
    major, minor, patch = manifest_in(choice.folder, KEY).version
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
    """Manifest and chunks: the old application runs after each cut, and the sender can resume."""
    drill = Drill(MODULES)
    box_with_old(drill)
    stream = b"".join([contents for _, contents in files(NEW)])

    def judge(folder, completed):
        assert running(folder) == OLD
        if not completed:
            deliver(folder, NEW, 4096)
            assert running(folder) == NEW

    for start in range(0, len(stream), CHUNK):

        def receive(folder, start=start):
            box = receiver(folder)
            offset = box.begin(manifest(NEW))
            if offset < start + CHUNK:
                box.write(offset, stream[offset : start + CHUNK])

        drill.step(receive, judge, again=False)
    return drill.cuts


def cuts_of_the_swap():
    """From the last check over the first boot to the commit."""
    drill = Drill(MODULES)
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
    drill.step(choose, judge_trial, again=False)
    drill.step(commit, judge_trial, again=False)
    return drill.cuts


def cuts_of_taking_back():
    """A new application that never becomes healthy: each boot is cut at each operation."""
    drill = Drill(MODULES)
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
        drill.step(choose, judge, again=False)
        boots.append(drill.prepare(lambda folder: selection(folder).trial))
    assert boots == [SLOT_A] * MOST_TRIES + [NONE]
    return drill.cuts
