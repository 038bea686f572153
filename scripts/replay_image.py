"""Replay every recorded trace through the image: python scripts/replay_image.py [STEPS].

Compares each decision of the emulated RP2040 with CPython's. Needs the image
(make firmware BOARD=PHASEWARD_RP2040). Ends with 1 at the first difference.
"""

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from image import replay_rig

from phaseward_sim.emulator.image import Image

sys.path[:0] = [str(path.parent) for path in replay_rig.PLAYERS]


def replay(image, path, steps) -> int:
    """Steps compared. Raises SystemExit at a difference."""
    with tempfile.TemporaryDirectory() as name:
        folder, lines = Path(name), replay_rig.part(path, steps)
        expected = replay_rig.decided_here(folder, lines)
        done = 0
        for other in replay_rig.decided_on_image(image, folder, lines):
            if other != expected[done]:
                raise SystemExit(f"{path.name} step {done}: image {other}, here {expected[done]}")
            done += 1
    if done != len(expected):
        raise SystemExit(f"{path.name}: {done} decisions, {len(expected)} expected")
    return done


def main(arguments: list[str]) -> None:
    steps = int(arguments[0]) if arguments else None
    image = Image()
    for path in replay_rig.TRACES:
        began_s = time.monotonic()
        done = replay(image, path, steps)
        print(f"{path.name}: {done} decisions the same ({time.monotonic() - began_s:.0f} s)",
              flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
