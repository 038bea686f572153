"""The key a person gives: 64 hex digits, or a file with them, or a key file of `provision`.

A key file is JSON: {"identity": 4711, "technician": "64 hex digits", "manufacturer": ...}.
"""

import json
from pathlib import Path

from phaseward_tools.field.errors import FieldError
from phaseward_tools.link.keys import KEY_BYTES


def key_of(text: str, level: str, identity: int) -> bytes:
    """The key of that level for that box. FieldError where there is none."""
    direct = _bytes(text)
    if direct is not None:
        return direct
    try:
        content = Path(text).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it holds no text"
        raise FieldError(f"--key {text}: neither {2 * KEY_BYTES} hex digits nor a file that can "
                         f"be read ({why})") from None
    direct = _bytes(content)
    return direct if direct is not None else _of_file(text, content, level, identity)


def _of_file(name: str, content: str, level: str, identity: int) -> bytes:
    try:
        found = json.loads(content)
        of, key = found["identity"], _bytes(found.get(level) or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FieldError(f"--key {name}: is no key file and no {2 * KEY_BYTES} hex "
                         "digits") from None
    if of != identity:
        raise FieldError(f"--key {name}: holds the keys of box {of}, this is box {identity}")
    if key is None:
        raise FieldError(f"--key {name}: holds no key of level {level}")
    return key


def _bytes(text: str) -> bytes | None:
    if len(text) != 2 * KEY_BYTES:
        return None
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None
