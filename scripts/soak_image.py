"""Let the image run for hours on the emulated chip: python scripts/soak_image.py HOURS [FOLDER].

The fullest box there is (five devices, contacts) at one poll a second. Each stretch (`--minutes`,
60 of virtual time) is one line in FOLDER/soak.jsonl, and the flash is kept there; a run that is
started again goes on with the stretches that are missing, from a power-on with that flash. Ends
with 1 where the box restarted or lost bytes, where the heap in use or the largest free block moved
more than tests/image/soak.py allows, or where fewer than two stretches held a garbage collection,
which is what shows it. Needs the image (make firmware BOARD=PHASEWARD_RP2040).
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from image.full_site import PARAMETERS, FullSite
from image.image_rig import commissioned, with_flash
from image.soak import SLACK_BYTES, stretch

from phaseward_sim.emulator.image import Image


def main() -> int:
    wanted = arguments()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    told, flash = wanted.folder / "soak.jsonl", wanted.folder / "flash.bin"
    rows = [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []
    count, before = round(wanted.hours * 60 / wanted.minutes), len(rows)
    with tempfile.TemporaryDirectory() as work, rig_of(Path(work), flash, rows) as rig:
        while len(rows) < count:
            began_s = time.monotonic()
            rows.append(stretch(rig, 60 * wanted.minutes))
            rig.box.chip.ask(save=str(flash))
            told.write_text("".join(json.dumps(row) + "\n" for row in rows))
            speed = 60 * wanted.minutes / (time.monotonic() - began_s)
            print(f"stretch {len(rows)} of {count}: {rows[-1]} ({speed:.1f} x real time)",
                  flush=True)
    faults = sum(row["restarts"] + row["overruns"] for row in rows)
    print(f"restarts and lost bytes: {faults}; heap since the last power-on: "
          f"{heap_words(rows[before:])}")
    return 0 if not faults and heap_words(rows[before:]) == "flat" else 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("hours", type=float)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "build" / "soak")
    parser.add_argument("--minutes", type=int, default=60, help="length of a stretch")
    return parser.parse_args()


def rig_of(folder, flash, rows):
    """The box, new or with the flash of the stretches before."""
    image, site = Image(), FullSite()
    if rows:
        return with_flash(folder, image, flash, site)
    return commissioned(folder, image, site, **PARAMETERS)


def heap_words(rows) -> str:
    """Whether heap and largest free block stayed where they were, collection to collection."""
    rows = [row for row in rows if row["collections"]]
    if len(rows) < 2:
        return f"nothing shown, {len(rows)} stretches held a collection"
    moved = {what: max(row[what] for row in rows) - min(row[what] for row in rows)
             for what in ("used", "largest")}
    return "flat" if max(moved.values()) <= SLACK_BYTES else f"moved by {moved} bytes"


if __name__ == "__main__":
    sys.exit(main())
