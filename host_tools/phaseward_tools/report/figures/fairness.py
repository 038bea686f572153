"""Blocked minutes of each household, in the scenario's order: who carries the burden."""

import numpy as np

from phaseward_sim.results import Decision, Result
from phaseward_tools.cases import Case
from phaseward_tools.report import colours
from phaseward_tools.report.canvas import Figure
from phaseward_tools.report.figures.spans import KIND_WORDS, household, limits


def figure(case: Case) -> Figure | None:
    run = case.with_control
    decisions = limits(run) if run else []
    if not decisions:
        return None
    households = list(dict.fromkeys(household(d) for d in decisions))
    kinds = list(dict.fromkeys(d.kind for d in decisions))
    minutes = {kind: blocked_minutes(decisions, kind, households) for kind in kinds}
    data = [_bars(kind, households, values) for kind, values in minutes.items()]
    mean_min = float(np.mean(sum(minutes.values())))
    return Figure("fairness", "Who was held back, and for how long", _caption(run), data,
                  _layout(mean_min))


def blocked_minutes(decisions: list[Decision], kind: str, households: list[str]) -> np.ndarray:
    """Minutes each household's loads of one kind were held back, shape (households,)."""
    minutes = dict.fromkeys(households, 0.0)
    for d in decisions:
        if d.blocked and d.kind == kind:
            minutes[household(d)] += d.duration_s / 60
    return np.array([minutes[h] for h in households])


def _bars(kind: str, households: list[str], minutes: np.ndarray) -> dict:
    words = KIND_WORDS.get(kind, kind or "load")
    return {"type": "bar", "x": households, "y": minutes.astype(np.float32),
            "name": words[0].upper() + words[1:],
            "marker": {"color": colours.KIND.get(kind, colours.WITHOUT)},
            "hovertemplate": f"%{{x}}: %{{y:.0f}} min<extra>{words}</extra>"}


def _layout(mean_min: float) -> dict:
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": mean_min,
            "y1": mean_min, "line": {"color": colours.WITHOUT, "width": 1, "dash": "5px,4px"}}
    label = {"text": f"mean {mean_min:.0f}", "xref": "paper", "x": 1, "xanchor": "left",
             "xshift": 4, "yref": "y", "y": mean_min, "showarrow": False, "font": {"size": 11}}
    return {"height": 300, "margin": {"l": 64, "r": 66, "t": 34, "b": 60}, "barmode": "stack",
            "hovermode": "closest", "shapes": [line], "annotations": [label], "bargap": 0.35,
            "xaxis": {"type": "category"}, "showlegend": True,
            "yaxis": {"title": {"text": "blocked minutes", "standoff": 6, "font": {"size": 12.5}},
                      "rangemode": "tozero"},
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1,
                       "yanchor": "bottom"}}


def _caption(run: Result) -> str:
    jain = run.measurement("blocked_jain")
    index = f"; Jain's index {jain.value:.2f} (1 = all equal)" if jain else ""
    return (f"Every household with a flexible load{index}. Households use their loads "
            "differently, so equal minutes are not equal burden.")
