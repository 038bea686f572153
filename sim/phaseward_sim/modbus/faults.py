"""Faults a simulated slave can show, switched by call or by time, all seeded.

Kinds and their options (defaults in `OPTIONS`):

| kind | what happens | options |
|---|---|---|
| silent | no answer, writes are not carried out | |
| frozen | the registers stop changing; the bus side works | |
| exception | an exception answer instead of the right one | code |
| wrong_address | the answer carries another address | offset |
| bad_crc | one bit of the answer is flipped | |
| cut | only the first `keep` bytes are sent | keep |
| gap | the answer pauses `gap_ms` in the middle | gap_ms |
| merged | the previous answer is sent again, glued in front of this one | |
| noise | random bytes on the wire | where: before, inside, after; count |
| late | the answer comes `extra_ms` later | extra_ms |
| phases_swapped | terminals wired to other phases (meters) | order, of |

Every kind also takes `probability` (default 1): the share of answers hit. A lost neutral is
no fault of a slave but of the network: the grid model opens the conductor.
Times in seconds. Failure: an unknown kind or option raises ValueError naming it.
"""

from __future__ import annotations

import math

OPTIONS = {
    "silent": {},
    "frozen": {},
    "exception": {"code": 4},
    "wrong_address": {"offset": 1},
    "bad_crc": {},
    "cut": {"keep": 4},
    "gap": {"gap_ms": 20.0},
    "merged": {},
    "noise": {"where": "before", "count": 3},
    "late": {"extra_ms": 500.0},
    "phases_swapped": {"order": (1, 0, 2), "of": "all"},
}
_NOISE_PLACES = ("before", "inside", "after")
_SWAPPED = ("all", "voltage", "current")


class Faults:
    """The faults of one slave over time."""

    def __init__(self, rng):
        self._rng = rng
        self._plans: dict[str, list] = {}

    @property
    def planned(self) -> bool:
        """Whether any fault is or was planned: without one there is nothing to ask for."""
        return bool(self._plans)

    def schedule(self, kind: str, start_s: float, end_s: float = math.inf, **options) -> None:
        """Show `kind` in start_s <= t < end_s."""
        settings = _checked(kind, options)
        if not start_s < end_s:
            raise ValueError(f"fault {kind}: start {start_s} s is not before end {end_s} s")
        self._plans.setdefault(kind, []).append((start_s, end_s, settings))

    def switch_on(self, kind: str, **options) -> None:
        """Show `kind` from now until `switch_off`."""
        self.switch_off(kind)
        self.schedule(kind, -math.inf, math.inf, **options)

    def switch_off(self, kind: str) -> None:
        """Forget everything planned for `kind`."""
        _checked(kind, {})
        self._plans.pop(kind, None)

    def active(self, kind: str, t_s: float) -> dict | None:
        """Options of `kind` if it is planned at t_s, else None. Ignores probability."""
        for start_s, end_s, settings in self._plans.get(kind, ()):
            if start_s <= t_s < end_s:
                return settings
        return None

    def strikes(self, kind: str, t_s: float) -> dict | None:
        """Options of `kind` if it hits this answer (draws its probability), else None."""
        settings = self.active(kind, t_s)
        if settings is None or settings["probability"] >= 1.0:
            return settings
        return settings if self._rng.random() < settings["probability"] else None

    def random_bytes(self, count: int) -> bytes:
        """Seeded noise bytes."""
        return self._rng.bytes(count)

    def random_below(self, high: int) -> int:
        """A seeded integer in 0..high-1."""
        return int(self._rng.integers(high))


def _checked(kind: str, options: dict) -> dict:
    if kind not in OPTIONS:
        raise ValueError(f"fault {kind!r}: unknown; known: {', '.join(sorted(OPTIONS))}")
    allowed = {"probability": 1.0, **OPTIONS[kind]}
    for name in options:
        if name not in allowed:
            raise ValueError(f"fault {kind}: no option {name!r}; options: {', '.join(allowed)}")
    settings = {**allowed, **options}
    _check_values(kind, settings)
    return settings


def _check_values(kind: str, settings: dict) -> None:
    if not 0.0 < settings["probability"] <= 1.0:
        raise ValueError(f"fault {kind}: probability {settings['probability']} outside (0, 1]")
    if kind == "noise" and settings["where"] not in _NOISE_PLACES:
        raise ValueError(f"fault noise: where {settings['where']!r}; one of {_NOISE_PLACES}")
    if kind == "phases_swapped":
        if sorted(settings["order"]) != [0, 1, 2]:
            raise ValueError(f"fault phases_swapped: order {settings['order']} must be a "
                             "permutation of 0, 1, 2")
        if settings["of"] not in _SWAPPED:
            raise ValueError(f"fault phases_swapped: of {settings['of']!r}; one of {_SWAPPED}")
