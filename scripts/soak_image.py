"""Let the image run for hours on the emulated chip: python scripts/soak_image.py HOURS [FOLDER].

The fullest box there is (five devices, contacts) at one poll a second. Each virtual hour is one
line in FOLDER/soak.jsonl, and the flash is kept there; a run that is started again goes on with
the hours that are missing, from a power-on with that flash. Ends with 1 where the box restarted,
or where the heap in use or the largest free block moved more than tests/image/soak.py allows.
Needs the image (make firmware BOARD=PHASEWARD_RP2040).
"""

import json
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from image.full_site import PARAMETERS, FullSite
from image.image_rig import commissioned, with_flash
from image.soak import SLACK_BYTES, hour

from phaseward_sim.emulator.image import Image


def main(arguments: list[str]) -> int:
    hours = int(arguments[0])
    folder = Path(arguments[1]) if len(arguments) > 1 else ROOT / "build" / "soak"
    folder.mkdir(parents=True, exist_ok=True)
    told, flash, image = folder / "soak.jsonl", folder / "flash.bin", Image()
    rows = [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []
    stretch = len(rows)
    with tempfile.TemporaryDirectory() as work:
        site = FullSite()
        rig = (with_flash(Path(work), image, flash, site) if rows
               else commissioned(Path(work), image, site, **PARAMETERS))
        with rig:
            while len(rows) < hours:
                began_s = time.monotonic()
                rows.append(hour(rig))
                rig.box.chip.ask(save=str(flash))
                told.write_text("".join(json.dumps(row) + "\n" for row in rows))
                print(f"hour {len(rows)} of {hours}: {rows[-1]} "
                      f"({3600 / (time.monotonic() - began_s):.0f} x real time)", flush=True)
    return 0 if flat(rows[stretch:]) and not any(row["restarts"] for row in rows) else 1


def flat(rows) -> bool:
    """Whether heap and largest free block stayed where they were in this stretch."""
    return all(max(row[what] for row in rows) - min(row[what] for row in rows) <= SLACK_BYTES
               for what in ("used", "largest")) if rows else True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
