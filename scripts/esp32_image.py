"""Build the image of an ESP32 board, where Espressif's ESP-IDF is.

ESP-IDF is the user's own: it has a licence and an installer of its own. What is needed is told by
`missing()`; the build itself is MicroPython's, with our board folder and manifest.
"""

import os
import shutil
import subprocess
from pathlib import Path

from source_package import SetupError, reason

VERSIONS = "5.2, 5.2.2, 5.3 or 5.4"  # that MicroPython 1.25 names in ports/esp32/README.md
KEPT = ("firmware.bin", "bootloader/bootloader.bin", "partition_table/partition-table.bin")
_FILLED = "lib/berkeley-db-1.xx/README"  # of a submodule that the distribution's package lacks


def missing() -> list[str]:
    """What keeps an image from being built here, each with what to do; empty where nothing."""
    found = []
    if not os.environ.get("IDF_PATH"):
        found.append(f"ESP-IDF: install version {VERSIONS}, then `. $IDF_PATH/export.sh`")
    elif not shutil.which("idf.py"):
        found.append("idf.py on PATH: `. $IDF_PATH/export.sh`")
    given = os.environ.get("MICROPYTHON_DIR")
    if not given:
        found.append("MICROPYTHON_DIR: a checkout of MicroPython 1.25 with the submodules of its "
                     "esp32 port (`make -C ports/esp32 submodules`)")
    elif not (Path(given) / _FILLED).exists():
        found.append(f"submodules in {given}: `make -C ports/esp32 submodules` there")
    return found


def build(tree: Path, board: Path, work: Path) -> list[Path]:
    """Builds in `work`; the files to be flashed, the application first. Raises SetupError."""
    _make(tree / "mpy-cross", [])
    _make(tree / "ports/esp32", [f"BOARD={board.name}", f"BOARD_DIR={board}", f"BUILD={work}",
                                 f"FROZEN_MANIFEST={board / 'manifest.py'}"])
    found = [work / name for name in ("micropython.bin", *KEPT) if (work / name).exists()]
    if not found:
        raise SetupError(f"MicroPython's build left no image in {work}")
    return found


def _make(folder: Path, settings: list[str]) -> None:
    """The caller's environment stays: it is ESP-IDF's."""
    command = ["make", f"-j{os.cpu_count()}", "-C", str(folder), *settings]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SetupError(f"make failed in {folder}: {reason(done.stderr or done.stdout)}")
