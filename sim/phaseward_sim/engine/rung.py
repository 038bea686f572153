"""What a rung must offer: a box that the engine can start, run step by step, and listen to.

The engine makes a `Bench` and a `BoxSpec` per box and gives both to the rung's factory:
`factory(spec, bench) -> BoxRung`. In each step it calls `begin(t_us)` of all boxes, then `advance`
of all in turn until each has returned False, so that boxes in processes of their own run side
by side.

Records are dicts with `t_us`, `kind` and, per kind, the keys of the firmware's machine lines:
    limit    t, load (1..4), w, blocked, reason, until     (t, until: uptime in s; 0 = none),
             v (mV, worst phase of the minute judged), q (mV, compared with)
    stage    t, run, reason
    feed     t, w (limit of feed-in), reason, until
    alarm    t, alarms (bit mask)
    boot, note and others are kept as text
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from .placing import Placed


@dataclass(frozen=True)
class LoadWire:
    """One load of a box: its number 1..4, the device, what drives it and how it is held back."""

    number: int
    device: Placed
    actuator: str
    kind: str
    address: int = 0


@dataclass(frozen=True)
class BoxSpec:
    """One box, ready for any rung.

    parameters: the complete set by id; changed: those that differ from the firmware's defaults.
    history: integers of `Box.snapshot` to start from, None for a new box.
    """

    name: str
    bus: str
    device_id: int
    poll_s: float
    parameters: dict[str, int | str] = field(repr=False)
    changed: dict[str, int | str]
    loads: tuple[LoadWire, ...]
    stage: Placed | None
    meter: object
    history: tuple[int, ...] | None = None
    inverter: Placed | None = None
    selector: Placed | None = None


class BoxRung(Protocol):
    """A box on some rung; times are integer microseconds of the scenario.

    A rung whose boxes talk to no bus says so by `on_bus = False`: the watchdogs of wallboxes and
    stage are then left to rest, for they would only hear silence.
    """

    def start(self, t_us: int = 0) -> None:
        """Boot the box."""

    def begin(self, t_us: int) -> None:
        """Let it run towards `t_us`; may return at once."""

    def advance(self) -> bool:
        """Take it one event further; False once it has got there."""

    def console(self, line: str, t_us: int) -> None:
        """Type a line on its console."""

    def records(self) -> list[dict]:
        """What it has reported since the last call."""

    def stop(self) -> None:
        """End it and free what it holds."""


Factory = Callable[[BoxSpec, object], BoxRung]
