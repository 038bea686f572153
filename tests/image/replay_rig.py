"""A recorded trace through the decision core that is frozen into the image, on the emulator.

The box's file system holds the trace, the player that the other two replays use, and a boot.py
that has it run in the application's place. Nothing of `phaseward` lies there: what is imported is
frozen.
"""

from pathlib import Path

from phaseward_sim.emulator.chip import Chip
from phaseward_sim.emulator.storage import pack

ROOT = Path(__file__).resolve().parents[2]
REPLAY = ROOT / "tests" / "core" / "replay"
PLAYERS = (REPLAY / "core_replay.py",
           ROOT / "sim" / "phaseward_sim" / "engine" / "replay.py")
TRACES = sorted(REPLAY.glob("*.trace"))
_SLICE_US = 5_000_000
_BOOT = """
import time
import phaseward.update.selector


def replay(folder, rom=None):
    time.sleep_ms(1000)  # till the host has opened the console
    import core_replay

    for line, recorded in core_replay.decisions("/box.trace"):
        print(line)
    print("end")
    while True:
        time.sleep(3600)


# USB begins to work after boot.py: main.py calls this first of all.
phaseward.update.selector.choose = replay
"""
_LONGEST_US = 3_600_000_000


def part(path, steps):
    """The lines of a trace up to so many steps; all of them where `steps` is None."""
    lines = path.read_text().splitlines()
    sampled = [number for number, line in enumerate(lines) if line.startswith("S,")]
    if steps is None or steps >= len(sampled):
        return lines
    return lines[: sampled[steps]]


def decided_on_image(image, folder, lines):
    """Yields the decision line of each step, as the chip prints it."""
    chip = _started(image, folder, lines)
    rest, to_us = "", 0
    try:
        while to_us < _LONGEST_US:
            to_us += _SLICE_US
            while chip.last["t_us"] < to_us:
                reply = chip.ask(to_us=to_us)
                rest += "".join(what[2] for what in reply["events"] if what[1] == "printed")
            *whole, rest = rest.split("\r\n")
            for line in whole:
                if line == "end":
                    return
                if not line.startswith("D,"):
                    raise AssertionError(f"the chip printed {line!r}")
                yield line
        raise AssertionError("the chip does not get to the end of the trace")
    finally:
        chip.close()


def decided_here(folder, lines):
    """The same on this Python."""
    from core_replay import decisions

    path = folder / "here.trace"
    path.write_text("\n".join(lines) + "\n")
    return [answer for answer, _ in decisions(path)]


def _started(image, folder, lines):
    files = folder / "files"
    files.mkdir(parents=True)
    (files / "boot.py").write_text(_BOOT)
    (files / "box.trace").write_text("\n".join(lines) + "\n")
    for player in PLAYERS:
        (files / player.name).write_text(player.read_text())
    storage = folder / "storage.bin"
    pack(files, storage, image.storage_bytes)
    return Chip(image, 1, folder, storage)
