"""The shipped excerpt is what its notice says; bad grid files are refused by place."""

import json
from datetime import datetime

import pytest

from phaseward_sim.grids import excerpt, simbench


@pytest.fixture(scope="module")
def rural2():
    return excerpt.load("rural2")


def test_shipped_grid_has_the_counts_its_notice_names(rural2):
    kinds = [unit.kind for unit in rural2.units]
    assert len(rural2.buses) == 96 and len(rural2.lines) == 95  # a tree: one line per further bus
    assert kinds.count("pv") == 11 and kinds.count("storage") == 8  # the tables of SimBench
    assert len(kinds) - 11 - 8 == 118
    assert rural2.transformer.vector_group == "Dyn5"


def test_distance_is_the_sum_of_the_cable_lengths_on_the_way(rural2):
    length = {line.name: line.length_m for line in rural2.lines}
    first = next(x for x in rural2.lines if rural2.transformer.bus in (x.from_bus, x.to_bus))
    far = first.to_bus if first.from_bus == rural2.transformer.bus else first.from_bus
    distance = rural2.distance_m()
    assert distance[rural2.transformer.bus] == 0
    assert distance[far] == pytest.approx(length[first.name])
    assert 560 < max(distance.values()) < 570  # the far end of the long feeder


def test_profile_rows_are_found_by_time_and_gaps_are_named(rural2):
    profiles = rural2.profiles
    assert profiles.step_s == 900
    assert profiles.times[profiles.index(datetime(2016, 1, 18, 0, 14, 59))].minute == 0
    assert profiles.window(datetime(2016, 1, 18, 10), 3600) == slice(40, 44)
    with pytest.raises(excerpt.GridFileError, match="no row for 2016-02-01"):
        profiles.index(datetime(2016, 2, 1))
    with pytest.raises(excerpt.GridFileError, match="gap between"):
        profiles.window(datetime(2016, 1, 31, 23), 86400 * 114)


def test_every_load_and_pv_has_its_profile_as_a_share_of_its_power(rural2):
    for unit in rural2.units:
        if unit.kind != "storage":
            assert 0.0 < rural2.profiles.column(unit.profile).max() <= 1.0
    with pytest.raises(excerpt.GridFileError, match="no profile 'H9'; there are"):
        rural2.profiles.column("H9")


def small(tmp_path, **changes):
    raw = json.loads((excerpt.DATA_DIR / "rural2.json").read_text())
    raw.update(changes)
    rows = "time,H0-A\n2016-01-18T00:00,0.5\n2016-01-18T00:15,0.6\n"
    (tmp_path / "rural2.csv").write_text(rows)
    path = tmp_path / "own.json"
    path.write_text(json.dumps(raw))
    return path


@pytest.mark.parametrize(("changes", "message"), [
    ({"format": 2}, "format: expected 1, got 2"),
    ({"lines": []}, "not connected to the transformer"),
    ({"units": [{"name": "u", "bus": "nowhere", "kind": "ev", "p_w": 1, "q_var": 0,
                 "profile": "x"}]},
     "unit u: bus 'nowhere' is not in `buses`"),
    ({"buses": [{"name": "b"}]}, r"buses\[0\]: .*missing 2 required"),
    ({"units": [{"name": "u", "bus": "bus23", "kind": "sauna", "p_w": 1, "q_var": 0,
                 "profile": "x"}]}, "kind: expected one of household"),
])
def test_bad_grid_files_are_refused_by_place(tmp_path, changes, message):
    with pytest.raises(excerpt.GridFileError, match=message):
        excerpt.load(small(tmp_path, **changes))


@pytest.mark.parametrize(("text", "message"), [
    ("zeit,a\n", ":1: expected a header"),
    ("time,a\n2016-01-18T00:00,0.5\n2016-01-18T00:15,x\n", ":3: expected a time and 1 numbers"),
    ("time,a\n2016-01-18T00:15,0.5\n2016-01-18T00:00,1\n", ":3: time .* is not after"),
])
def test_bad_profile_files_are_refused_by_line(tmp_path, text, message):
    path = tmp_path / "p.csv"
    path.write_text(text)
    with pytest.raises(excerpt.GridFileError, match=message):
        excerpt.read_profiles(path)


def test_unknown_name_lists_what_is_shipped():
    with pytest.raises(excerpt.GridFileError, match="there are: rural2"):
        excerpt.load("rural9")


def test_converter_refuses_a_bad_day_range_and_a_missing_folder(tmp_path, capsys):
    with pytest.raises(SystemExit):
        simbench.main(["x", "--name", "x", "--days", "2016-01-02:2016-01-01", "--out", "."])
    assert "after the last" in capsys.readouterr().err
    missing = str(tmp_path / "no")
    code = simbench.main(["x", "--name", "x", "--days", "2016-01-02", "--out", missing])
    assert code == 2 and "no such folder" in capsys.readouterr().err


def test_converter_names_kinds_and_refuses_an_unknown_profile():
    profiles = ("H0-A", "G1-B", "L2-A", "APLS_B_11.0", "Soil_Alternative_1")
    kinds = [simbench.kind_of(profile) for profile in profiles]
    assert kinds == ["household", "business", "business", "ev", "heat_pump"]
    with pytest.raises(excerpt.GridFileError, match="X9"):
        simbench.kind_of("X9")
