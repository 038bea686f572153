"""Active and reactive power that the balancer stages inject into each phase."""

import numpy as np

from phaseward_sim.results import PHASES, Result, Table
from phaseward_tools.cases import Case
from phaseward_tools.report import colours
from phaseward_tools.report.canvas import Choice, Figure, Pane, stacked_layout
from phaseward_tools.report.clock import Clock
from phaseward_tools.report.figures.traces import line
from phaseward_tools.report.thin import thin_rows

_QUANTITIES = (("stage_p", "Active power into each phase", "kW"),
               ("stage_q", "Reactive power into each phase", "kvar"))


def figure(case: Case) -> Figure | None:
    run = case.with_control
    shown = [q for q in _QUANTITIES if run and _has_power(run.tables.get(q[0]))]
    if not shown:
        return None
    clock = Clock.of(run.meta)
    stages = run.tables[shown[0][0]].spec.items
    data, owners = [], []
    for stage in stages:
        for pane, (name, _, unit) in enumerate(shown):
            data += _traces(run.tables[name], stage, unit, pane, clock, stage == stages[0])
            owners += [stage] * len(PHASES)
    panes = [Pane(title, unit, 220, lines=((0.0, "", colours.WITHOUT),))
             for _, title, unit in shown]
    layout = stacked_layout(panes, clock, run.marks, run.meta.duration_s)
    choices = [Choice(s, [owner == s for owner in owners], _caption(run, s)) for s in stages]
    return Figure("transfer", "Power moved between phases", choices[0].caption, data, layout,
                  choices)


def _has_power(table: Table | None) -> bool:
    return table is not None and bool(np.any(np.abs(np.nan_to_num(table.values)) > 0))


def _traces(table: Table, stage: str, unit: str, pane: int, clock: Clock,
            shown: bool) -> list[dict]:
    kilo = table.of(stage) / 1000.0
    rows = thin_rows(kilo)
    x = clock.x(table.t_s[rows])
    return [line(x, kilo[rows, i], phase.upper(), colours.PHASE[phase], pane, visible=shown,
                 showlegend=pane == 0, hovertemplate=f"%{{y:+.2f}} {unit}")
            for i, phase in enumerate(PHASES)]


def _caption(run: Result, stage: str) -> str:
    if "stage_p" not in run.tables:
        return f"Stage {stage}."
    kilo = np.abs(run.tables["stage_p"].of(stage)) / 1000.0
    return (f"Stage {stage}, positive = into the phase. What it takes from one phase it gives "
            f"to the others, less its own losses. Largest: {np.nanmax(kilo):.1f} kW on one "
            "phase.")
