"""Build a board's firmware image: python scripts/make_firmware.py BOARD [FOLDER].

The whole application is frozen into MicroPython's rp2 port. The image is the same bytes each time:
sources are pinned, and no date, path or order of a hash gets into it. Left in FOLDER (else
build/firmware/BOARD): firmware.bin, firmware.elf, firmware.uf2 (to be copied onto the board).
With MICROPYTHON_DIR set, that checkout of MicroPython is used as it is, submodules and all; what
it lacks is told (`own_checkout.py`).
Beside it is the same application as bytecode (FOLDER/mpy, `make_mpy.py`), for signed updates.
For an ESP32 there is always that bytecode, and the image where ESP-IDF is (`esp32_image.py`);
with REQUIRE_IDF=1 it is an error where it is not.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import compiler
import esp32_image
import make_mpy
import own_checkout
import rp2_sources
from source_package import SetupError, reason

ROOT = Path(__file__).resolve().parents[1]
BOARDS = ROOT / "boards"
SOURCES = ROOT / "build" / "micropython-rp2"
FROZEN = ROOT / "build" / "frozen"
TOOLS = {
    "arm-none-eabi-gcc": ("gcc-arm-none-eabi", "libnewlib-arm-none-eabi",
                          "libstdc++-arm-none-eabi-newlib"),
    "cmake": ("cmake",),
    "make": ("make",),
}
# MicroPython writes into the image what git says of its folder: not of this project, around it.
ENVIRONMENT = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1745000000",
               "GIT_CEILING_DIRECTORIES": str(ROOT / "build")}
FLASH_AT, FAMILY = "0x10000000", "0xe48bff56"  # of an RP2040, in UF2 files
KEPT = ("firmware.bin", "firmware.elf", "firmware.uf2")


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2):
        print("usage: make_firmware.py BOARD [FOLDER]; there are: " + ", ".join(boards()))
        return 2
    try:
        folder = Path(arguments[1]) if len(arguments) == 2 else None
        build(arguments[0], folder or ROOT / "build" / "firmware" / arguments[0])
    except SetupError as error:
        print(f"firmware: {error}", file=sys.stderr)
        return 1
    return 0


def boards() -> list[str]:
    """Boards that have an image."""
    return sorted(path.parent.name for path in BOARDS.glob("*/mpconfigboard.cmake"))


def port_of(board: str) -> str:
    """MicroPython's port: `esp32` where the board's settings are ESP-IDF's, else `rp2`."""
    text = (BOARDS / board / "mpconfigboard.cmake").read_text()
    return "esp32" if "SDKCONFIG_DEFAULTS" in text else "rp2"


def build(board: str, folder: Path) -> None:
    """Builds the image of `board` into `folder`. Raises SetupError."""
    if board not in boards():
        raise SetupError(f"no board {board!r}; there are: {', '.join(boards())}")
    if port_of(board) == "esp32":
        _build_esp32(board, folder)
    else:
        _build_rp2(board, folder)


def _build_esp32(board: str, folder: Path) -> None:
    made = folder / "mpy"
    make_mpy.make("esp32", made)
    print(f"{board}: bytecode for mip in {made}")
    lacking = esp32_image.missing()
    if lacking:
        needed = "".join(f"\n  - {text}" for text in lacking)
        if os.environ.get("REQUIRE_IDF") == "1":
            raise SetupError(f"no image of {board}; needed is{needed}")
        print(f"{board}: NO IMAGE was built; needed is{needed}")
        return
    tree = Path(os.environ["MICROPYTHON_DIR"]).resolve()
    own_checkout.look_at(tree, print)
    _freeze_profiles()
    print(f"firmware: building {board} (some minutes)", flush=True)
    for path in esp32_image.build(tree, BOARDS / board, (folder / "work").resolve()):
        shutil.copy(path, folder / path.name)
        print(f"{board}: {path.name} {path.stat().st_size} bytes")


def _build_rp2(board: str, folder: Path) -> None:
    see_to_tools()
    given = os.environ.get("MICROPYTHON_DIR")
    tree = Path(given).resolve() if given else rp2_sources.prepare(SOURCES)
    if given:
        own_checkout.look_at(tree, print)
    _freeze_profiles()
    print(f"firmware: building {board} (one to two minutes)", flush=True)
    _run(["make", "-C", str(tree / "mpy-cross"), *_jobs()], tree)
    work = folder / "work"
    _drop_if_other(work, board, tree)
    _run(_cmake(tree, board, work), tree)
    _run(["make", "-C", str(work), *_jobs()], tree)
    _run([sys.executable, str(tree / "tools/uf2conv.py"), "-b", FLASH_AT, "-f", FAMILY, "-c",
          "-o", str(work / "firmware.uf2"), str(work / "firmware.bin")], tree)
    for name in KEPT:
        shutil.copy(work / name, folder / name)
    if (folder / "firmware.bin").stat().st_size > _room_bytes(board):
        raise SetupError(f"{board}: {told(board, folder)}: larger than its room")
    make_mpy.make("rp2", folder / "mpy", [str(tree / "mpy-cross/build/mpy-cross")])
    print(told(board, folder))


def _drop_if_other(work: Path, board: str, tree: Path) -> None:
    """CMake refuses a folder that was begun elsewhere, and MicroPython's build does not see that a
    board's header has changed: its table of strings would stay as it was."""
    digest = hashlib.sha256(f"{work.resolve()} {tree}".encode())
    for path in sorted((BOARDS / board).iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    stamp, wanted = work / "begun-with", digest.hexdigest()
    if work.exists() and not (stamp.exists() and stamp.read_text() == wanted):
        shutil.rmtree(work)
    work.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def see_to_tools() -> None:
    """Installs what is missing, where this is allowed. Raises SetupError naming the packages."""
    missing = [package for tool, packages in TOOLS.items() if not shutil.which(tool)
               for package in packages]
    if missing:
        compiler.install(missing, "firmware")
    missing = [package for tool, packages in TOOLS.items() if not shutil.which(tool)
               for package in packages]
    if missing:
        raise SetupError(f"packages to be installed: {' '.join(missing)}")


def told(board: str, folder: Path) -> str:
    """What came out: sizes in bytes and the image's sha256."""
    image = (folder / "firmware.bin").read_bytes()
    sizes = subprocess.run(["arm-none-eabi-size", str(folder / "firmware.elf")],
                           capture_output=True, text=True, check=True).stdout.splitlines()[1]
    _, data, bss = (int(number) for number in sizes.split()[:3])
    room = _room_bytes(board)
    return (f"{board}: flash {len(image)} of {room} bytes, static RAM {data + bss} bytes, "
            f"sha256 {hashlib.sha256(image).hexdigest()}")


def _room_bytes(board: str) -> int:
    """What the board's flash has for the image: before its slots and its file system."""
    text = (BOARDS / board / "mpconfigboard.h").read_text()
    parts = re.findall(r"(?:FLASH_STORAGE|ROMFS)_BYTES\s+\((\d+) \* 1024\)", text)
    return (2 << 20) - 1024 * sum(map(int, parts))


def _freeze_profiles() -> None:
    script = ROOT / "scripts" / "freeze_profiles.py"
    _run([sys.executable, str(script), str(FROZEN)], ROOT)


def _cmake(tree: Path, board: str, work: Path) -> list[str]:
    folder = BOARDS / board
    settings = {
        "PICO_NO_PICOTOOL": 1,  # else the SDK would download it
        "PICO_BUILD_DOCS": 0,
        "MICROPY_BOARD": board,
        "MICROPY_BOARD_DIR": folder,
        "MICROPY_FROZEN_MANIFEST": folder / "manifest.py",
    }
    defined = [f"-D{name}={value}" for name, value in settings.items()]
    return ["cmake", "-S", str(tree / "ports/rp2"), "-B", str(work), *defined]


def _jobs() -> list[str]:
    return [f"-j{os.cpu_count()}"]


def _run(command: list[str], folder: Path) -> None:
    # Nothing else of the caller's environment: CFLAGS or MAKEFLAGS would steer this build.
    clean = {"PATH": os.environ["PATH"], **ENVIRONMENT}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=clean)
    if done.returncode != 0:
        raise SetupError(f"{Path(command[0]).name} failed: {reason(done.stderr or done.stdout)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
