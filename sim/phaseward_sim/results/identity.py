"""Hashes that name the software and the settings of a run without needing git.

All are the first 12 hex digits of a SHA-256: enough to tell versions apart, not a signature.
"""

import hashlib
import json
from importlib import metadata
from pathlib import Path

import phaseward

_DIGITS = 12


def _tree_hash(folder: Path, patterns: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for pattern in patterns for p in folder.rglob(pattern)):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:_DIGITS]


def firmware_hash() -> str:
    """Hash of the firmware package's sources and profiles, as they are imported now."""
    return _tree_hash(Path(phaseward.__file__).parent, ("*.py", "*.json"))


def mapping_hash(values: dict) -> str:
    """Hash of settings by name, independent of their order."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def source_version() -> str:
    """Version of the distribution and hash of the simulator's sources: `0.1.0+3f2a...`."""
    sources = _tree_hash(Path(__file__).parents[1], ("*.py",))
    try:
        number = metadata.version("phaseward")
    except metadata.PackageNotFoundError:
        number = "0"
    return f"{number}+{sources}"
