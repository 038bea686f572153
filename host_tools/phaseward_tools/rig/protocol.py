"""Abstract abilities that drivers offer. Units: V, A, s; three phases in the order L1, L2, L3."""

from __future__ import annotations

from typing import Protocol


class Source(Protocol):
    """Three voltages that can be set, behind one output relay."""

    def identify(self) -> str:
        """Who it says it is. RigError where nobody, or another family, answers."""

    def prepare(self, range_v: float, limit_a: float, frequency_hz: float) -> None:
        """Output off, 0 V, range, current limit and frequency set."""

    def voltages(self, u_v: tuple[float, float, float]) -> None:
        """Sets all three."""

    def output(self, on: bool) -> None:
        """Closes or opens the output relay."""

    def measured(self) -> tuple[float, float, float]:
        """What it measures at its terminals."""

    def close(self) -> None:
        """Output off, connection closed; never raises."""


class Inputs(Protocol):
    """Levels of the box's outputs, seen from outside."""

    name: str
    every_s: float

    def read(self) -> dict[str, int]:
        """Level by output, 1 = energised. RigError where the module does not answer."""

    def close(self) -> None:
        """Frees it; never raises."""
