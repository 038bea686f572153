"""An application is updated over the console of the emulated chip, and executed in place.

The package is this application with another version number. Its bytecode stays in flash, so that
it fits the heap of an RP2040 beside what it needs to run. Most of an image has arrived before a
test begins, as the whole takes minutes on the emulator: `tests/update` cuts and resumes all of it.
"""

import pytest
from image import memory, slot_rig
from image.full_site import PARAMETERS, FullSite
from image.image_rig import with_flash
from image.slot_rig import box_with, connect, told, version

from phaseward.update.rom import BLOCK
from phaseward.update.trial import HEALTHY_CYCLES
from phaseward_sim.emulator.heap import Heap
from phaseward_tools.link import NoAnswer
from phaseward_tools.link.updating import send

pytestmark = pytest.mark.slow

RELAY = {"l1_kind": 2, "io_l1_act": 1}
BOOT_S = 6
COMMIT_S = HEALTHY_CYCLES + 4
FAILS_AT_START = (("phaseward/core/box.py", "self.uptime_s: int = 0", "self.up = 1 // 0"),)
FREE_BYTES = 48_000  # of heap at least, for the console, a scan, an update
LARGEST_BYTES = 32_000
# Flash operations from the first page of the last block on: its 16 pages and mark, the record of
# the trial, the restart's log, the first boot's count of the try.
CUTS = (1, 9, 17, 19, 22, 26, 34)


@pytest.fixture(scope="module")
def packages(image, tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    made = {v: slot_rig.package(image, folder, v) for v in ("0.2.0", "0.3.0")}
    made["broken"] = slot_rig.package(image, folder, "0.4.0", FAILS_AT_START)
    return made


def all_but(package, blocks):
    """The package, and how much of it has arrived."""
    return package, (len(package[1]) // BLOCK + 1 - blocks) * BLOCK


def sent(rig, package):
    """The box that has got it over the console, and is to be restarted into it."""
    box, stream = connect(rig)
    send(box.client, *package, pause=stream.wait)
    return box


def update(rig, package):
    """Sends it and lets the box restart into it."""
    box = sent(rig, package)
    assert timeouts(rig) == 0
    box.restart()


def timeouts(rig):
    """Of the meter since the box started; no other error has come."""
    words = rig.ask("bus")[0].split()
    found = dict(zip(words[2:-1:2], words[3::2], strict=False))
    assert (found["crc"], found["exception"], found["other"]) == ("0", "0", "0"), words
    return int(found["timeout"])


def test_an_update_over_the_console_is_executed_in_place_and_committed(
        image, packages, tmp_path):
    """The meter is read each second meanwhile, and no byte of it is lost."""
    with box_with(tmp_path, image, part=all_but(packages["0.2.0"], 3), **RELAY) as rig:
        rig.run(3)
        assert version(rig) == slot_rig.OWN_VERSION
        update(rig, packages["0.2.0"])
        rig.run(BOOT_S)
        assert version(rig) == "0.2.0" and "on trial, try 1" in told(rig)
        before = timeouts(rig)
        assert before <= 1  # the first poll, while the rest of the application is imported
        rig.run(COMMIT_S)
        assert told(rig) == "application in a; last update: committed after healthy control cycles"
        assert timeouts(rig) == before
        assert rig.box.chip.last["overruns"] == 0
        assert [why for _, why in rig.box.restarts] == ["reset asked for"]


def test_the_next_update_goes_into_the_other_slot_and_a_cut_anywhere_leaves_one_of_both(
        image, packages, tmp_path):
    """0.2.0 runs from slot a while 0.3.0 is written to b, and power fails."""
    seen = []
    for cut in CUTS:
        folder = tmp_path / str(cut)
        folder.mkdir()
        flash = folder / "flash.bin"
        with box_with(folder, image, packages=[packages["0.2.0"]],
                      part=all_but(packages["0.3.0"], 1), **RELAY) as rig:
            rig.run(BOOT_S)
            rig.box.request(cut_at=cut)
            _until_cut(rig, packages["0.3.0"])
            rig.box.chip.ask(save=str(flash))
        with with_flash(folder, image, flash) as again:
            again.run(BOOT_S)
            assert " safe=0 " in again.reported("boot")[0][1]
            seen.append(version(again))
    assert seen == sorted(seen) and set(seen) == {"0.2.0", "0.3.0"}


def _until_cut(rig, package):
    """The update goes on, into its trial, until the power fails."""
    try:
        sent(rig, package).restart()
        rig.run(BOOT_S)
    except NoAnswer:
        pass
    assert rig.box.chip.last["stopped"] == "power cut"


def test_an_application_that_fails_its_trial_is_taken_back(image, packages, tmp_path):
    """0.2.0 is in slot a; what was tried in b fails at its start, three times."""
    with box_with(tmp_path, image, packages=[packages["0.2.0"], packages["broken"]],
                  **RELAY) as rig:
        rig.run(4 * BOOT_S)
        assert version(rig) == "0.2.0"
        assert told(rig) == "application in a; last update: taken back: it did not become healthy"
        assert len(rig.box.restarts) == 3
        assert rig.reported("boot")[-1][1].split()[2] == "safe=0"


@pytest.mark.parametrize("world, changed", [(None, RELAY), (FullSite, PARAMETERS)],
                         ids=["one_relay", "five_devices"])
def test_an_application_in_a_slot_leaves_room_in_the_heap(
        image, packages, tmp_path, world, changed, record_property):
    probe = memory.PROBE.read_text()
    with box_with(tmp_path, image, world and world(), [packages["0.2.0"]],
                  extra={"boot.py": probe}, **changed) as rig:
        rig.run(15)
        heap = Heap(image, rig.box.chip)
        live = int([line for _, line in rig.lines if line.startswith("heap base")][-1].split()[-1])
        largest = heap.largest_free_bytes()
        record_property("live_bytes", live)
        print(f"heap: {live} of {heap.size_bytes} bytes live, {largest} in the largest free block")
        assert heap.size_bytes - live >= FREE_BYTES
        assert largest >= LARGEST_BYTES
        assert rig.reported("boot") and not rig.box.restarts
