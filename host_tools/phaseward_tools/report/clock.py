"""The time axis: a clock where the scenario has one, otherwise time since the start.

Plotly takes dates as milliseconds since 1970 without a time zone, so the scenario's local
clock is shown as it is written.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from phaseward_sim.results import Meta

_MINUTES_UP_TO_S = 4 * 3600


@dataclass(frozen=True)
class Clock:
    """start: the clock at t = 0, None without one; unit_s: seconds per unit of the axis."""

    start: datetime | None
    unit_s: float
    unit: str

    @classmethod
    def of(cls, meta: Meta) -> "Clock":
        if meta.clock_start:
            start = datetime.fromisoformat(meta.clock_start).replace(tzinfo=UTC)
            return cls(start, 1e-3, "")
        if meta.duration_s <= _MINUTES_UP_TO_S:
            return cls(None, 60.0, "min")
        return cls(None, 3600.0, "h")

    def x(self, t_s: np.ndarray | float) -> np.ndarray | float:
        """Scenario seconds -> axis position."""
        offset = self.start.timestamp() * 1000.0 if self.start else 0.0
        return np.asarray(t_s, dtype=np.float64) / self.unit_s + offset

    def length(self, seconds: float) -> float:
        """A duration -> length on the axis."""
        return seconds / self.unit_s

    def words(self, t_s: float) -> str:
        """A moment for a hover text: `18:04:30`, or `12.5 min`."""
        if self.start:
            moment = self.start + timedelta(seconds=t_s)
            return moment.strftime("%H:%M:%S").removesuffix(":00")
        return f"{t_s / self.unit_s:.1f} {self.unit}"

    def axis(self) -> dict:
        """The x axis of a figure."""
        if self.start:
            return {"type": "date", "tickformat": "%H:%M\n%-d %b", "hoverformat": "%H:%M:%S"}
        return {"type": "linear", "hoverformat": ".2f",
                "title": {"text": f"{self.unit} since start", "standoff": 8,
                          "font": {"size": 12.5}}}
