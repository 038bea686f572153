"""A result folder: what is written is read back, appears whole, and damage is named."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from phaseward_sim.results import (
    PHASES,
    Measurement,
    Meta,
    Recorder,
    Result,
    ResultError,
    TableSpec,
    VoltageEvent,
    find_results,
    load,
    mapping_hash,
    parquet,
    replaced_folder,
    save,
)


@pytest.fixture
def result() -> Result:
    specs = [TableSpec("bus", "u", "V", ("h1", "h2"), PHASES),
             TableSpec("ev", "p", "W", ("h1",), every=2, reduce="mean")]
    recorder = Recorder(Meta("evening", title="An evening", seed=7, facts={"Houses": "2"}),
                        specs, 5)
    for step in range(5):
        recorder.record(step, step + 1.0, bus_u=np.full((2, 3), 230.125 + step),
                        ev_p=np.array([1000.0 * step]))
        recorder.decisions.observe(step + 1.0, "b1", "ev", 4200.0, "low",
                                   'Voltage low, "far end"', 60.0, household="h1", kind="ev")
    recorder.mark(2.0, "T2", "balancer stopped, by hand")
    recorder.alarm(3.0, "b1", "stale", "no data", standing=True)
    recorder.events.append(VoltageEvent("h2", "l3", "under", 1.0, 4.0, 211.5))
    return recorder.finish([Measurement("u_min_v", 211.5, "V", 213.9, ">=", "Lowest voltage"),
                            Measurement("u2_max_pct", float("nan"), "pct"),
                            Measurement("blocked_min", 12.0, "min", subject="h1")])


def test_a_saved_result_is_read_back_equal(result, tmp_path):
    again = load(save(result, tmp_path / "run"))
    assert again.meta == result.meta
    for name in ("decisions", "marks", "alarms", "events"):
        assert getattr(again, name) == getattr(result, name), name
    for name, table in result.tables.items():
        assert again.tables[name].spec == table.spec
        np.testing.assert_array_equal(again.tables[name].t_s, table.t_s)
        np.testing.assert_allclose(again.tables[name].values, table.values, atol=5e-4)
    assert [m.key for m in again.measurements] == ["u_min_v", "u2_max_pct", "blocked_min[h1]"]
    assert again.measurements[0] == result.measurements[0]
    assert np.isnan(again.measurements[1].value)


def test_csv_has_units_in_its_column_names(result, tmp_path):
    save(result, tmp_path / "run")
    lines = (tmp_path / "run/series_bus_u.csv").read_text().splitlines()
    assert lines[0] == ("t_s,bus_h1_u_l1_v,bus_h1_u_l2_v,bus_h1_u_l3_v,"
                        "bus_h2_u_l1_v,bus_h2_u_l2_v,bus_h2_u_l3_v")
    assert lines[1] == "1" + ",230.125" * 6


def test_junit_counts_only_verdicts_and_tells_limit_and_margin(result, tmp_path):
    save(result, tmp_path / "run")
    suite = ET.parse(tmp_path / "run/verdicts.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    message = suite.find("testcase[@name='u_min_v']/failure").get("message")
    assert message == "211.5 V, limit >= 213.9, margin -2.4"
    assert suite.find("properties/property[@name='blocked_min[h1]']").get("value") == "12 min"


def test_saving_again_replaces_the_earlier_result(result, tmp_path):
    save(result, tmp_path / "run")
    save(result.with_measurements([]), tmp_path / "run")
    assert load(tmp_path / "run").measurements == []
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_a_folder_of_somebody_else_is_not_touched(result, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ResultError, match="did not write"):
        save(result, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_stop_half_way_leaves_the_earlier_content(tmp_path):
    target = tmp_path / "run"
    with replaced_folder(target) as work:
        (work / "a").write_text("first")
    with pytest.raises(KeyboardInterrupt), replaced_folder(target) as work:
        (work / "a").write_text("second")
        raise KeyboardInterrupt
    assert (target / "a").read_text() == "first"
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_file_in_the_way_is_named(result, tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultError, match="file"):
        save(result, tmp_path / name)


def test_results_are_found_below_a_folder_but_not_in_hidden_ones(result, tmp_path):
    save(result, tmp_path / "b/x")
    save(result, tmp_path / "a")
    save(result, tmp_path / ".half/y")
    assert find_results(tmp_path) == [tmp_path / "a", tmp_path / "b/x"]


def test_a_folder_without_results_says_what_to_name(tmp_path):
    with pytest.raises(ResultError, match="holds no result.*--out"):
        find_results(tmp_path)


def _spoil_json(path: Path, change) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(("name", "spoil", "message"), [
    ("meta.json", lambda p: p.write_text("{"), "meta.json: is not JSON"),
    ("meta.json", lambda p: p.write_text("[]"), "format is None, this version reads 1"),
    ("meta.json", lambda p: _spoil_json(p, lambda c: c.update(format=9)), "format is 9"),
    ("meta.json", lambda p: _spoil_json(p, lambda c: c.pop("tables")), "'tables' is missing"),
    ("meta.json", lambda p: _spoil_json(p, lambda c: c["meta"].update(sead=1)), "sead"),
    ("meta.json", lambda p: _spoil_json(p, lambda c: c["meta"].update(seed="x")),
     "Meta: seed is 'x', expected int"),
    ("meta.json", lambda p: _spoil_json(p, lambda c: c["meta"].update(control=1)),
     "Meta: control is 1, expected bool"),
    ("meta.json", lambda p: _spoil_json(p, lambda c: c["meta"].update(clock_start="soon")),
     "clock_start is 'soon'"),
    ("meta.json", lambda p: _spoil_json(p, lambda c: c["tables"][0].update(items=[1])),
     r"TableSpec: items is \(1,\)"),
    ("verdicts.json", lambda p: _spoil_json(p, lambda c: c["measurements"][0].update(value="a")),
     "Measurement: value is 'a', expected float"),
    ("verdicts.json", lambda p: p.unlink(), "verdicts.json: cannot be read"),
    ("verdicts.json", lambda p: _spoil_json(p, lambda c: c["measurements"][0].pop("unit")),
     "verdicts.json: Measurement.*unit"),
    ("decisions.csv", lambda p: p.write_text(p.read_text().replace("4200.0", "much")),
     "decisions.csv:2: limit_w is 'much', expected float"),
    ("marks.csv", lambda p: p.write_text("t_s,label\n"), "marks.csv:1: expected the columns"),
])
def test_damage_is_named_by_file_and_place(result, tmp_path, name, spoil, message):
    folder = save(result, tmp_path / "run")
    spoil(folder / name)
    with pytest.raises(ResultError, match=message):
        load(folder)


@pytest.mark.parametrize(("spoil", "message"), [
    (lambda text: text.replace("_l2_v", "_l2_a", 1), ":1: columns .*bus_h1_u_l2_a"),
    (lambda text: text.replace("230.125", "oops", 1), "not a table of numbers"),
    (lambda text: text[:-30], "not a table of numbers"),
])
def test_a_damaged_series_is_named(result, tmp_path, monkeypatch, spoil, message):
    monkeypatch.setattr(parquet, "available", lambda: False)
    path = save(result, tmp_path / "run") / "series_bus_u.csv"
    path.write_text(spoil(path.read_text()))
    with pytest.raises(ResultError, match=f"series_bus_u.csv.*{message}"):
        load(path.parent)


def test_parquet_keeps_every_bit(result, tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow (extra: study) is not installed")
    folder = save(result, tmp_path / "run")
    (folder / "series_bus_u.csv").unlink()
    np.testing.assert_array_equal(load(folder).tables["bus_u"].values,
                                  result.tables["bus_u"].values)


def test_a_hash_of_settings_does_not_depend_on_their_order():
    assert mapping_hash({"a": 1, "b": 2}) == mapping_hash({"b": 2, "a": 1})
    assert mapping_hash({"a": 1, "b": 2}) != mapping_hash({"a": 1, "b": 3})
