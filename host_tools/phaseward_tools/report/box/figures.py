"""Plots of a box's report: voltages, transfer and unbalance, blocks."""

import numpy as np

from phaseward_sim.results import Mark
from phaseward_tools.field.words import PHASES, span
from phaseward_tools.report import colours
from phaseward_tools.report.box.blocks import Block
from phaseward_tools.report.box.changes import Change
from phaseward_tools.report.box.series import Series
from phaseward_tools.report.canvas import Figure, Key, Pane, stacked_layout
from phaseward_tools.report.clock import Clock
from phaseward_tools.report.figures.traces import line

_MARGIN_V = 3.0
_ROW_PX = 42
_FALLBACK = colours.CYCLE[0]


def all_figures(series: Series, changes: list[Change], blocks: list[Block], clock: Clock,
                ) -> list[Figure]:
    marks = [Mark(change.t_s, change.label, change.words[0]) for change in changes]
    found = [voltages(series, marks, clock)] if len(series.t_s) else []
    if len(series.t_s):
        found.append(transfer(series, marks, clock))
    if blocks:
        found.append(held_back(series, blocks, marks, clock))
    return found


def voltages(series: Series, marks: list[Mark], clock: Clock) -> Figure:
    """The three phases against the box's own bands."""
    low, high, critical = (series.values[name] / 1000 for name in
                           ("pq_lo_mv", "pq_hi_mv", "bl_crit_mv"))
    limits = [(low, f"{low:.0f} V", colours.LIMIT_NARROW),
              (high, f"{high:.0f} V", colours.LIMIT_NARROW)]
    if critical:
        limits.append((critical, "critical", colours.LIMIT_WIDE))
    seen = series.u_v[np.isfinite(series.u_v)]
    values = [*seen, *[limit[0] for limit in limits]]
    y_range = (min(values) - _MARGIN_V, max(values) + _MARGIN_V)
    pane = Pane("", "V", 300, y_range, tuple(limits), (low, high))
    x = clock.x(series.t_s)
    data = [line(x, series.u_v[:, i], PHASES[i], colours.PHASE[PHASES[i].lower()], 0,
                 hovertemplate="%{y:.1f} V") for i in range(3)]
    layout = stacked_layout([pane], clock, marks, series.end_s)
    told = f"{seen.min():.1f} to {seen.max():.1f} V" if len(seen) else "no voltage"
    return Figure("voltages", "Phase voltages, 10-minute means",
                  f"Phase-to-neutral, {told}. Shaded: the band of the box's parameters. Dotted: "
                  "changes of parameters.", data, layout)


def transfer(series: Series, marks: list[Mark], clock: Clock) -> Figure:
    """Power moved between the phases, and the unbalance over it."""
    x = clock.x(series.t_s)
    panes = [Pane("Voltage unbalance", "%", 150, from_zero=True),
             Pane("Transfer: drawn from each phase", "kW", 190)]
    data = [line(x, series.unbalance_pct, "unbalance", colours.WITH, 0, showlegend=False,
                 hovertemplate="%{y:.2f} %")]
    data += [line(x, series.transfer_w[:, i] / 1000, PHASES[i],
                  colours.PHASE[PHASES[i].lower()], 1, hovertemplate="%{y:.2f} kW",
                  line={"shape": "vh"}) for i in range(3)]
    layout = stacked_layout(panes, clock, marks, series.end_s)
    moved = np.nan_to_num(np.abs(series.transfer_w)).max()
    told = f"up to {moved / 1000:.1f} kW in a phase" if moved else "no power was moved"
    return Figure("transfer", "Unbalance and transfer", f"10-minute means; {told}.", data, layout)


def held_back(series: Series, blocks: list[Block], marks: list[Mark], clock: Clock) -> Figure:
    """A bar for each block, coloured by its reason."""
    loads = sorted({block.load for block in blocks})
    reasons = list(dict.fromkeys(block.reason for block in blocks))
    keys = [Key(colours.REASON.get(reason, _FALLBACK), reason,
                f"{sum(b.minutes for b in blocks if b.reason == reason):.0f} min")
            for reason in reasons]
    data = [_bars(key, [b for b in blocks if b.reason == key.label], clock) for key in keys]
    layout = stacked_layout([Pane("", "", _ROW_PX * (len(loads) + 1))], clock, marks,
                            series.end_s)
    rows = [f"load {load}" for load in loads]
    layout["yaxis"].update({"type": "category", "categoryorder": "array",
                            "categoryarray": rows[::-1], "range": [-0.6, len(rows) - 0.4],
                            "fixedrange": True})
    layout.update({"barmode": "overlay", "hovermode": "closest"})
    minutes = sum(block.minutes for block in blocks)
    return Figure("blocks", "Loads held back", f"{len(blocks)} times, {minutes:.0f} minutes in "
                  "all. Point at a bar for its reason.", data, layout, keys=keys)


def _bars(key: Key, blocks: list[Block], clock: Clock) -> dict:
    texts = [f"load {b.load}, {span(round(b.end_s - b.start_s))}<br>limit {b.limit_w} W at "
             f"{b.lowest_v:.1f} V<br>{b.reason}" for b in blocks]
    return {"type": "bar", "orientation": "h", "name": key.label, "width": 0.6,
            "y": [f"load {b.load}" for b in blocks],
            "base": [float(clock.x(b.start_s)) for b in blocks],
            "x": [clock.length(b.end_s - b.start_s) for b in blocks],
            "hovertext": texts, "hoverinfo": "text", "showlegend": False,
            "marker": {"color": key.colour, "line": {"width": 0}}}
