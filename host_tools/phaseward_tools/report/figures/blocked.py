"""When each household's loads were held back, and why: bars over time.

Limits that ramp step by step under the same reason are joined into one bar with the range of
the limit; hover tells limit, reason and earliest release.
"""

from collections import Counter
from dataclasses import dataclass
from html import escape

from phaseward_sim.results import Decision, Result
from phaseward_tools.cases import Case
from phaseward_tools.report import colours
from phaseward_tools.report.canvas import Figure, Key, Pane, stacked_layout
from phaseward_tools.report.clock import Clock

_ROW_PX = 24
KIND_WORDS = {"ev": "EV", "heat_pump": "heat pump", "battery": "battery"}
DASH = "\N{EN DASH}"


@dataclass
class Bar:
    """Blocked spans of one load that follow one another under one reason."""

    first: Decision
    last: Decision
    low_w: float
    high_w: float


def figure(case: Case) -> Figure | None:
    run = case.with_control
    if run is None or not run.decisions:
        return None
    clock, bars, rows = Clock.of(run.meta), joined_bars(run.decisions), _rows(run.decisions)
    keys = _keys(bars)
    data = [_trace(key, [b for b in bars if b.first.reason_id == key.label], clock)
            for key in keys]
    return Figure("blocked", "Blocked intervals and their reasons", _caption(bars), data,
                  _layout(run, clock, rows), keys=keys)


def _keys(bars: list[Bar]) -> list[Key]:
    """The reasons that occur, the most frequent first, each with its colour."""
    sentences = {bar.first.reason_id: bar.first.reason for bar in bars}
    counts = Counter(bar.first.reason_id for bar in bars)
    return [Key(colours.CYCLE[i % len(colours.CYCLE)], reason, sentences[reason])
            for i, (reason, _) in enumerate(counts.most_common())]


def row_name(decision: Decision) -> str:
    """The row of a load: its household and what it is."""
    owner = decision.household or decision.box
    return f"{owner} {KIND_WORDS.get(decision.kind, decision.kind or decision.load)}"


def _rows(decisions: list[Decision]) -> list[str]:
    return sorted(dict.fromkeys(row_name(d) for d in decisions))


def joined_bars(decisions: list[Decision]) -> list[Bar]:
    """Blocked decisions by load and time, neighbours of one reason joined."""
    bars: list[Bar] = []
    blocked = [d for d in decisions if d.blocked]
    for d in sorted(blocked, key=lambda d: (d.box, d.load, d.start_s)):
        bar = bars[-1] if bars else None
        if bar and (bar.last.box, bar.last.load, bar.last.end_s, bar.last.reason_id) == (
                d.box, d.load, d.start_s, d.reason_id):
            bar.last = d
            bar.low_w, bar.high_w = min(bar.low_w, d.limit_w), max(bar.high_w, d.limit_w)
        else:
            bars.append(Bar(d, d, d.limit_w, d.limit_w))
    return bars


def _trace(key: Key, bars: list[Bar], clock: Clock) -> dict:
    return {
        "type": "bar", "orientation": "h", "name": key.label, "width": 0.62,
        "y": [row_name(b.first) for b in bars],
        "base": [float(clock.x(b.first.start_s)) for b in bars],
        "x": [clock.length(b.last.end_s - b.first.start_s) for b in bars],
        "hovertext": [hover_text(b, clock) for b in bars], "hoverinfo": "text",
        "marker": {"color": key.colour, "line": {"width": 0}}, "showlegend": False,
    }


def _limit_words(bar: Bar) -> str:
    low, high = bar.low_w / 1000, bar.high_w / 1000
    return f"{low:.1f} kW" if low == high else f"{low:.1f} to {high:.1f} kW"


def hover_text(bar: Bar, clock: Clock) -> str:
    """What a reader wants to know of one bar."""
    first, last = bar.first, bar.last
    minutes = (last.end_s - first.start_s) / 60
    until = f"<br>earliest release {clock.words(last.until_s)}" if last.until_s > 0 else ""
    return (f"<b>{escape(row_name(first))}</b><br>"
            f"{clock.words(first.start_s)} {DASH} {clock.words(last.end_s)} ({minutes:.0f} min)"
            f"<br>limit {_limit_words(bar)}<br>{escape(first.reason)}{until}")


def _layout(run: Result, clock: Clock, rows: list[str]) -> dict:
    pane = Pane("", "", _ROW_PX * len(rows) + _ROW_PX)
    layout = stacked_layout([pane], clock, run.marks, run.meta.duration_s)
    layout["margin"]["l"] = 132
    layout["yaxis"].update({
        "type": "category", "categoryorder": "array", "categoryarray": rows[::-1],
        "range": [-0.6, len(rows) - 0.4], "fixedrange": True, "dtick": 1})
    layout.update({"barmode": "overlay", "hovermode": "closest"})
    return layout


def _caption(bars: list[Bar]) -> str:
    minutes = sum(b.last.end_s - b.first.start_s for b in bars) / 60
    loads = len({(b.first.box, b.first.load) for b in bars})
    if not bars:
        return "No load was held back."
    return (f"{loads} loads were held back, {minutes:.0f} minutes in all. Point at a bar for "
            "its limit, reason and earliest release.")
