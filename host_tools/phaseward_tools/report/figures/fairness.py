"""Blocked minutes of each household, in the order of the feeder: who carries the burden."""

import numpy as np

from phaseward_sim.results import Decision
from phaseward_tools.cases import Case
from phaseward_tools.report import colours
from phaseward_tools.report.canvas import Figure
from phaseward_tools.report.figures.blocked import KIND_WORDS


def figure(case: Case) -> Figure | None:
    run = case.with_control
    if run is None or not run.decisions:
        return None
    households = sorted({_owner(d) for d in run.decisions})
    kinds = list(dict.fromkeys(d.kind for d in run.decisions))
    minutes = {kind: blocked_minutes(run.decisions, kind, households) for kind in kinds}
    data = [_bars(kind, households, values) for kind, values in minutes.items()]
    total = sum(minutes.values())
    return Figure("fairness", "Who was held back, and for how long", _caption(total), data,
                  _layout(float(np.mean(total))))


def _owner(decision: Decision) -> str:
    return decision.household or decision.box


def blocked_minutes(decisions: list[Decision], kind: str, households: list[str]) -> np.ndarray:
    """Minutes each household's loads of one kind were held back, shape (households,)."""
    minutes = dict.fromkeys(households, 0.0)
    for d in decisions:
        if d.blocked and d.kind == kind:
            minutes[_owner(d)] += d.duration_s / 60
    return np.array([minutes[h] for h in households])


def jain(values: np.ndarray) -> float:
    """Jain's index, 1 = all equal (R. Jain et al., DEC-TR-301, 1984); 1 if all are zero."""
    squares = len(values) * float(np.sum(values ** 2))
    return float(np.sum(values)) ** 2 / squares if squares else 1.0


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


def _caption(total: np.ndarray) -> str:
    return (f"Every household with a flexible load; Jain's index of their blocked minutes "
            f"{jain(total):.2f} (1 = all equal). Households use their loads differently, so "
            "equal minutes are not equal burden.")
