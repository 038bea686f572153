"""A finished run in memory, whether just recorded or loaded from its folder."""

from dataclasses import dataclass, field, replace

from phaseward_sim.results.errors import ResultError
from phaseward_sim.results.measurement import Measurement
from phaseward_sim.results.meta import Meta
from phaseward_sim.results.records import Alarm, Decision, Mark, VoltageEvent
from phaseward_sim.results.table import Table


@dataclass(frozen=True)
class Result:
    """Tables by name (`kind_quantity`), records by time, measurements in the order made."""

    meta: Meta
    tables: dict[str, Table] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    events: list[VoltageEvent] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)

    def __post_init__(self) -> None:
        keys = [m.key for m in self.measurements]
        twice = sorted({k for k in keys if keys.count(k) > 1})
        if twice:
            raise ResultError(f"measurement {twice[0]} is given twice")

    def measurement(self, key: str) -> Measurement | None:
        """The measurement `name` or `name[subject]`, None if this run has none."""
        return next((m for m in self.measurements if m.key == key), None)

    @property
    def verdicts(self) -> list[Measurement]:
        """The measurements that have a limit."""
        return [m for m in self.measurements if m.passed is not None]

    @property
    def passed(self) -> bool:
        """True if no verdict failed."""
        return all(m.passed for m in self.verdicts)

    def with_measurements(self, measurements: list[Measurement]) -> "Result":
        """The same run with these measurements (an evaluator may come after the run)."""
        return replace(self, measurements=list(measurements))
