"""Phase voltages at one node, with and without control over one another.

The reader picks the node: the scenario's own focus, then those with the most extreme voltages.
"""

import numpy as np

from phaseward_sim.results import PHASES, Result
from phaseward_tools.cases import Case
from phaseward_tools.report import colours
from phaseward_tools.report.canvas import Choice, Figure, Pane, stacked_layout
from phaseward_tools.report.clock import Clock
from phaseward_tools.report.figures.traces import (
    line,
    voltage_band,
    voltage_lines,
    voltage_range,
)
from phaseward_tools.report.thin import thin_rows

_NODES = 7


def figure(case: Case) -> Figure | None:
    runs = [(words, run) for words, run in case.runs if "bus_u" in run.tables]
    if not runs or not runs[0][1].tables["bus_u"].rows:
        return None
    meta = case.main.meta
    clock, nodes = Clock.of(meta), _nodes(runs)
    values = [run.tables["bus_u"].of(node) for _, run in runs for node in nodes
              if node in run.tables["bus_u"].spec.items]
    y_range = voltage_range(meta, *values)
    panes = [Pane(words, "V", 250, y_range, voltage_lines(meta), voltage_band(meta))
             for words, _ in runs]
    data, owners = _traces(runs, nodes, clock)
    choices = [Choice(node, [owner == node for owner in owners], _caption(runs, node))
               for node in nodes]
    layout = stacked_layout(panes, clock, case.main.marks, meta.duration_s)
    return Figure("voltages", "Phase voltages", choices[0].caption, data, layout, choices)


def _nodes(runs: list[tuple[str, Result]]) -> list[str]:
    """The focus, then the nodes whose voltage strays furthest from nominal in any run."""
    meta = runs[0][1].meta
    stray: dict[str, float] = {}
    for _, run in runs:
        table = run.tables["bus_u"]
        far = np.nanmax(np.abs(table.values - meta.u_nominal_v), axis=(0, 2), initial=0.0)
        for node, value in zip(table.spec.items, far, strict=True):
            stray[node] = max(stray.get(node, 0.0), float(value))
    ordered = sorted(stray, key=lambda node: -stray[node])
    if meta.focus_bus in stray:
        ordered = list(dict.fromkeys([meta.focus_bus, *ordered]))
    return ordered[:_NODES]


def _traces(runs: list[tuple[str, Result]], nodes: list[str],
            clock: Clock) -> tuple[list[dict], list[str]]:
    data, owners = [], []
    for node in nodes:
        for pane, (words, run) in enumerate(runs):
            if node in run.tables["bus_u"].spec.items:
                new = _node_traces(words, run, node, pane, clock, shown=node == nodes[0])
                data += new
                owners += [node] * len(new)
    return data, owners


def _node_traces(words: str, run: Result, node: str, pane: int, clock: Clock,
                 shown: bool) -> list[dict]:
    table = run.tables["bus_u"]
    u_v = table.of(node)
    rows = thin_rows(u_v)
    x = clock.x(table.t_s[rows])
    # One hover box covers both panes, so the lower one's lines say where they belong.
    suffix = f" {words.lower()}" if pane else ""
    return [line(x, u_v[rows, i], phase.upper() + suffix, colours.PHASE[phase], pane,
                 visible=shown, showlegend=pane == 0, hovertemplate="%{y:.1f} V",
                 legendgroup=phase)
            for i, phase in enumerate(PHASES)]


def _caption(runs: list[tuple[str, Result]], node: str) -> str:
    parts, (low_v, high_v) = [], voltage_band(runs[0][1].meta)
    for words, run in runs:
        if node in run.tables["bus_u"].spec.items:
            u_v = run.tables["bus_u"].of(node)
            parts.append(f"{words.lower()} {np.nanmin(u_v):.1f} to {np.nanmax(u_v):.1f} V")
    return (f"Phase-to-neutral voltage at {node}: {'; '.join(parts)}. "
            f"Shaded: the band that is judged, {low_v:.1f} to {high_v:.1f} V.")
