"""Print what the firmware image does on the emulated RP2040: python scripts/bench_image.py.

One box with one relay reads its meter once a second for `SECONDS` of virtual time. Times are exact
in the emulator and approximate for silicon: see docs/IMAGE.md for what it leaves out.
Needs the image (make firmware BOARD=PHASEWARD_RP2040).
"""

import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from image import memory
from image.full_site import PARAMETERS, FullSite
from image.image_rig import commissioned, share_of_wire

from emulator_profile import shares
from phaseward_sim.emulator.heap import Heap
from phaseward_sim.emulator.image import Image

SECONDS = 60
SETTLED_S = 5
UNSWEPT_S = 40  # until then no garbage is collected
PAUSE_US = 5000  # that the profiles of the five devices ask for before a request
MEMORY = {
    "one relay": memory.needed_by_relay,
    "one relay, a person has asked": memory.needed_with_person,
    "five devices": memory.needed_by_five,
    "five devices, a person has asked": memory.needed_by_five_with_person,
    "one relay, executed in place from a slot": memory.needed_in_slot_by_relay,
    "five devices, executed in place from a slot": memory.needed_in_slot_by_five,
}


def figures(image, folder):
    """[(what, value)] of one run."""
    with commissioned(folder, image, **memory.RELAY) as rig:
        rig.run(SETTLED_S)
        heap = Heap(image, rig.box.chip)
        before, used, began_s = dict(rig.box.chip.last), heap.used_bytes(), time.monotonic()
        rig.run(UNSWEPT_S)
        more = heap.used_bytes() - used
        rig.run(SECONDS - UNSWEPT_S)
        wall_s = time.monotonic() - began_s
        after = rig.box.chip.last
        idle = (after["idle_us"] - before["idle_us"]) / (SECONDS * 1e6)
        return [
            ("flash used by the image", f"{image.path.stat().st_size} of {image.rom_at} B"),
            ("heap", f"{heap.size_bytes} B"),
            ("heap in use, garbage included", f"{used} B"),
            ("heap allocated per control cycle", f"{more / UNSWEPT_S:.1f} B"),
            ("power-on to !boot", f"{rig.reported('boot')[0][0] / 1000:.0f} ms"),
            ("meter's first answer to first decision", f"{_decision_us(rig) / 1000:.1f} ms"),
            ("last response byte to output edge", f"{_edge_us(rig) / 1000:.2f} ms"),
            ("driver released after the last stop bit", f"{_release_us(rig):.0f} us at most"),
            ("core busy", f"{100 * (1 - idle):.2f} %"),
            ("speed of the emulation", f"{SECONDS / wall_s:.1f} x real time"),
        ]


def share(image, folder, baud):
    """Achieved poll rate of five devices over what the wire allows."""
    changed = {"mb_baud": baud, "mb_poll_ms": 200, **PARAMETERS}
    with commissioned(folder, image, FullSite(baud), **changed) as rig:
        rig.run(4)
        first = len(rig.box.sent)
        rig.run(4)
        return share_of_wire(rig, first, PAUSE_US)


def more_figures(image, folder):
    """[(what, value)] of runs with other boxes."""
    for name, what in MEMORY.items():
        (folder / name).mkdir()
        yield f"heap needed, {name}", f"{what(image, folder / name)} B"
    for baud in (9600, 19200):
        rate = 100 * share(image, folder / str(baud), baud)
        yield f"poll rate of five devices, {baud} baud", f"{rate:.1f} % of what the wire allows"
    for what, share_pct in shares(image, folder / "profile"):
        yield f"of the emulation's time: {what}", f"{share_pct:.1f} %"


def _decision_us(rig):
    return rig.reported("limit")[0][0] - rig.box.heard[0][1]


def _edge_us(rig):
    edge_us = next(t_us for t_us, level in rig.edges("RELAY_L1") if level == 1)
    return edge_us - max(to_us for _, to_us, _ in rig.box.heard if to_us < edge_us)


def _release_us(rig):
    falls = [t_us for t_us, level in rig.edges("RS485_DE") if level == 0]
    return max(min(fall for fall in falls if fall > to_us) - to_us
               for _, to_us, _ in rig.box.sent)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder, image = Path(name), Image()
        for what, value in chain(figures(image, folder), more_figures(image, folder)):
            print(f"{what:42} {value}", flush=True)


if __name__ == "__main__":
    main()
