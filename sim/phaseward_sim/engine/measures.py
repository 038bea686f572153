"""The measurements of a run by name, and the verdicts a scenario makes of them.

A measurement of voltages can be taken over a window between marks, at one bus, on one phase.
`REFERENCE` is what the reference page prints.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..evaluate import En50160, Means, count_events, jain
from ..results import Measurement
from ..scenario import ScenarioFile
from .judging import Judge
from .timeline import windows

TEN_MIN_S = 600.0
NEEDS_CONTROL = ("blocked_min", "blocked_jain", "blocked_demand_min")


@dataclass(frozen=True)
class Scope:
    """Which part of a run is judged: rows of the means, points, watched buses."""

    judge: Judge
    rows: slice
    points: np.ndarray
    watched: np.ndarray

    def u_v(self) -> np.ndarray:
        """Voltage means (intervals, points)."""
        return self.judge.u_table()[self.rows][:, self.points]

    def count(self):
        """The evaluator's event counter over this scope."""
        low, high = self.judge.limits_v()
        return count_events(self.u_v(), self.judge.mean_s, low_v=low, high_v=high,
                            mean_s=self.judge.mean_s, least_s=self.judge.mean_s,
                            rearm_s=self.judge.rule.rearm_s,
                            start_s=self.rows.start * self.judge.mean_s)

    def unbalance_pct(self, part: int) -> float:
        """Largest mean of u2 (part 0) or u0 (part 1) in %."""
        table = self.judge.unbalance_table()[self.rows, part][:, self.watched]
        return 100.0 * float(np.nanmax(table)) if table.size else math.nan


    def weeks(self):
        """The evaluator's EN 50160 verdicts, from the means; one node per bus."""
        names = [self.judge.plant.points[k] for k in self.points]
        row_of = {bus: n for n, bus in enumerate(dict.fromkeys(bus for bus, _ in names))}
        norm, here = En50160(len(row_of)), np.full((len(row_of), 3), np.nan)
        place = tuple(np.array([(row_of[bus], phase) for bus, phase in names], int).T)
        for row in self.u_v() if len(names) else ():
            here[place] = row
            norm.add(here, self.judge.mean_s)
        return norm.weeks()

    def u2_10_min(self) -> np.ndarray:
        """10-minute means of u2 at the watched buses (intervals, buses) in %."""
        table = self.judge.unbalance_table()[self.rows, 0][:, self.watched]
        means = Means(len(self.watched), TEN_MIN_S)
        found = [mean.copy() for row in table for mean in means.add_all(row, self.judge.mean_s)]
        return 100.0 * np.array(found).reshape(len(found), len(self.watched))


def _inside_pct(scope: Scope, name: str) -> float:
    """Share in % of 10-minute means inside, at the worst bus and week."""
    shares = [getattr(week, name) for week in scope.weeks() if week.valid]
    return 100.0 * min(shares) if shares else math.nan


def _u2_95_pct(scope: Scope) -> float:
    """95 % of the 10-minute means are at most this, at the worst bus."""
    table = scope.u2_10_min()
    if not table.size:
        return math.nan
    return float(np.sort(table, axis=0)[math.ceil(0.95 * len(table)) - 1].max())


def _extreme(function):
    def value(scope: Scope) -> float:
        u_v = scope.u_v()
        return float(function(u_v)) if u_v.size else math.nan
    return value


def _fleet(judge: Judge, kind: str):
    return judge.plant.fleets.named.get(kind, ([], None))[1]


def _held_min(judge: Judge, kind=None) -> np.ndarray:
    held = judge.held.held_s / 60.0
    return np.array([h for h, (_, wire) in zip(held, judge.loads, strict=True)
                     if kind in (None, wire.device.kind)])


def _jain_of_held(judge: Judge) -> float:
    """Of one kind of device: minutes of a car and of a heat pump do not compare."""
    held = _held_min(judge, "ev")
    held = held if len(held) else _held_min(judge)
    return jain(held) if len(held) else math.nan


def _coldest(judge: Judge) -> float:
    fleet = _fleet(judge, "heat_pump")
    return float(fleet.coldest_c.min()) if fleet else math.nan


def _warm_pct(judge: Judge) -> float:
    return 100.0 * float(judge.comfort.kept_share.min()) if judge.comfort else math.nan


def _ev_sum(judge: Judge, name: str) -> float:
    fleet = _fleet(judge, "ev")
    return float(getattr(fleet, name).sum()) / 1000.0 if fleet else 0.0


# name: (unit, title, function of a Scope); these take window, bus and phase.
VOLTAGE = {
    "events_under": ("1", "Under-voltage events", lambda s: float(s.count().under.sum())),
    "events_over": ("1", "Over-voltage events", lambda s: float(s.count().over.sum())),
    "event_min": ("min", "Time outside the band, sum of nodes and phases",
                  lambda s: float(s.count().outside_s.sum()) / 60.0),
    "event_volt_min": ("V*min", "Volts beyond the band times time, sum of nodes and phases",
                       lambda s: float(s.count().volt_s.sum()) / 60.0),
    "u_min_v": ("V", "Lowest voltage, 1-minute mean", _extreme(np.min)),
    "u_max_v": ("V", "Highest voltage, 1-minute mean", _extreme(np.max)),
    "u2_max_pct": ("pct", "Largest negative-sequence unbalance u2",
                   lambda s: s.unbalance_pct(0)),
    "u0_max_pct": ("pct", "Largest zero-sequence unbalance u0", lambda s: s.unbalance_pct(1)),
    "en50160_10_pct": ("pct", "10-minute means within +-10 %, at the worst bus (EN 50160 wants "
                       "95 % of a week)", lambda s: _inside_pct(s, "in_10_share")),
    "en50160_15_pct": ("pct", "10-minute means within +10/-15 %, at the worst bus (EN 50160 "
                       "wants all of a week)", lambda s: _inside_pct(s, "in_15_share")),
    "en50160_u2_pct": ("pct", "95 % value of the 10-minute means of u2, at the worst watched bus "
                       "(EN 50160: at most 2 % in a week)", _u2_95_pct),
}
# name: (unit, title, function of a Judge); these are of the whole run.
WHOLE = {
    "blocked_min": ("min", "Blocked time, sum of loads", lambda j: float(_held_min(j).sum())),
    "blocked_demand_min": ("min", "Blocked time in which the load wanted more, sum of loads",
                           lambda j: float(j.held.demanded_s.sum()) / 60.0),
    "blocked_jain": ("1", "Fairness of blocked time (Jain, 1 = equal)", _jain_of_held),
    "energy_missed_kwh": ("kWh", "Energy not charged at departure",
                          lambda j: float(j.ev().missing_wh.sum()) / 1000.0),
    "ev_charged_kwh": ("kWh", "Energy charged", lambda j: _ev_sum(j, "charged_wh")),
    "ev_open_kwh": ("kWh", "Energy still wanted by cars at the end",
                    lambda j: _ev_sum(j, "need_wh")),
    "coldest_degc": ("degC", "Lowest room temperature", _coldest),
    "warm_pct": ("pct", "Time at most 1 K below the set-point, in the coldest house", _warm_pct),
    "pv_lost_kwh": ("kWh", "PV energy lost to protection and control",
                    lambda j: sum(float(f.lost_wh.sum()) for _, f in j.plant.fleets.pv) / 1000.0),
    "losses_kwh": ("kWh", "Losses of cables and transformer",
                   lambda j: float(j.energy.wh.get("losses_wh", 0.0)) / 1000.0),
    "transformer_max_pct": ("pct", "Largest loading of the transformer",
                            lambda j: 100.0 * float(j.loading.value)),
    "line_max_pct": ("pct", "Largest loading of a line's conductor",
                     lambda j: 100.0 * float(j.line_loading.value)),
}
REFERENCE = {**VOLTAGE, **WHOLE}


def plain(judge: Judge, control: bool) -> list[Measurement]:
    """All measurements of the whole run that mean something for it, without limits."""
    everything = scope_of(judge, None, None, None)
    found = [Measurement(name, function(everything), unit, title=title)
             for name, (unit, title, function) in VOLTAGE.items()]
    for name, (unit, title, function) in WHOLE.items():
        if control and judge.loads or name not in NEEDS_CONTROL:
            found.append(Measurement(name, function(judge), unit, title=title))
    return [m for m in found if not math.isnan(m.value)]


def verdicts(file: ScenarioFile, judge: Judge, baseline: Judge | None) -> list[Measurement]:
    """The scenario's verdicts; `baseline` is the same run without boxes, where one is needed."""
    return [_verdict(file, verdict, judge, baseline) for verdict in file.scenario.verdicts]


def check_verdicts(file: ScenarioFile, judge: Judge) -> None:
    """Refuse verdicts on measurements, windows or buses that do not exist, before the run."""
    labels, seen = windows(file), set()
    buses = {bus for bus, _ in judge.plant.points}
    for i, bus in enumerate(judge.rule.buses):
        if bus not in buses:
            raise file.error(("evaluation", "buses", i), f"nothing is measured at {bus!r}; add it "
                             "to `watch`")
    for i, verdict in enumerate(file.scenario.verdicts):
        loc = ("verdicts", i)
        if verdict.measure not in REFERENCE:
            raise file.error((*loc, "measure"), f"expected one of {', '.join(REFERENCE)}, got "
                             f"{verdict.measure!r}")
        if verdict.window is not None and verdict.window not in labels:
            raise file.error((*loc, "window"), f"expected the label of a mark: "
                             f"{', '.join(labels) or 'none'}; got {verdict.window!r}")
        if verdict.bus is not None and verdict.bus not in buses:
            raise file.error((*loc, "bus"), f"nothing is measured at {verdict.bus!r}; add it to "
                             "`watch`")
        narrowed = verdict.window or verdict.bus or verdict.phase
        if narrowed and verdict.measure in WHOLE:
            raise file.error((*loc, "measure"), f"{verdict.measure} is of the whole run: no "
                             "window, bus or phase")
        if _key(verdict) in seen:
            raise file.error(loc, "judges the same measurement as one before it")
        seen.add(_key(verdict))


def needs_baseline(file: ScenarioFile) -> bool:
    """Whether a verdict compares with the run without control."""
    return any(verdict.against for verdict in file.scenario.verdicts)


def _verdict(file, verdict, judge: Judge, baseline) -> Measurement:
    unit, title = REFERENCE[verdict.measure][:2]
    value = _value(file, verdict, judge)
    name, subject = _key(verdict)
    if verdict.against:
        before = _value(file, verdict, baseline)
        value = 100.0 * (before - value) / before if before else math.nan
        unit, title = "pct", f"{title}: less than without control by"
    limit = verdict.at_most if verdict.at_least is None else verdict.at_least
    comparison = "<=" if verdict.at_least is None else ">="
    return Measurement(name, value, unit, limit, comparison, verdict.title or title, subject)


def _value(file, verdict, judge: Judge) -> float:
    if verdict.measure in WHOLE:
        return WHOLE[verdict.measure][2](judge)
    span = None
    if verdict.window:
        start_s, end_s = windows(file)[verdict.window]
        span = (start_s + verdict.settle_s, end_s)
    return VOLTAGE[verdict.measure][2](scope_of(judge, span, verdict.bus, verdict.phase))


def _key(verdict) -> tuple[str, str]:
    parts = [verdict.window, verdict.bus, verdict.phase and f"l{verdict.phase}"]
    name = f"{verdict.measure}_cut" if verdict.against else verdict.measure
    return name, ", ".join(part for part in parts if part)


def scope_of(judge: Judge, span, bus, phase) -> Scope:
    """The part of a run in `span` (start_s, end_s), at `bus`, on `phase`; None = all of it."""
    start_s, end_s = span or (0.0, judge.plant.span.duration_s)
    first = math.ceil(max(start_s, judge.rule.from_s) / judge.mean_s - 1e-9)
    rows = slice(first, max(first, int(end_s / judge.mean_s + 1e-9)))
    chosen = set(judge.rule.buses) or None
    points = [k for k, (at, on) in enumerate(judge.plant.points)
              if (chosen is None or at in chosen) and bus in (None, at)
              and phase in (None, on + 1)]
    watched = [k for k, at in enumerate(judge.plant.world.watched) if bus in (None, at)]
    return Scope(judge, rows, np.array(points, dtype=int), np.array(watched, dtype=int))
