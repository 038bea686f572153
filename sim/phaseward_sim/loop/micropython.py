"""Which MicroPython runs the firmware on this host.

`find_micropython` looks, in this order, at the environment's MICROPYTHON, at the record that
`make setup` wrote (build/micropython/found.json), and at PATH. Whatever is found is run once and
must be MicroPython 1.24 or newer; everything else raises MicroPythonError with what was found
and what to do. Standard library only: the set-up script imports this file before any package
is installed.
"""

import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

MINIMUM_VERSION = (1, 24)
RECORD = Path(__file__).resolve().parents[3] / "build" / "micropython" / "found.json"
PROBE_TIMEOUT_S = 20

# Runs on CPython too, so that a wrong program can be named for what it is.
_PROBE = (
    "import sys; print(sys.implementation.name, '.'.join([str(x) for x in "
    "sys.implementation.version[:3]]), 64 if sys.maxsize > 2**31 else 32, "
    "32 if 1.0 + 2.0**-40 == 1.0 else 64)"
)
_ADVICE = (
    "set MICROPYTHON to a MicroPython 1.24 or newer (unix port), or unset it and run `make setup`"
)


class MicroPythonError(Exception):
    """No usable MicroPython; the text says what was found instead and what to do."""


@dataclass(frozen=True)
class MicroPython:
    """A program that was run and is MicroPython, with the width of its words and floats."""

    path: str
    version: str
    bits: int
    float_bits: int

    @property
    def fidelity(self) -> str:
        """How near it is to the board: heap use and floats are equal only with 32 and 32 bit."""
        words = f"{self.bits}-bit words, {self.float_bits}-bit floats"
        return f"MicroPython {self.version}, {words}, {self.path}"


def inspect(program: str) -> MicroPython:
    """Run `program` once and say what it is; raise MicroPythonError if it will not do."""
    words = _probe(program).split()
    if len(words) != 4 or words[0] != "micropython":
        what = " ".join(words[:2]) or "a program without an answer"
        raise MicroPythonError(f"{program} is not MicroPython but {what}; {_ADVICE}")
    path = os.path.abspath(shutil.which(program) or program)
    found = MicroPython(path, words[1], int(words[2]), int(words[3]))
    if _version_numbers(found.version) < MINIMUM_VERSION:
        needed = ".".join(str(number) for number in MINIMUM_VERSION)
        raise MicroPythonError(
            f"{program} is MicroPython {found.version}, {needed} is needed; {_ADVICE}"
        )
    return found


def find_micropython() -> str:
    """Path of the MicroPython to use; raise MicroPythonError when there is none."""
    return locate().path


def locate() -> MicroPython:
    """The MicroPython to use, by MICROPYTHON, the record of `make setup`, or PATH."""
    program = os.environ.get("MICROPYTHON") or _recorded() or shutil.which("micropython")
    if not program:
        raise MicroPythonError(f"no MicroPython found; {_ADVICE}")
    return inspect(program)


def record(found: MicroPython, **notes: str) -> None:
    """Write `found` down for later runs, with `notes` (how it was made) beside it."""
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    draft = RECORD.with_suffix(".tmp")
    draft.write_text(json.dumps(asdict(found) | notes, indent=2) + "\n")
    draft.replace(RECORD)


def read_record() -> dict:
    """The record of `make setup`; empty if there is none or it cannot be read."""
    try:
        return json.loads(RECORD.read_text())
    except (OSError, ValueError):
        return {}


def _recorded() -> str | None:
    path = read_record().get("path")
    return path if path and os.access(path, os.X_OK) else None


def _probe(program: str) -> str:
    command = [str(program), "-c", _PROBE]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=PROBE_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MicroPythonError(f"{program} cannot be run ({error}); {_ADVICE}") from error
    return answer.stdout


def _version_numbers(version: str) -> tuple[int, int]:
    major, minor, *_ = version.split(".")
    return int(major), int(minor)
