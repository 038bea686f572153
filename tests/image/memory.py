"""What the application needs of the board's RAM."""

from pathlib import Path

from image import slot_rig
from image.full_site import PARAMETERS, FullSite
from image.image_rig import commissioned

PROBE = Path(__file__).resolve().parent / "probes" / "heap.py"
RELAY = {"l1_kind": 2, "io_l1_act": 1}
SETTLED_S = 8


def needed(image, folder, world, typed=(), **changed):
    """Bytes of heap that the application holds after a collection, beyond the bare base's.

    typed : lines for its console before that
    """
    return _needed(commissioned(folder, image, world, extra={"boot.py": PROBE.read_text()},
                                **changed), typed)


def _needed(made, typed=()):
    with made as rig:
        rig.run(SETTLED_S - 2 if typed else SETTLED_S)
        for line in typed:
            rig.ask(line)
        before = len(rig.lines)
        rig.run(SETTLED_S if typed else 0)
        told = [line for _, line in rig.lines[before if typed else 0:]
                if line.startswith("heap base")]
        words = told[-1 if typed else 0].split()
        return int(words[4]) - int(words[2])


def needed_in_slot(image, folder, world, **changed):
    """The same where the application is executed in place from a slot, on trial."""
    package = slot_rig.package(image, folder, "0.2.0")
    made = slot_rig.box_with(folder, image, world, [package],
                             extra={"boot.py": PROBE.read_text()}, **changed)
    return _needed(made, ("status",))


def needed_by_relay(image, folder):
    """One relay, a meter, nobody at the console."""
    return needed(image, folder, None, **RELAY)


def needed_with_person(image, folder):
    """The same after a person and a tool have asked it something."""
    return needed(image, folder, None, ("status", ">0001 hello*0000"), **RELAY)


def needed_by_five(image, folder):
    """A meter, three chargers, a power stage, and SG-Ready contacts."""
    return needed(image, folder, FullSite(), **PARAMETERS)


def needed_by_five_with_person(image, folder):
    return needed(image, folder, FullSite(), ("status", ">0001 hello*0000"), **PARAMETERS)


def needed_in_slot_by_relay(image, folder):
    return needed_in_slot(image, folder, None, **RELAY)


def needed_in_slot_by_five(image, folder):
    return needed_in_slot(image, folder, FullSite(), **PARAMETERS)
