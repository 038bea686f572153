"""A folder's files as a littlefs image, and back: what a box finds in its flash at the first boot.

The unix MicroPython does it, with the littlefs that the board has too. Failure: EmulatorError with
what it wrote.
"""

import subprocess
from pathlib import Path

from phaseward_sim.loop.micropython import find_micropython

from .node_packages import EmulatorError

_SCRIPT = Path(__file__).resolve().parent / "littlefs_image.py"


def pack(folder: Path, image: Path, size_bytes: int) -> None:
    """Write all files below `folder` into a fresh file system image of `size_bytes`."""
    _run("pack", folder, image, size_bytes)


def unpack(image: Path, at: int, size_bytes: int, folder: Path) -> None:
    """Copy the files of the file system at byte `at` of a flash image into `folder`."""
    part = image.with_suffix(".files")
    part.write_bytes(image.read_bytes()[at : at + size_bytes])
    folder.mkdir(parents=True, exist_ok=True)
    _run("unpack", folder, part, size_bytes)


def _run(what: str, folder: Path, image: Path, size_bytes: int) -> None:
    command = [find_micropython(), "-X", "heapsize=8m", str(_SCRIPT)]
    command += [what, str(folder), str(image), str(size_bytes)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise EmulatorError(f"littlefs image: {done.stderr.strip() or done.stdout.strip()}")
