"""Files that hold a box's keys: JSON, readable by their owner alone.

    {"identity": 4711, "technician": "64 hex digits", "manufacturer": "64 hex digits"}

Either key may be left out: a technician's laptop needs no manufacturer's. Failure: KeyFileError
naming the file.
"""

import json
import os
from pathlib import Path

LEVELS = ("technician", "manufacturer")


class KeyFileError(ValueError):
    """A key file is not there, not readable, or of another box."""


def read_key(path: Path, level: str, identity: int) -> bytes | None:
    """The key of a level; None where the file has none of it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        of, text = found["identity"], found.get(level)
        key = None if text is None else bytes.fromhex(text)
    except OSError as error:
        raise KeyFileError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyFileError(f"{path}: is no key file; `phaseward provision` writes one") from None
    if of != identity:
        raise KeyFileError(f"{path}: holds the keys of box {of}, this is box {identity}")
    return key


def best_key(path: Path, identity: int) -> tuple[str, bytes]:
    """(level, key) of the highest level in the file."""
    for level in reversed(LEVELS):
        key = read_key(path, level, identity)
        if key is not None:
            return level, key
    raise KeyFileError(f"{path}: holds no key")


def write_keys(path: Path, identity: int, technician: bytes, manufacturer: bytes) -> None:
    """A new file with mode 0600; one that is there is never overwritten."""
    values = {"identity": identity, "technician": technician.hex(),
              "manufacturer": manufacturer.hex()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError(f"{path}: is there already; keys are never overwritten: name another "
                           "file, or use these keys with --keys") from None
    except OSError as error:
        raise KeyFileError(f"{path}: cannot be written: {error.strerror}") from None
    with os.fdopen(number, "w", encoding="utf-8") as out:
        out.write(json.dumps(values, indent=1) + "\n")
