"""Compares the variants of a study, at each swept point, measurement by measurement."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine import measures
from .plan import Plan
from .statistics import Interval, interval, paired


@dataclass(frozen=True)
class Line:
    """One variant at one point: its own mean, and its difference to the reference variant's."""

    point: str
    variant: str
    own: Interval
    difference: Interval | None


@dataclass(frozen=True)
class Comparison:
    """One measurement over all points and variants."""

    key: str
    title: str
    unit: str
    lines: list[Line]


def compare(plan: Plan, table: list[dict]) -> list[Comparison]:
    """One Comparison per kept measurement, in the study's order."""
    return [_of(plan, table, key) for key in plan.study.measure]


def _of(plan, table, key) -> Comparison:
    unit, title = measures.REFERENCE[key.split("[")[0]][:2]
    found = _by_seed(table, plan, key)
    reference, level = plan.study.reference, plan.study.confidence
    lines = []
    for (point, variant), values in found.items():
        other = found.get((point, reference), {})
        difference = None if variant == reference else paired(values, other, level)
        lines.append(Line(point, variant, interval(values.values(), level), difference))
    subject = key[key.find("["):] if "[" in key else ""
    return Comparison(key, f"{title} {subject}".strip(), "" if unit == "1" else unit, lines)


def _by_seed(table, plan, key) -> dict[tuple[str, str], dict[int, float]]:
    """(point, variant) -> value by seed; points in the order of the sweep."""
    labels = [axis.label for axis in plan.study.sweep]
    found: dict = {}
    for row in sorted(table, key=lambda row: _order(plan, row, labels)):
        point = ", ".join(f"{label} = {row[label]}" for label in labels)
        values = found.setdefault((point, row["variant"]), {})
        if row[key] is not None:
            values[row["seed"]] = row[key]
    return found


def _order(plan, row, labels):
    at = [[str(v) for v in axis.values].index(str(row[axis.label])) for axis in plan.study.sweep]
    names = [variant.name for variant in plan.study.variants]
    return at, names.index(row["variant"])
