"""Reductions, means and intervals over cells, by hand."""

import pytest

from phaseward_sim.fairness import tables
from phaseward_sim.fairness.pooled import Cells


def result(feeder, nothing, floor, law):
    def rows(values):
        return {str(seed): {"low10_min": value, "jain": 0.5} for seed, value in values.items()}
    return {"feeder": feeder, "seeds": list(nothing),
            "rows": {"nothing": rows(nothing), "no_flex": rows(floor), "law": rows(law)}}


def test_a_reduction_is_of_what_flexible_load_causes():
    cells = Cells([result("a", {1: 110.0, 2: 50.0}, {1: 10.0, 2: 0.0}, {1: 20.0, 2: 25.0})])
    # Caused 150, saved 90 + 25.
    found = cells.reduction("law", "low10_min")
    assert found.value == pytest.approx(100 * 115 / 150)
    assert found.low == pytest.approx(50.0) and found.high == pytest.approx(90.0)


def test_a_law_that_saves_the_same_share_everywhere_has_no_interval():
    cells = Cells([result("a", {1: 100.0, 2: 10.0}, {1: 0.0, 2: 0.0}, {1: 20.0, 2: 2.0}),
                   result("b", {1: 40.0, 2: 30.0}, {1: 0.0, 2: 0.0}, {1: 8.0, 2: 6.0})])
    found = cells.reduction("law")
    assert (found.low, found.value, found.high) == pytest.approx((80.0, 80.0, 80.0))
    assert cells.difference("law", "no_flex").value == pytest.approx(-20.0)
    assert cells.mean("law", "jain").value == 0.5


def test_alike_is_the_mean_of_the_feeders_own_reductions():
    cells = Cells([result("harsh", {1: 1000.0}, {1: 0.0}, {1: 500.0}),
                   result("mild", {1: 10.0}, {1: 0.0}, {1: 0.0})])
    assert cells.reduction("law").value == pytest.approx(100 * 510 / 1010)
    assert cells.alike("law").value == pytest.approx(75.0)


def test_tables_are_markdown():
    lines = tables.table(["a", "b"], [["x", "1"]])
    assert lines == ["| a | b |", "|---|---:|", "| x | 1 |"]
