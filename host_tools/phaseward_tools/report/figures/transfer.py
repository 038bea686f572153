"""Active and reactive power that the balancer stages inject into each phase, and why."""

import numpy as np

from phaseward_sim.results import PHASES, Result, Table
from phaseward_tools.cases import Case
from phaseward_tools.report import colours
from phaseward_tools.report.canvas import Choice, Figure, Key, Pane, axis_name, stacked_layout
from phaseward_tools.report.clock import Clock
from phaseward_tools.report.figures.spans import Bar, joined_bars, keys, of_stage
from phaseward_tools.report.figures.traces import line
from phaseward_tools.report.thin import thin_rows

_QUANTITIES = (("stage_p", "Active power into each phase", "kW"),
               ("stage_q", "Reactive power into each phase", "kvar"))
_STRIP_PX = 16


def figure(case: Case) -> Figure | None:
    run = case.with_control
    shown = [q for q in _QUANTITIES if run and _has_power(run.tables.get(q[0]))]
    if not shown:
        return None
    clock, stages = Clock.of(run.meta), run.tables[shown[0][0]].spec.items
    bars = {stage: joined_bars(of_stage(run, stage)) for stage in stages}
    reasons = keys(bar for stage in stages for bar in bars[stage])
    data, owners = [], []
    for stage in stages:
        new = _stage_traces(run, shown, stage, clock, stage == stages[0])
        new += _strip(bars[stage], reasons, len(shown), clock, stage == stages[0])
        data, owners = data + new, owners + [stage] * len(new)
    choices = [Choice(s, [owner == s for owner in owners], _caption(run, s)) for s in stages]
    return Figure("transfer", "Power moved between phases", choices[0].caption, data,
                  _layout(run, shown, clock, bool(reasons)), choices, reasons)


def _layout(run: Result, shown: list[tuple], clock: Clock, strip: bool) -> dict:
    panes = [Pane(title, unit, 220, lines=((0.0, "", colours.WITHOUT),))
             for _, title, unit in shown]
    if strip:
        panes.append(Pane("Reason", "", _STRIP_PX, y_range=(-1, 1)))
    layout = stacked_layout(panes, clock, run.marks, run.meta.duration_s)
    if strip:
        layout[axis_name(len(shown)).replace("y", "yaxis")].update(
            {"visible": False, "fixedrange": True})
    return layout


def _has_power(table: Table | None) -> bool:
    return table is not None and bool(np.any(np.abs(np.nan_to_num(table.values)) > 0))


def _stage_traces(run: Result, shown: list[tuple], stage: str, clock: Clock,
                  visible: bool) -> list[dict]:
    return [trace for pane, (name, _, unit) in enumerate(shown)
            for trace in _phase_traces(run.tables[name], stage, unit, pane, clock, visible)]


def _phase_traces(table: Table, stage: str, unit: str, pane: int, clock: Clock,
                  visible: bool) -> list[dict]:
    kilo = table.of(stage) / 1000.0
    rows = thin_rows(kilo)
    x = clock.x(table.t_s[rows])
    return [line(x, kilo[rows, i], phase.upper(), colours.PHASE[phase], pane, visible=visible,
                 showlegend=pane == 0, hovertemplate=f"%{{y:+.2f}} {unit}")
            for i, phase in enumerate(PHASES)]


def _strip(bars: list[Bar], reasons: list[Key], pane: int, clock: Clock,
           visible: bool) -> list[dict]:
    """One thick line per reason, with gaps: a bar cannot share the unified hover."""
    traces = []
    for key in reasons:
        own = [b for b in bars if b.first.reason_id == key.label]
        x = [clock.x([b.first.start_s, b.last.end_s, np.nan]) for b in own]
        x = np.concatenate(x) if x else np.empty(0)
        traces.append(line(x, np.zeros(len(x)), key.label, key.colour, pane, visible=visible,
                           showlegend=False, hoverinfo="skip", line={"width": _STRIP_PX}))
    return traces


def _caption(run: Result, stage: str) -> str:
    if "stage_p" not in run.tables:
        return f"Stage {stage}."
    kilo = np.abs(run.tables["stage_p"].of(stage)) / 1000.0
    return (f"Stage {stage}, positive = into the phase. What it takes from one phase it gives "
            f"to the others, less its own losses. Largest: {np.nanmax(kilo):.1f} kW on one "
            "phase.")
