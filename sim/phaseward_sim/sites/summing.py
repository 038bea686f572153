"""Sums over the seeds of a study's pieces: reductions, ratios to the optimum, harm.

A piece is the dict of one file (see study.py). Reduction: 1 - after/before of the sums over all
seeds; ratio: what the law saved over what the optimum saved. Both in percent. None where the
feeder had nothing to save. Failure: none.
"""

from __future__ import annotations

KEYS = ("minutes", "volt_min", "events")


def total(rows, key: str) -> float:
    """Sum of a key over dicts."""
    return sum(row[key] for row in rows)


def reduction(before: float, after: float) -> float | None:
    """Percent less."""
    return 100.0 * (1.0 - after / before) if before > 0 else None


def ratio(before: float, law: float, best: float) -> float | None:
    """Percent of the optimum's saving."""
    return 100.0 * (before - law) / (before - best) if before - best > 0 else None


def at_scale(piece: dict, scale: float) -> dict:
    """Sums of one feeder at one rating: before, law, best by key, and what else is told of it."""
    rows = [row for row in piece["found"]["rows"] if row["scale"] == scale]
    laws = [row["law"] for row in rows]
    out = {"laws": laws, "rows": rows, "seeds": len(rows)}
    for key in KEYS:
        before = total(piece["found"]["base"], key)
        law, best = total(laws, key), total([row["best"] for row in rows], key)
        out[key] = {"before": before, "law": law, "best": best,
                    "reduction": reduction(before, law), "possible": reduction(before, best),
                    "ratio": ratio(before, law, best)}
    return out


def scales(piece: dict) -> list[float]:
    """Ratings of a piece."""
    return sorted({row["scale"] for row in piece["found"]["rows"]})


def mean_and_worst(values) -> tuple[float | None, float | None]:
    """Of those that are numbers."""
    known = [value for value in values if value is not None]
    return (sum(known) / len(known), min(known)) if known else (None, None)


def gap(piece: dict) -> dict:
    """Sums of the drawn minutes whose optimum was held against a bound."""
    found = [row["gap"] for row in piece["found"]["rows"] if "gap" in row]
    out = {key: total(found, key) for key in ("minutes", "before", "found", "bound", "bound_wide")}
    out["error_v"] = max((row["model_error_v"] for row in found), default=0.0)
    saved = out["before"] - out["found"]
    for name, bound in (("open", "bound"), ("open_wide", "bound_wide")):
        least = out["before"] - out[bound]
        out[name] = 100.0 * (1.0 - saved / least) if least > 0 else 0.0
    return out
