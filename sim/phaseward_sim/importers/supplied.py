"""Leaves out what no source reaches: switched-off parts of a network from outside."""

from __future__ import annotations

from collections.abc import Iterable


def reached(links: Iterable[tuple[str, str]], starts: Iterable[str]) -> set[str]:
    """Buses that hang together with `starts` over `links` (pairs of bus names)."""
    near: dict[str, list[str]] = {}
    for one, other in links:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    found: set[str] = set()
    todo = list(starts)
    while todo:
        bus = todo.pop()
        if bus not in found:
            found.add(bus)
            todo += near.get(bus, [])
    return found
