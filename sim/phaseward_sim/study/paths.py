"""Sets a value of a scenario by its path: `grid.length_factor`, `boxes[0].meter.window_s`.

The path must lead through what the base scenario writes; only its last part may be new, because a
default left unwritten is not there yet. Failure: KeyError with a text that says where it ends.
"""

from __future__ import annotations

import re

_PART = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]")


def parts(path: str) -> list[str | int]:
    """`devices.ev[0].place` -> ["devices", "ev", 0, "place"]."""
    found, at = [], 0
    while at < len(path):
        if found and path[at] == ".":
            at += 1
        match = _PART.match(path, at)
        if match is None:
            raise KeyError(f"{path!r}: expected names separated by points, and [number]")
        found.append(match[1] or int(match[2]))
        at = match.end()
    return found


def assign(data: dict, path: str, value) -> None:
    """Set the value at `path` in place; missing mappings on the way are made."""
    *way, last = parts(path)
    here, walked = data, ""
    for part in way:
        walked += f"[{part}]" if isinstance(part, int) else f".{part}"
        here = _step(here, part, walked.lstrip("."), path)
    _check(here, last, path)
    here[last] = value


def _step(here, part, walked, path):
    if isinstance(part, int):
        _check(here, part, path)
        return here[part]
    if not isinstance(here, dict):
        raise KeyError(f"{path!r}: `{walked}` is not there: a list needs [number]")
    return here.setdefault(part, {})


def _check(here, part, path) -> None:
    if isinstance(part, int):
        if not isinstance(here, list):
            raise KeyError(f"{path!r}: [{part}] needs a list, which the scenario does not have "
                           "there")
        if part >= len(here):
            raise KeyError(f"{path!r}: [{part}] is not there; the list has {len(here)} entries")
    elif not isinstance(here, dict):
        raise KeyError(f"{path!r}: {part!r} is not there: a list needs [number]")
