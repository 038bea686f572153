"""Time-series tables: names of columns, reductions, shapes."""

import numpy as np
import pytest

from phaseward_sim.results import PHASES, ResultError, Table, TableSpec


def _filled(every: int, reduce: str, values: list[float]) -> Table:
    table = Table(TableSpec("bus", "u", "V", ("h1",), every=every, reduce=reduce), len(values))
    for step, value in enumerate(values):
        table.put(step, step + 1.0, np.array([value]))
    return table


def test_columns_carry_kind_item_quantity_part_and_unit():
    assert TableSpec("bus", "u", "V", ("h07",), PHASES).columns() == [
        "bus_h07_u_l1_v", "bus_h07_u_l2_v", "bus_h07_u_l3_v"]
    assert TableSpec("ev", "p", "W", ("h07",)).columns() == ["ev_h07_p_w"]


@pytest.mark.parametrize(("reduce", "expected"), [
    # Values 1 5 3 | 2 in rows of three steps; the last row holds one step only.
    ("last", [3, 2]), ("mean", [3, 2]), ("min", [1, 2]), ("max", [5, 2])])
def test_steps_are_joined_into_rows_stamped_with_their_last_step(reduce, expected):
    table = _filled(3, reduce, [1, 5, 3, 2])
    assert table.of("h1").tolist() == expected
    assert table.t_s.tolist() == [3.0, 4.0]


def test_a_run_stopped_early_shows_only_the_rows_it_recorded():
    table = Table(TableSpec("bus", "u", "V", ("h1",), PHASES), 100)
    table.put(0, 1.0, np.array([[230.0, 231.0, 232.0]]))
    assert table.values.shape == (1, 1, 3)
    assert table.of("h1", "l2").tolist() == [231.0]


def test_a_mean_of_a_row_broken_off_is_over_its_own_steps():
    assert _filled(4, "mean", [10, 20]).of("h1").tolist() == [15.0]


@pytest.mark.parametrize("bad", [
    {"reduce": "sum"}, {"every": 0}, {"items": ("h1", "h1")}])
def test_a_table_that_makes_no_sense_is_refused_by_name(bad):
    with pytest.raises(ResultError, match="table bus_u"):
        TableSpec(**{"kind": "bus", "quantity": "u", "unit": "V", "items": ("h1",), **bad})


def test_asking_for_an_unknown_item_names_those_there_are():
    with pytest.raises(ResultError, match="no item 'h9', it has h1"):
        _filled(1, "last", [1.0]).of("h9")
