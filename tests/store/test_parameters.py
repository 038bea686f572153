"""The parameter table: rows that are complete and consistent, errors that say what is allowed."""

import subprocess
from pathlib import Path

import pytest

from phaseward.core.box import Box
from phaseward.store import parameters as table
from phaseward_sim.loop.micropython import MicroPythonError, find_micropython

ROOT = Path(__file__).parents[2]
ROWS = list(table.rows())
UNITS = {"", "mV", "mV/min", "mV/kW", "mV/kvar", "s", "ms", "min", "min/day", "permille",
         "permille/min", "bits", "W", "W/s", "VA", "%", "0.01 %", "deg", "Bd",
         "degC", "mA", "1/day", "mK", "Wh"}


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r[table.ID])
def test_row_is_complete_and_its_default_allowed(row):
    assert len(row) == 11
    assert len(row[table.ID]) <= 16 and "{" not in row[table.ID] + row[table.MEANING]
    assert row[table.TYPE] in ("int", "bool", "enum", "text")
    assert row[table.UNIT] in UNITS
    assert row[table.LEVEL] in (0, 1, 2) and row[table.RESTART] in (0, 1)
    assert len(row[table.MEANING]) > 15 and row[table.SOURCE]
    table.check(row[table.ID], row[table.DEFAULT])


@pytest.mark.parametrize("row", [r for r in ROWS if r[table.TYPE] != "text"],
                         ids=lambda r: r[table.ID])
def test_row_has_steps_that_reach_its_ends_and_values_of_31_bits(row):
    low, high, step = row[table.MIN], row[table.MAX], row[table.STEP]
    assert low < high and step > 0 and (high - low) % step == 0
    assert max(abs(low), abs(high)) < 1 << 30
    for bad in (low - step, high + step, str(low), None, low + 0.5):
        with pytest.raises(table.ParameterError, match=row[table.ID]):
            table.check(row[table.ID], bad)


def test_ids_are_unique():
    ids = [row[table.ID] for row in ROWS]
    assert len(set(ids)) == len(ids)


def test_enums_name_each_value():
    for row in ROWS:
        names = table.choices(row[table.ID])
        if row[table.TYPE] == "enum":
            assert (row[table.MIN], row[table.MAX]) == (0, len(names) - 1)
        else:
            assert names == ()


def test_error_names_id_value_range_and_meaning():
    with pytest.raises(table.ParameterError) as error:
        table.check("bl_k_mv_kw", 5010)
    text = str(error.value)
    assert text.startswith("bl_k_mv_kw = 5010: expected a whole number 0..5000 mV/kW")
    assert "in steps of 10" in text and "voltage drop" in text


def test_error_for_an_unknown_id_names_it():
    with pytest.raises(table.ParameterError, match="bl_k_mv: no such parameter"):
        table.check("bl_k_mv", 1)


def test_a_bool_is_not_a_number():
    table.check("bl_enable", True)
    with pytest.raises(table.ParameterError):
        table.check("bl_cut_min", True)


def test_rows_of_a_load_name_that_load():
    assert "load 3" in table.row("l3_kind")[table.MEANING]
    assert table.choices("l4_kind") == ("none", "dim", "pause", "lock")


class Asked(dict):
    """Remembers which keys were asked for."""

    def __init__(self, values):
        super().__init__(values)
        self.asked = set()

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)


def test_the_core_reads_every_parameter_that_is_its_own_and_no_other():
    values = Asked(table.defaults())
    Box(1).configure(values)
    own = {name for name in values
           if name[:2] in ("bl", "pb", "ps", "pq", "fi")
           or (name[0] == "l" and name[1].isdigit())}
    own -= {"fi_addr", "fi_host", "fi_revert_s"}  # where the inverter is: the application's
    assert values.asked == own | {"sy_un_mv", "sy_hold_s"}


def test_micropython_reads_the_same_table():
    try:
        micropython = find_micropython()
    except MicroPythonError as error:
        pytest.skip(str(error))
    code = ("import sys; sys.path.insert(0, 'firmware')\n"
            "from phaseward.store import parameters as t\n"
            "for r in t.rows(): print(r)\n")
    done = subprocess.run([micropython, "-c", code], cwd=ROOT, capture_output=True, text=True,
                          timeout=60)
    assert done.stdout.splitlines() == [repr(row) for row in ROWS], done.stderr
