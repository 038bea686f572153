"""A stretch of time to simulate, and how it lies to the scenario's own time.

A run over a span has its own t = 0 at the span's start. The learning days before a scenario are a
span with `offset_s` < 0: t + offset_s is the scenario's time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ..scenario import Scenario

DAY_S = 86400


@dataclass(frozen=True)
class Span:
    """start: local time of t = 0."""

    start: datetime
    duration_s: float
    step_s: float
    offset_s: float = 0.0

    @property
    def steps(self) -> int:
        """Number of grid steps."""
        return round(self.duration_s / self.step_s)

    @property
    def midnight(self) -> datetime:
        """Midnight before the start."""
        return datetime.combine(self.start.date(), time())

    def days(self) -> list[datetime]:
        """Midnights of all days touched, from the day before the start on."""
        first = self.midnight - timedelta(days=1)
        last = self.start + timedelta(seconds=self.duration_s)
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def at(self, when: datetime) -> float:
        """t of a local time in s."""
        return (when - self.start).total_seconds()


def window(scenario: Scenario) -> Span:
    """The scenario's own window."""
    return Span(scenario.start, scenario.duration_s, scenario.step_s)


def learning(scenario: Scenario) -> Span:
    """The learning days, which end where the window begins."""
    duration_s = scenario.learning.days * DAY_S
    start = scenario.start - timedelta(seconds=duration_s)
    return Span(start, duration_s, scenario.learning.step_s, -duration_s)
