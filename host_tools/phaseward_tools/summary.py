"""Before and after as rows of text, the same for the terminal and the HTML report.

Values come from the runs' measurements and are only formatted here, never computed again.
"""

import math
from dataclasses import dataclass

from phaseward_sim.results import BETTER, CUT_SUFFIX, Measurement
from phaseward_tools.cases import Case

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
_PLACES = {"V": 1, "pct": 2, "kWh": 1, "Wh": 0, "W": 0, "kW": 1, "var": 0, "s": 0, "min": 0,
           "A": 1, "pu": 3, "degC": 1, "V*min": 0}
_UNIT_WORDS = {"1": "", "pct": "%", "V*min": "V\N{MIDDLE DOT}min", "degC": "\N{DEGREE SIGN}C"}


# Units of what is nothing where there is no device of the kind.
_AMOUNTS = ("kWh",)


@dataclass(frozen=True)
class SummaryRow:
    """One measurement of a case. improved: None where it is unknown or unchanged."""

    key: str
    title: str
    unit: str
    before: str
    after: str
    change: str
    improved: bool | None


@dataclass(frozen=True)
class VerdictRow:
    """One verdict of the run a report speaks of."""

    key: str
    title: str
    unit: str
    value: str
    limit: str
    margin: str
    passed: bool


def unit_words(unit: str) -> str:
    """The unit as a reader expects it: "" for counts, "%" for pct."""
    return _UNIT_WORDS.get(unit, unit)


def number(value: float | None, unit: str, signed: bool = False) -> str:
    """A value with the digits its unit deserves, an en dash where there is none."""
    if value is None or math.isnan(value):
        return DASH
    places = _PLACES.get(unit, 0 if float(value).is_integer() else 2)
    text = f"{value:+.{places}f}" if signed else f"{value:.{places}f}"
    if float(text) == 0:
        text = text.lstrip("+-")
    return text.replace("-", MINUS)


def _change(before: Measurement | None, after: Measurement | None) -> float | None:
    return after.value - before.value if before is not None and after is not None else None


def _improved(name: str, change: float | None, shown: str) -> bool | None:
    better = BETTER.get(name, "")
    # What rounds to no change is not sold as an improvement.
    if not better or change is None or not any(c in "123456789" for c in shown):
        return None
    return (change < 0) == (better == "lower")


def _keys(case: Case) -> list[str]:
    """Whole-run measurements, known ones first; what only compares both runs is a verdict."""
    keys = dict.fromkeys(m.key for _, run in case.runs for m in run.measurements
                         if not m.subject and not m.name.endswith(CUT_SUFFIX))
    order = list(BETTER)
    keys = [key for key in keys if _matters(case, key)]
    return sorted(keys, key=lambda key: order.index(key) if key in order else len(order))


def _matters(case: Case, key: str) -> bool:
    """Not an amount of something the scenario does not have, as cars' energy without cars."""
    values = [m for _, run in case.runs if (m := run.measurement(key)) is not None]
    return values[0].unit not in _AMOUNTS or any(m.value for m in values)


def _summary_row(case: Case, key: str) -> SummaryRow:
    before, after = (run.measurement(key) if run else None
                     for run in (case.without_control, case.with_control))
    # A verdict may bear the scenario's own words; the plain run has the measurement's name.
    known = before or after
    change = _change(before, after)
    shown = number(change, known.unit, signed=True)
    return SummaryRow(key, known.title or key, unit_words(known.unit),
                      number(before and before.value, known.unit),
                      number(after and after.value, known.unit),
                      shown, _improved(known.name, change, shown))


def summary_rows(case: Case) -> list[SummaryRow]:
    """One row per measurement of the whole run, in the order the runs give them."""
    return [_summary_row(case, key) for key in _keys(case)]


def _verdict_row(m: Measurement) -> VerdictRow:
    title = m.title or m.name
    # A scenario's own words often name the window already.
    named = not m.subject or m.subject in title
    return VerdictRow(m.key, title if named else f"{title}, {m.subject}",
                      unit_words(m.unit), number(m.value, m.unit),
                      f"{_COMPARISON_SIGNS[m.comparison]} {number(m.limit, m.unit)}",
                      number(m.margin, m.unit, signed=True), bool(m.passed))


_COMPARISON_SIGNS = {"<=": "\N{LESS-THAN OR EQUAL TO}", ">=": "\N{GREATER-THAN OR EQUAL TO}",
                     "<": "<", ">": ">", "==": "="}


def verdict_rows(case: Case) -> list[VerdictRow]:
    """One row per verdict of the run a report speaks of."""
    return [_verdict_row(m) for m in case.main.verdicts]
