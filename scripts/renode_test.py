"""Run the image's Renode suite where Renode is installed: python scripts/renode_test.py [FOLDER].

Needs on PATH `renode-test` of Renode 1.15.3 and, in RENODE_MODELS, a checkout of the RP2040
models matgla/Renode_RP2040 at commit 0d45da4; neither is part of this project. Without them the
suite is SKIPPED, which is not passed: exit status 0, or 1 where REQUIRE_RENODE=1. Results go to
FOLDER, else build/renode.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from phaseward_sim.emulator.image import Image

ROOT = Path(__file__).resolve().parents[1]
SUITE = ROOT / "renode" / "phaseward.robot"
BOARD = "PHASEWARD_RP2040_SERIAL"
IMAGE = ROOT / "build" / "firmware" / BOARD / "firmware.elf"
BOOT_ROM = Path("bootroms/rp2040/b2.elf")
FLASH_AT = 0x10000000  # where the RP2040 sees its flash
# A heat pump locked by a relay; released when the voltage has been seen for a minute.
PARAMETERS = {"l1_kind": 3, "io_l1_act": 1, "bl_reconnect_s": 0}


def main(arguments: list[str]) -> int:
    missing = what_is_missing()
    if missing:
        required = os.environ.get("REQUIRE_RENODE") == "1"
        print(f"renode-test: {'FAILED' if required else 'SKIPPED'}: {missing}")
        return 1 if required else 0
    results = Path(arguments[0]) if arguments else ROOT / "build" / "renode"
    models = Path(os.environ["RENODE_MODELS"]).resolve()
    storage = results / "storage.bin"
    image = Image(BOARD)
    write_storage(storage, image.storage_bytes)
    given = {"MODELS": models, "BIN": IMAGE, "STORAGE": storage.resolve(),
             "STORAGE_AT": storage_address(image)}
    told = [word for name, value in given.items() for word in ("--variable", f"{name}:{value}")]
    command = ["renode-test", "-r", str(results), *told, str(SUITE)]
    return subprocess.run(command, check=False).returncode


def storage_address(image: Image) -> str:
    """Where the box looks for its file system, as Renode's monitor reads it."""
    return f"{FLASH_AT + image.storage_at:#x}"


def write_storage(path: Path, size_bytes: int) -> None:
    """The file system of a box whose technician has saved PARAMETERS."""
    from phaseward_sim.emulator.storage import pack
    from phaseward_sim.loop.unix_rung import commission

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        commission(Path(folder), PARAMETERS)
        pack(Path(folder), path, size_bytes)


def what_is_missing() -> str:
    """Why the suite cannot run here; empty where it can."""
    if shutil.which("renode-test") is None:
        return "no renode-test on PATH (Renode 1.15.3)"
    models = os.environ.get("RENODE_MODELS", "")
    if not models or not (Path(models) / BOOT_ROM).is_file():
        return ("RENODE_MODELS names no checkout of matgla/Renode_RP2040 (commit 0d45da4): "
                f"{models or 'not set'}")
    if not IMAGE.is_file():
        return f"no image: make firmware BOARD={BOARD}"
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
