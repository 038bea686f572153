"""What happened between the marks: means at the focus from one mark to the next.

Computed from the recorded series for display; verdicts come from the evaluator, which sees
every step. Volts phase-to-neutral, u2 in per cent, moved power in kW.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from phaseward_sim.results import PHASES, Mark, Result, Table
from phaseward_tools.cases import Case
from phaseward_tools.summary import number


@dataclass(frozen=True)
class WindowRow:
    """One window of one case as text; the weakest phase is the one with the lowest mean."""

    label: str
    text: str
    weakest_before: str
    weakest: str
    strongest: str
    u2: str
    moved: str


def window_rows(case: Case) -> list[WindowRow]:
    """One row per mark, if there are several and voltages were recorded at the focus."""
    run = case.main
    if len(run.marks) < 2 or _phase_means(run, 0.0, run.meta.duration_s) is None:
        return []
    ends = [mark.t_s for mark in run.marks[1:]] + [run.meta.duration_s]
    return [_row(case, mark, end_s) for mark, end_s in zip(run.marks, ends, strict=True)]


def _row(case: Case, mark: Mark, end_s: float) -> WindowRow:
    run, other = case.main, case.without_control if case.with_control else None
    means = _phase_means(run, mark.t_s, end_s)
    before = _phase_means(other, mark.t_s, end_s) if other else None
    return WindowRow(mark.label, mark.text, _phase_words(before, np.argmin),
                     _phase_words(means, np.argmin), _phase_words(means, np.argmax),
                     number(_mean_u2(run, mark.t_s, end_s), "pct"),
                     number(_mean_moved(run, mark.t_s, end_s), "kW"))


def _within(table: Table, start_s: float, end_s: float) -> np.ndarray:
    """Rows stamped from the start until before the end: the engine stamps a step's start."""
    return (table.t_s >= start_s) & (table.t_s < end_s)


def _phase_means(run: Result, start_s: float, end_s: float) -> np.ndarray | None:
    table = run.tables.get("bus_u")
    if table is None or run.meta.focus_bus not in table.spec.items:
        return None
    rows = table.of(run.meta.focus_bus)[_within(table, start_s, end_s)]
    return rows.mean(axis=0) if len(rows) else None


def _phase_words(means: np.ndarray | None, choose: Callable) -> str:
    if means is None:
        return number(None, "V")
    phase = int(choose(means))
    return f"{PHASES[phase].upper()} {number(float(means[phase]), 'V')}"


def _mean_u2(run: Result, start_s: float, end_s: float) -> float | None:
    table = run.tables.get("bus_unbalance")
    if table is None or run.meta.focus_bus not in table.spec.items:
        return None
    rows = table.of(run.meta.focus_bus, "u2")[_within(table, start_s, end_s)]
    return float(rows.mean()) if len(rows) else None


def _mean_moved(run: Result, start_s: float, end_s: float) -> float | None:
    """Mean of what all stages give to the phases that receive."""
    table = run.tables.get("stage_p")
    if table is None:
        return None
    rows = table.values[_within(table, start_s, end_s)]
    return float(np.clip(rows, 0, None).sum(axis=(1, 2)).mean()) / 1000 if len(rows) else None
