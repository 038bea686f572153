"""Voltage unbalance at the scenario's focus: negative (u2) and zero sequence (u0)."""

import numpy as np

from phaseward_sim.results import Result
from phaseward_tools.cases import Case
from phaseward_tools.report import colours
from phaseward_tools.report.canvas import Figure, Pane, stacked_layout
from phaseward_tools.report.clock import Clock
from phaseward_tools.report.figures.traces import line
from phaseward_tools.report.thin import thin_rows

# EN 50160, 4.2.4: 95 % of a week's 10-minute means of u2 stay within 2 %. Unverified clause.
_U2_LIMIT_PCT = 2.0
_PARTS = (("u2", "Negative sequence u2"), ("u0", "Zero sequence u0"))
_COLOURS = {"With control": colours.WITH, "Without control": colours.WITHOUT}


def figure(case: Case) -> Figure | None:
    runs = [(words, run) for words, run in case.runs
            if "bus_unbalance" in run.tables and run.tables["bus_unbalance"].values.size]
    if not runs:
        return None
    meta, clock = case.main.meta, Clock.of(case.main.meta)
    node = _node(runs)
    data = [trace for words, run in reversed(runs)
            for trace in _traces(words, run, node, clock)]
    panes = [Pane(title, "%", 180, from_zero=True, lines=_limit(part)) for part, title in _PARTS]
    layout = stacked_layout(panes, clock, case.main.marks, meta.duration_s)
    layout["legend"]["traceorder"] = "reversed"
    return Figure("unbalance", "Voltage unbalance", _caption(runs, node), data, layout)


def _limit(part: str) -> tuple[tuple[float, str, str], ...]:
    return ((_U2_LIMIT_PCT, "2 %", colours.LIMIT_NARROW),) if part == "u2" else ()


def _node(runs: list[tuple[str, Result]]) -> str:
    """The focus if it was recorded, else the node with the largest u2 of the last run."""
    run = runs[-1][1]
    table, focus = run.tables["bus_unbalance"], run.meta.focus_bus
    if focus in table.spec.items:
        return focus
    return table.spec.items[int(np.nanmax(table.values[:, :, 0], axis=0).argmax())]


def _traces(words: str, run: Result, node: str, clock: Clock) -> list[dict]:
    table = run.tables["bus_unbalance"]
    if node not in table.spec.items:
        return []
    percent = table.of(node)
    rows = thin_rows(percent)
    x = clock.x(table.t_s[rows])
    return [line(x, percent[rows, i], words, _COLOURS[words], i, showlegend=i == 0,
                 hovertemplate=f"%{{y:.2f}} % {part}<extra>{words}</extra>")
            for i, (part, _) in enumerate(_PARTS)]


def _caption(runs: list[tuple[str, Result]], node: str) -> str:
    means = [f"{words.lower()} {np.nanmean(run.tables['bus_unbalance'].of(node, 'u2')):.2f} %"
             for words, run in runs if node in run.tables["bus_unbalance"].spec.items]
    return (f"At {node}, in per cent of the positive sequence; mean u2 {', '.join(means)}. "
            "The 2 % line is the limit for 95 % of a week's 10-minute means.")
