"""Which files an OpenDSS file reads: those it redirects to or names as data, and theirs in turn.

Found in the text (`redirect x`, `compile x`, `file=x`, `csvfile=x`, ...), not by running it; names
made of variables are not followed. For telling whether anything has changed.
"""

from __future__ import annotations

import re
from pathlib import Path

_NAMED = re.compile(
    r"""(?:^\s*(?:redirect|compile)\s+|\b\w*file\s*=\s*)["'(\[{]?([^\s"'()\[\]{}]+)""",
    re.IGNORECASE | re.MULTILINE)
TEXTS = (".dss", ".txt")


def files_of(path: Path) -> set[Path]:
    """`path` and every file it leads to that is there."""
    found: set[Path] = set()
    todo = [path]
    while todo:
        file = todo.pop()
        if file in found or not file.is_file():
            continue
        found.add(file)
        if file.suffix.lower() in TEXTS:
            text = file.read_text(encoding="utf-8", errors="replace")
            todo += [file.parent / name.replace("\\", "/") for name in _NAMED.findall(text)]
    return found
