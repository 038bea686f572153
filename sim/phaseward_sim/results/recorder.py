"""Collects a run while it happens; cheap enough to be called every step (a few µs).

Times are scenario seconds, values SI. Recording under a name that has no table raises
ResultError at once: a silent loss of data would be found too late.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from phaseward_sim.results.errors import ResultError
from phaseward_sim.results.measurement import Measurement
from phaseward_sim.results.meta import Meta
from phaseward_sim.results.records import Alarm, DecisionLog, Mark, VoltageEvent
from phaseward_sim.results.result import Result
from phaseward_sim.results.table import Table, TableSpec


class Recorder:
    """Preallocates `steps` steps of every table in `specs`."""

    def __init__(self, meta: Meta, specs: Iterable[TableSpec], steps: int) -> None:
        self.meta = meta
        self.tables = {spec.name: Table(spec, steps) for spec in specs}
        self.decisions = DecisionLog()
        self.marks: list[Mark] = []
        self.alarms: list[Alarm] = []
        self.events: list[VoltageEvent] = []
        self._open_alarms: dict[tuple[str, str], tuple[float, str]] = {}
        self._last_s = 0.0

    def record(self, step: int, t_s: float, **values: np.ndarray) -> None:
        """One step of any tables, by name: `record(7, 7.0, bus_u=u, stage_p=p)`."""
        self._last_s = t_s
        try:
            for name, value in values.items():
                self.tables[name].put(step, t_s, value)
        except KeyError as error:
            raise ResultError(f"no table {error}, this run records "
                              f"{', '.join(self.tables) or 'none'}") from None

    def mark(self, t_s: float, label: str, text: str = "") -> None:
        self.marks.append(Mark(t_s, label, text))

    def alarm(self, t_s: float, box: str, alarm_id: str, text: str, standing: bool) -> None:
        """Tell whether an alarm stands at `t_s`; may be told every step."""
        key = (box, alarm_id)
        if standing and key not in self._open_alarms:
            self._open_alarms[key] = (t_s, text)
        elif not standing and key in self._open_alarms:
            self._end_alarm(key, t_s)

    def _end_alarm(self, key: tuple[str, str], t_s: float) -> None:
        start_s, text = self._open_alarms.pop(key)
        self.alarms.append(Alarm(key[0], start_s, t_s, key[1], text))

    def finish(self, measurements: Iterable[Measurement] = (), end_s: float | None = None,
               **meta_changes: object) -> Result:
        """Close open spans at `end_s` (default: last step) and hand over the result.

        meta_changes: fields of `Meta` known only now, e.g. `wall_s`.
        """
        end_s = self._last_s if end_s is None else end_s
        for key in list(self._open_alarms):
            self._end_alarm(key, end_s)
        changes = {"duration_s": end_s, **meta_changes}
        return Result(
            meta=replace(self.meta, **changes),
            tables=dict(self.tables),
            decisions=self.decisions.finish(end_s),
            marks=sorted(self.marks, key=lambda m: m.t_s),
            alarms=sorted(self.alarms, key=lambda a: a.start_s),
            events=sorted(self.events, key=lambda e: e.start_s),
            measurements=list(measurements),
        )
