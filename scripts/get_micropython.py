#!/usr/bin/env python3
"""See to a MicroPython for this host and write down which: build/micropython/found.json.

Taken from the environment's MICROPYTHON, else from PATH (1.24 or newer), else built from the
distribution's source package (pinned, checked by sha256) in a temporary folder and
moved into place.
Exit code 1 with one message when none of these is possible. `--print` prints the path alone.
"""

import argparse
import hashlib
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "sim"))

import compiler
import source_package
from phaseward_sim.loop import micropython
from source_package import SetupError

PROGRAM = micropython.RECORD.with_name("micropython")
PRINT_OF_BUILD = micropython.RECORD.with_name("fingerprint")
NOT_LIKE_THE_BOARD = {32: "", 64: " (64-bit: heap use will not equal the board's)"}
ADVICE = """\
Do one of these:
  - as root: apt-get install gcc libc6-dev make (and on amd64 gcc-multilib), then `make setup`
  - install MicroPython 1.24 or newer for the unix port, so that `micropython` is on PATH
  - set MICROPYTHON=/path/to/micropython"""


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that temporary folders go
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--print", action="store_true", help="print the path alone")
    quiet = arguments.parse_args().print
    try:
        found = provide()
    except (SetupError, micropython.MicroPythonError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    described = f"micropython: {found.fidelity}{NOT_LIKE_THE_BOARD[found.bits]}"
    print(found.path if quiet else described)
    return 0


def provide() -> micropython.MicroPython:
    """The MicroPython to use, recorded. Raises SetupError or MicroPythonError."""
    if os.environ.get("MICROPYTHON"):
        found = micropython.inspect(os.environ["MICROPYTHON"])
        return _record(found, source="named by MICROPYTHON")
    return _on_path() or _built_before() or _build()


def _on_path() -> micropython.MicroPython | None:
    program = shutil.which("micropython")
    if not program:
        return None
    try:
        return _record(micropython.inspect(program), source="on PATH")
    except micropython.MicroPythonError as error:
        print(f"micropython: passed over: {error}", file=sys.stderr)
        return None


def _built_before() -> micropython.MicroPython | None:
    """Our own earlier build, unless what it was made from has changed since."""
    if not PROGRAM.exists() or not PRINT_OF_BUILD.exists():
        return None
    if PRINT_OF_BUILD.read_text() != _fingerprint():
        return None
    return _record(micropython.inspect(str(PROGRAM)), source="built")


def _build() -> micropython.MicroPython:
    try:
        _build_and_move(wide=not compiler.prepare())
    except SetupError as error:
        raise SetupError(f"no MicroPython, and none could be built: {error}.\n{ADVICE}") from error
    return _record(micropython.inspect(str(PROGRAM)), source="built")


def _build_and_move(wide: bool) -> None:
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PROGRAM.parent) as name:
        folder = Path(name)
        print("micropython: downloading its source package", flush=True)
        tarball, version = source_package.fetch(folder)
        print(f"micropython: building {version} (about half a minute)", flush=True)
        programs = compiler.build(tarball, folder / "source", wide)
        micropython.inspect(str(programs[0]))
        for program in programs:
            program.replace(PROGRAM.parent / program.name)
    PRINT_OF_BUILD.write_text(_fingerprint())


def _fingerprint() -> str:
    """Of all that shapes the build: settings, pins and the scripts themselves."""
    scripts = [ROOT / "scripts" / name for name in ("compiler.py", "source_package.py")]
    content = b"".join(path.read_bytes() for path in [*sorted(compiler.BOARD.iterdir()), *scripts])
    return hashlib.sha256(content).hexdigest()


def _record(found: micropython.MicroPython, source: str) -> micropython.MicroPython:
    micropython.record(found, source=source)
    return found


if __name__ == "__main__":
    sys.exit(main())
