"""Discrete records of a run: decisions of the boxes, marks, alarms, voltage events.

Times are scenario seconds since the start, powers watts, voltages volts. `DecisionLog` turns
"this is the decision now" into spans, so that the engine may report every step.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Decision:
    """One limit in force for one load, from `start_s` until `end_s`.

    box, load: names; household: who is behind it; kind: "ev", "heat_pump", ...
    limit_w: consumption allowed; blocked: whether this holds the load back.
    until_s: earliest release (0 = none known). reason_id, reason: the firmware's own words.
    v_mv, q_mv: the voltage judged when the span began, and what it was judged against (0 = not
    told).
    """

    box: str
    load: str
    start_s: float
    end_s: float
    limit_w: float
    reason_id: str
    reason: str
    until_s: float = 0.0
    blocked: bool = True
    household: str = ""
    kind: str = ""
    v_mv: int = 0
    q_mv: int = 0

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Mark:
    """A moment worth a line in the plots: label "T2", text "balancer stopped by hand"."""

    t_s: float
    label: str
    text: str = ""


@dataclass(frozen=True)
class Alarm:
    """An alarm of a box while it stood."""

    box: str
    start_s: float
    end_s: float
    alarm_id: str
    text: str


@dataclass(frozen=True)
class VoltageEvent:
    """One voltage event found by the evaluator; kind "under" or "over", worst_v its extreme."""

    bus: str
    phase: str
    kind: str
    start_s: float
    end_s: float
    worst_v: float


class DecisionLog:
    """Joins equal decisions of successive steps into spans."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], Decision] = {}
        self._closed: list[Decision] = []

    def observe(self, t_s: float, box: str, load: str, limit_w: float, reason_id: str,
                reason: str, until_s: float = 0.0, blocked: bool = True,
                household: str = "", kind: str = "", v_mv: int = 0, q_mv: int = 0) -> None:
        """Tell the decision in force at `t_s`; a change closes the span before it.

        A later `until_s` alone does not split a span, the span keeps the latest one.
        """
        before = self._open.get((box, load))
        if before is not None:
            if (before.limit_w == limit_w and before.reason_id == reason_id
                    and before.blocked == blocked):
                if before.until_s != until_s:
                    self._open[box, load] = replace(before, until_s=until_s)
                return
            self._close(before, t_s)
        self._open[box, load] = Decision(box, load, t_s, t_s, limit_w, reason_id, reason,
                                         until_s, blocked, household, kind, v_mv, q_mv)

    def _close(self, span: Decision, t_s: float) -> None:
        if t_s > span.start_s:
            self._closed.append(replace(span, end_s=t_s))

    def standing(self) -> list[Decision]:
        """Those in force now, by box and load; their `end_s` is not known yet."""
        return [self._open[key] for key in sorted(self._open)]

    def finish(self, t_s: float) -> list[Decision]:
        """All spans by start time, those still open ended at `t_s`."""
        for span in self._open.values():
            self._close(span, t_s)
        self._open.clear()
        return sorted(self._closed, key=lambda d: (d.start_s, d.box, d.load))
