"""Names of imported elements: short, unique, fit for column names and scenario keys."""

from __future__ import annotations

import re

LONGEST = 30


def plain(text) -> str:
    """Letters, digits, `_`, `-` and `.` of a name; "" for None or NaN."""
    if not isinstance(text, str):
        return "" if text is None or text != text else str(text)
    return re.sub(r"[^A-Za-z0-9_.\-]+", "_", text.strip()).strip("_.-")[:LONGEST]


class Namer:
    """Gives each element its own name: its plain one where free, else with its index."""

    def __init__(self, kind: str):
        self._kind, self._taken = kind, set()

    def __call__(self, text, index) -> str:
        """A name for the element `index` that its file calls `text`."""
        name = plain(text) or f"{self._kind}{index}"
        if name.lower() in self._taken:
            name = f"{name[:LONGEST - 8]}_{index}"
        while name.lower() in self._taken:
            name += "x"
        self._taken.add(name.lower())
        return name
