"""The keys of a box: the files that hold them, and what a person gives as a key.

A key file is JSON, readable by its owner alone:

    {"identity": 4711, "technician": "64 hex digits", "manufacturer": "64 hex digits"}

Either key may be left out: a technician's laptop needs no manufacturer's. Failure: KeyFileError
naming the file.
"""

import json
import os
from pathlib import Path

from phaseward_tools.link.keys import KEY_BYTES

LEVELS = ("technician", "manufacturer")


class KeyFileError(ValueError):
    """A key file is not there, not readable, or of another box; or a key is none."""


def key_of(text: str, level: str, identity: int) -> bytes:
    """The key that `--key` gives: 64 hex digits, a file of them, or a key file."""
    direct = _bytes(text)
    if direct is not None:
        return direct
    try:
        content = Path(text).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it holds no text"
        raise KeyFileError(f"--key {text}: neither {2 * KEY_BYTES} hex digits nor a file that can "
                           f"be read ({why})") from None
    key = _bytes(content) or _of_level(f"--key {text}", content, level, identity)
    if key is None:
        raise KeyFileError(f"--key {text}: holds no key of level {level}")
    return key


def read_key(path: Path, level: str, identity: int) -> bytes | None:
    """The key of a level; None where the file has none of it."""
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise KeyFileError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _no_key_file(str(path)) from None
    return _of_level(str(path), content, level, identity)


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


def _of_level(name: str, content: str, level: str, identity: int) -> bytes | None:
    try:
        found = json.loads(content)
        of, text = found["identity"], found.get(level)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _no_key_file(name) from None
    if of != identity:
        raise KeyFileError(f"{name}: holds the keys of box {of}, this is box {identity}")
    key = None if text is None else _bytes(text)
    if text is not None and key is None:
        raise KeyFileError(f"{name}: its key of level {level} is not {2 * KEY_BYTES} hex digits")
    return key


def _no_key_file(name: str) -> KeyFileError:
    return KeyFileError(f"{name}: is no key file; `phaseward provision` writes one")


def _bytes(text: str) -> bytes | None:
    if not isinstance(text, str) or len(text) != 2 * KEY_BYTES:
        return None
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None
