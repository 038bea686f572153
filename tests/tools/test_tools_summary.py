"""The rows of the before/after and verdict tables say what the measurements say."""

import math

import pytest

from phaseward_sim.results import Measurement, Meta, Result
from phaseward_tools.cases import Case, pair
from phaseward_tools.summary import number, summary_rows, verdict_rows


def _result(control: bool, *measurements: Measurement, seed: int = 0) -> Result:
    return Result(Meta("x", control=control, seed=seed), measurements=list(measurements))


@pytest.mark.parametrize(("value", "unit", "text"), [
    (213.94, "V", "213.9"), (3.0, "1", "3"), (0.876, "1", "0.88"), (1.234, "pct", "1.23"),
    (-0.04, "V", "0.0"), (-2.5, "V", "−2.5"), (math.nan, "V", "–"), (None, "V", "–")])
def test_a_number_has_the_digits_its_unit_deserves(value, unit, text):
    assert number(value, unit) == text


def test_change_and_whether_it_is_better_follow_from_both_runs():
    case = Case(_result(True, Measurement("u_min_v", 215.04, "V")),
                _result(False, Measurement("u_min_v", 208.0, "V")))
    (row,) = summary_rows(case)
    assert (row.before, row.after, row.change, row.improved) == ("208.0", "215.0", "+7.0", True)


@pytest.mark.parametrize(("name", "before", "after", "improved"), [
    ("events_under", 3, 5, False), ("events_under", 5, 3, True), ("u_max_v", 250.0, 244.0, True),
    ("blocked_min", 0, 30, None), ("u_min_v", 210.0, 210.01, None), ("own_id", 1, 2, None)])
def test_better_is_said_only_where_it_is_known_and_visible(name, before, after, improved):
    unit = "V" if name.startswith("u_") else "1"
    case = Case(_result(True, Measurement(name, after, unit)),
                _result(False, Measurement(name, before, unit)))
    assert summary_rows(case)[0].improved is improved


def test_a_measurement_of_one_run_only_leaves_the_other_cell_open():
    case = Case(_result(True, Measurement("blocked_min", 12, "min")), _result(False))
    (row,) = summary_rows(case)
    assert (row.before, row.after, row.change) == ("–", "12", "–")


def test_measurements_of_single_households_stay_out_of_the_summary():
    case = Case(_result(True, Measurement("blocked_min", 12, "min", subject="h07")))
    assert summary_rows(case) == []


def test_verdicts_tell_value_limit_and_margin():
    case = Case(_result(True, Measurement("u_min_v", 215.0, "V", 213.9, ">=", "Lowest", "T1")))
    (row,) = verdict_rows(case)
    assert (row.title, row.value, row.limit, row.margin, row.passed) == (
        "Lowest, T1", "215.0", "≥ 213.9", "+1.1", True)


def test_a_cut_against_the_other_run_is_a_verdict_and_no_summary():
    case = Case(_result(True, Measurement("event_min_cut", 80.0, "pct", 60.0, ">=")),
                _result(False))
    assert summary_rows(case) == []
    assert verdict_rows(case)[0].value == "80.00"


def test_known_measurements_come_first_in_their_order():
    case = Case(_result(True, *(Measurement(name, 1, "1") for name in
                                ("own", "u_max_v", "events_under"))))
    assert [row.key for row in summary_rows(case)] == ["events_under", "u_max_v", "own"]


def test_runs_are_paired_by_scenario_rung_and_seed():
    first, second, other = _result(False), _result(True), _result(True, seed=9)
    cases = pair([first, second, other])
    assert [(c.with_control, c.without_control) for c in cases] == [
        (second, first), (other, None)]


def test_no_run_is_dropped_when_a_scenario_was_run_twice():
    first, second = _result(True), _result(True)
    assert [case.with_control for case in pair([first, second])] == [first, second]
