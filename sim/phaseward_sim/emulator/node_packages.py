"""What the emulator needs beside Python: Node.js, and rp2040js installed under build/emulator.

Installed once by npm from the lock file beside the emulator's sources, which names no registry, so
npm's own setting decides from where. Failure: EmulatorError says what is missing and what to do.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path

from . import faster_core

SOURCES = Path(__file__).resolve().parent / "node"
INSTALLED = Path(__file__).resolve().parents[3] / "build" / "emulator"
OLDEST_NODE = 18
_PACKAGES = ("package.json", "package-lock.json", ".npmrc")


class EmulatorError(RuntimeError):
    """The emulator, or an image for it, cannot be had; the text says why."""


def missing() -> str | None:
    """What keeps the emulator from running here, or None."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            return f"{program} is not on PATH (Node.js {OLDEST_NODE} or newer is needed)"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    if int(version.strip().lstrip("v").split(".")[0] or 0) < OLDEST_NODE:
        return f"Node.js {version.strip()} found, {OLDEST_NODE} or newer is needed"
    return None


def rp2040js() -> Path:
    """The module of the emulated chip, installed and made faster first where that is needed."""
    why = missing()
    if why:
        raise EmulatorError(f"no emulator: {why}")
    stamp, wanted = INSTALLED / "installed", _fingerprint()
    if not stamp.exists() or stamp.read_text() != wanted:
        _install()
        stamp.write_text(wanted)
    return INSTALLED / "faster" / "index.js"


def _install() -> None:
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in _PACKAGES:
        shutil.copy(SOURCES / name, INSTALLED / name)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=INSTALLED, capture_output=True, text=True)
    if done.returncode != 0:
        raise EmulatorError(f"npm could not install rp2040js: {done.stderr.strip()[:300]}")
    faster_core.make(INSTALLED / "node_modules" / "rp2040js", INSTALLED / "faster")


def _fingerprint() -> str:
    paths = [SOURCES / name for name in _PACKAGES] + [Path(faster_core.__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
