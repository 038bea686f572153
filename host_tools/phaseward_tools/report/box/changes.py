"""Before and after each change of parameters: voltages, events and blocks, per day where counted.

A change is what was set within `TOGETHER_S`. It is compared from the change before it, or the
beginning of the records, to the change after it, or their end, but over no more than `LONGEST_S`
to either side.
"""

from dataclasses import dataclass

import numpy as np

from phaseward_tools.report.box.blocks import Block
from phaseward_tools.report.box.series import INTERVAL_S, Series

TOGETHER_S = 300
LONGEST_S = 7 * 86400
LATEST = 8
_DAY_S = 86400
_FEWEST = 3  # 10-minute means, else nothing is said of a window


@dataclass(frozen=True)
class Window:
    """What the box saw from start_s to end_s. None: too little to say.

    outside_pct: share of the 10-minute means with a phase outside the band
    """

    start_s: float
    end_s: float
    outside_pct: float | None
    lowest_v: float | None
    highest_v: float | None
    unbalance_pct: float | None
    events: float | None
    blocked_min: float | None


@dataclass(frozen=True)
class Change:
    """label: C1, C2 ...; words: what was changed."""

    label: str
    t_s: float
    words: list[str]
    before: Window
    after: Window


def changes_of(series: Series, blocks: list[Block]) -> list[Change]:
    """The latest changes, oldest first."""
    groups = _groups(series)
    moments = [t_s for t_s, _ in groups]
    found = []
    for i, (t_s, words) in enumerate(groups):
        start_s = max(moments[i - 1] if i else 0.0, t_s - LONGEST_S)
        end_s = min(moments[i + 1] if i + 1 < len(groups) else series.end_s, t_s + LONGEST_S)
        found.append(Change(f"C{i + 1}", t_s, words, window(series, blocks, start_s, t_s),
                            window(series, blocks, t_s, end_s)))
    return found[-LATEST:]


def _groups(series: Series) -> list[tuple[float, list[str]]]:
    groups: list[tuple[float, list[str]]] = []
    for t_s, entry in series.log:
        if not entry.kind.startswith("set_"):
            continue
        words = entry.words(series.parameters)
        if groups and t_s - groups[-1][0] <= TOGETHER_S:
            groups[-1][1].append(words)
        else:
            groups.append((t_s, [words]))
    return groups


def window(series: Series, blocks: list[Block], start_s: float, end_s: float) -> Window:
    """The means that lie wholly inside, and what was logged meanwhile."""
    inside = (series.t_s - INTERVAL_S >= start_s - 1) & (series.t_s <= end_s + 1)
    u_v = series.u_v[inside]
    u_v = u_v[np.isfinite(u_v).all(axis=1)] if len(u_v) else u_v
    days = (end_s - start_s) / _DAY_S
    if len(u_v) < _FEWEST:
        return Window(start_s, end_s, *[None] * 6)
    low, high = (series.values[name] / 1000 for name in ("pq_lo_mv", "pq_hi_mv"))
    outside = ((u_v < low) | (u_v > high)).any(axis=1)
    unbalance = series.unbalance_pct[inside]
    events = sum(start_s <= t_s < end_s for t_s, e in series.log if e.kind == "event")
    blocked_s = sum(max(0.0, min(b.end_s, end_s) - max(b.start_s, start_s)) for b in blocks)
    known = unbalance[np.isfinite(unbalance)]
    return Window(start_s, end_s, 100 * float(outside.mean()), float(u_v.min()),
                  float(u_v.max()), float(known.mean()) if len(known) else None, events / days,
                  blocked_s / 60 / days)
