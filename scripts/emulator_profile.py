"""Where the emulation's time goes: Node's own profiler over a minute of one box's steady state."""

import json
from collections import Counter
from pathlib import Path

from image.image_rig import commissioned
from image.memory import RELAY

from phaseward_sim.emulator import chip

SECONDS = 60
CORE, LOOP = "the core's instructions", "the loop around them, clock and alarms"
REST = "peripherals"
EXCHANGE, COLLECTOR = "exchange with the grid, and waiting for it", "garbage collector"
_BY_FILE = {"cortex-m0-core.js": CORE, "machine.js": LOOP, "clock.js": LOOP,
            "serve.js": EXCHANGE, "": EXCHANGE}


def shares(image, folder: Path) -> list[tuple[str, float]]:
    """[(part, % of the process's time)], the largest first; start-up included."""
    folder.mkdir()
    chip.NODE[1:] = ["--cpu-prof", f"--cpu-prof-dir={folder / 'told'}"]
    try:
        with commissioned(folder, image, **RELAY) as rig:
            rig.run(SECONDS)
    finally:
        del chip.NODE[1:]
    (told,) = (folder / "told").iterdir()
    spent = _spent_us(json.loads(told.read_text()))
    return [(part, 100 * us / spent.total()) for part, us in spent.most_common()]


def _spent_us(profile) -> Counter:
    frames = {node["id"]: node["callFrame"] for node in profile["nodes"]}
    spent: Counter = Counter()
    for sample, us in zip(profile["samples"], profile["timeDeltas"], strict=True):
        spent[_part(frames[sample])] += us
    return spent


def _part(frame) -> str:
    if frame["functionName"] == "(garbage collector)":
        return COLLECTOR
    file = frame["url"].rpartition("/")[2]
    if frame["url"].startswith("node:"):
        return EXCHANGE
    return _BY_FILE.get(file, REST)
