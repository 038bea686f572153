"""What the flexible loads took in all: electric vehicles and heat pumps, with and without."""

import numpy as np

from phaseward_sim.results import Result
from phaseward_tools.cases import Case
from phaseward_tools.report import colours
from phaseward_tools.report.canvas import Figure, Pane, stacked_layout
from phaseward_tools.report.clock import Clock
from phaseward_tools.report.figures.traces import line
from phaseward_tools.report.thin import thin_rows

_KINDS = (("ev_p", "Electric vehicles, together"), ("heat_pump_p", "Heat pumps, together"),
          ("pv_p", "PV feed-in, together"))
_COLOURS = {"With control": colours.WITH, "Without control": colours.WITHOUT}


def figure(case: Case) -> Figure | None:
    shown = [k for k in _KINDS if any(_total(run, k[0]) is not None for _, run in case.runs)]
    if not shown:
        return None
    clock = Clock.of(case.main.meta)
    data = [_trace(words, run, name, pane, clock) for words, run in reversed(case.runs)
            for pane, (name, _) in enumerate(shown) if _total(run, name) is not None]
    panes = [Pane(title, "kW", 180, from_zero=True) for _, title in shown]
    layout = stacked_layout(panes, clock, case.main.marks, case.main.meta.duration_s)
    layout["legend"]["traceorder"] = "reversed"
    return Figure("loads", "Flexible loads", _caption(case, shown), data, layout)


def _total(run: Result, name: str) -> np.ndarray | None:
    """Sum over all devices in kW, None where there are none or they never ran."""
    table = run.tables.get(name)
    if table is None or not table.values.size or not np.any(np.nan_to_num(table.values)):
        return None
    return np.nansum(table.values, axis=1) / 1000.0


def _trace(words: str, run: Result, name: str, pane: int, clock: Clock) -> dict:
    total = _total(run, name)
    rows = thin_rows(total)
    return line(clock.x(run.tables[name].t_s[rows]), total[rows], words, _COLOURS[words], pane,
                line={"shape": "hv"}, showlegend=pane == 0, hovertemplate="%{y:.1f} kW")


def _caption(case: Case, shown: list[tuple[str, str]]) -> str:
    parts = []
    for name, title in shown:
        peaks = [f"{total.max():.1f} kW {words.lower()}" for words, run in case.runs
                 if (total := _total(run, name)) is not None]
        parts.append(f"{title.split(',')[0]}: peak {', '.join(peaks)}")
    return "; ".join(parts) + "."
