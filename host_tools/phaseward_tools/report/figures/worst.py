"""The lowest and the highest voltage of all recorded nodes, with and without control."""

import numpy as np

from phaseward_sim.results import Result
from phaseward_tools.cases import Case
from phaseward_tools.report import colours
from phaseward_tools.report.canvas import Figure, Pane, stacked_layout
from phaseward_tools.report.clock import Clock
from phaseward_tools.report.figures.traces import (
    line,
    voltage_band,
    voltage_lines,
    voltage_range,
)
from phaseward_tools.report.thin import thin_rows

_STYLES = {"With control": (colours.WITH, {}),
           "Without control": (colours.WITHOUT, {"dash": "2px,2px"})}


def figure(case: Case) -> Figure | None:
    runs = [(words, run) for words, run in case.runs
            if "bus_u" in run.tables and run.tables["bus_u"].values.size]
    if not runs:
        return None
    meta, clock = case.main.meta, Clock.of(case.main.meta)
    data, spans = [], []
    # Without control is drawn first, so that the run of interest lies on top.
    for words, run in reversed(runs):
        data += _traces(words, run, clock)
        spans.append(run.tables["bus_u"].values)
    pane = Pane("Lowest and highest voltage of all recorded nodes and phases", "V", 270,
                voltage_range(meta, *spans), voltage_lines(meta), voltage_band(meta))
    layout = stacked_layout([pane], clock, case.main.marks, meta.duration_s)
    layout["legend"]["traceorder"] = "reversed"
    return Figure("worst", "Extremes along the feeder", _caption(runs), data, layout)


def _traces(words: str, run: Result, clock: Clock) -> list[dict]:
    table = run.tables["bus_u"]
    both = np.stack([np.nanmin(table.values, axis=(1, 2)), np.nanmax(table.values, axis=(1, 2))],
                    axis=1)
    rows = thin_rows(both)
    x, (colour, style) = clock.x(table.t_s[rows]), _STYLES[words]
    return [line(x, both[rows, i], words, colour, 0, line=style, showlegend=i == 0,
                 hovertemplate=f"%{{y:.1f}} V {end}<extra>{words}</extra>")
            for i, end in enumerate(("lowest", "highest"))]


def _caption(runs: list[tuple[str, Result]]) -> str:
    return "; ".join(_where(words, run) for words, run in runs) + "."


def _where(words: str, run: Result) -> str:
    table = run.tables["bus_u"]
    _, item, part = np.unravel_index(np.nanargmin(table.values), table.values.shape)
    _, item_hi, part_hi = np.unravel_index(np.nanargmax(table.values), table.values.shape)
    low, high = np.nanmin(table.values), np.nanmax(table.values)
    items, parts = table.spec.items, table.spec.parts
    return (f"{words}: lowest {low:.1f} V at {items[item]} on {parts[part].upper()}, "
            f"highest {high:.1f} V at {items[item_hi]} on {parts[part_hi].upper()}")
