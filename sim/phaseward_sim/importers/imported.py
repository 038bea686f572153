"""What every importer returns: a network, what is connected to it, and what it had to leave out.

Units: W, var, s; phases 0..2. `Missing.blocking` marks what changes the physics: such a network is
refused unless the user allows it. Failure: ImportFailed naming element and reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..grids.excerpt import Profiles, Unit
from ..network import Network
from .errors import ImportFailed

SHOWN = 12


@dataclass(frozen=True)
class Missing:
    """One element that is not, or not quite, in the imported network."""

    element: str
    reason: str
    blocking: bool = False

    def __str__(self) -> str:
        return f"{self.element}: {self.reason}"


@dataclass(frozen=True)
class Recorded:
    """A load as the file has it: constant, or with its own course, repeated from midnight on (one
    of a whole year from 1 January on).

    p_w, q_var: of all its phases together, consumption positive. shares: (n,) of both, in steps
    of step_s, None for a constant. phases: None where the file does not say. band_pu: where the
    power is held; (1, 1) is a constant impedance.
    """

    name: str
    bus: str
    phases: tuple[int, ...] | None
    p_w: float
    q_var: float
    shares: np.ndarray | None = field(default=None, repr=False)
    step_s: float = 0.0
    band_pu: tuple[float, float] = (0.85, 1.15)


@dataclass(frozen=True)
class Imported:
    """A network from outside; units have a column in `profiles`, recorded loads do not need one.

    source_pu: voltage of the source in per unit; stiff: whether the file gave its impedance.
    """

    name: str
    origin: str
    network: Network
    source_pu: float
    stiff: bool
    units: list[Unit] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    profiles: Profiles | None = None
    missing: list[Missing] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


def in_words(missing) -> list[str]:
    """Every element by name, those with the same reason in one line."""
    by_reason: dict[str, list[str]] = {}
    for item in missing:
        by_reason.setdefault(item.reason, []).append(item.element)
    return [f"{', '.join(elements)}: {reason}" for reason, elements in by_reason.items()]


def refuse_blocking(origin: str, missing: list[Missing]) -> None:
    """ImportFailed if something that changes the physics is missing, naming all of it."""
    found = [str(item) for item in missing if item.blocking]
    if found:
        more = [f"... and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        raise ImportFailed("\n  ".join([
            f"{origin}: cannot be imported as it is; left out would be:", *found[:SHOWN], *more,
            "to simulate without it: --allow-missing, or `allow_missing: true` in the "
            "scenario's grid"]))
