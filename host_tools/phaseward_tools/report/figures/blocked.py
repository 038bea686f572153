"""When each household's loads were held back, and why: bars over time.

Limits that ramp step by step under the same reason are joined into one bar with the range of
the limit; hover tells limit, reason, the voltages compared and the earliest release.
"""

from html import escape

from phaseward_sim.results import Decision, Result
from phaseward_tools.cases import Case
from phaseward_tools.report.canvas import Figure, Key, Pane, stacked_layout
from phaseward_tools.report.clock import Clock
from phaseward_tools.report.figures.spans import Bar, joined_bars, keys, limits, row_name

_ROW_PX = 24
DASH = "\N{EN DASH}"


def figure(case: Case) -> Figure | None:
    run = case.with_control
    decisions = limits(run) if run else []
    if not decisions:
        return None
    clock, bars = Clock.of(run.meta), joined_bars(d for d in decisions if d.blocked)
    rows = list(dict.fromkeys(row_name(d) for d in decisions))
    reasons = keys(bars)
    data = [_trace(key, [b for b in bars if b.first.reason_id == key.label], clock)
            for key in reasons]
    return Figure("blocked", "Blocked intervals and their reasons", _caption(run, bars), data,
                  _layout(run, clock, rows), keys=reasons)


def _trace(key: Key, bars: list[Bar], clock: Clock) -> dict:
    return {
        "type": "bar", "orientation": "h", "name": key.label, "width": 0.62,
        "y": [row_name(b.first) for b in bars],
        "base": [float(clock.x(b.first.start_s)) for b in bars],
        "x": [clock.length(b.duration_s) for b in bars],
        "hovertext": [hover_text(b, clock) for b in bars], "hoverinfo": "text",
        "marker": {"color": key.colour, "line": {"width": 0}}, "showlegend": False,
    }


def _limit_words(bar: Bar) -> str:
    low, high = f"{bar.low_w / 1000:.1f}", f"{bar.high_w / 1000:.1f}"
    return f"{low} kW" if low == high else f"{low} to {high} kW"


def _numbers(decision: Decision) -> str:
    """What was compared when it began."""
    if decision.v_mv <= 0:
        return ""
    own = f", against {decision.q_mv / 1000:.1f} V of its own history" if decision.q_mv > 0 else ""
    return f"<br>{decision.v_mv / 1000:.1f} V at the worst phase{own}"


def hover_text(bar: Bar, clock: Clock) -> str:
    """What a reader wants to know of one bar."""
    first, last = bar.first, bar.last
    until = f"<br>earliest release {clock.words(last.until_s)}" if last.until_s > 0 else ""
    return (f"<b>{escape(row_name(first))}</b><br>{clock.words(first.start_s)} {DASH} "
            f"{clock.words(last.end_s)} ({bar.duration_s / 60:.0f} min)"
            f"<br>limit {_limit_words(bar)}<br>{escape(first.reason)}{_numbers(first)}{until}")


def _layout(run: Result, clock: Clock, rows: list[str]) -> dict:
    pane = Pane("", "", _ROW_PX * len(rows) + _ROW_PX)
    layout = stacked_layout([pane], clock, run.marks, run.meta.duration_s)
    layout["margin"]["l"] = 132
    layout["yaxis"].update({
        "type": "category", "categoryorder": "array", "categoryarray": rows[::-1],
        "range": [-0.6, len(rows) - 0.4], "fixedrange": True, "dtick": 1})
    layout.update({"barmode": "overlay", "hovermode": "closest"})
    return layout


def _caption(run: Result, bars: list[Bar]) -> str:
    if not bars:
        return "No load was held back."
    told = run.measurement("blocked_min")
    minutes = told.value if told else sum(b.duration_s for b in bars) / 60
    loads = len({(b.first.box, b.first.load) for b in bars})
    return (f"{loads} loads were held back, {minutes:.0f} minutes in all. Point at a bar for "
            "its limit, reason, voltages and earliest release.")
