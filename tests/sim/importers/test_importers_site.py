"""A scenario on a network from outside: its own wishes apply, errors name the key."""

import numpy as np
import pytest

from phaseward_sim import engine, importers
from phaseward_sim.engine.network import build_site
from phaseward_sim.engine.plant import Plant, World
from phaseward_sim.scenario import ScenarioError, loads

pytest.importorskip("dss", reason="needs dss-python, in phaseward[grids]")

TEXT = """\
version: 1
name: own
seed: 3
start: 2016-01-28T00:00:00
duration_s: 7200
step_s: 60
grid:
  network: feeder.dss
"""


@pytest.fixture
def scenario(four_wire):
    """`scenario(dss lines, more YAML under grid, more YAML)` -> ScenarioFile."""
    def make(lines=(), grid="", more=""):
        path = four_wire(*lines)
        return loads(TEXT + grid + more, "own.yaml", path.parent)
    return make


def test_recorded_loads_follow_their_own_course_from_midnight(scenario):
    plant = Plant(World(scenario()))
    book = plant.fleets.book.points()
    plant.step(0)
    at = book.index(("a", 0))
    assert plant.p_w[at] == pytest.approx(0.3 * 4000)
    assert plant.q_var[book.index(("c", 1))] == pytest.approx(-500)
    assert plant.p_w[book.index(("b", 0))] == pytest.approx(2000 - 2000)  # a third of h3, PV
    evening = loads(TEXT.replace("T00:00", "T18:30"), "own.yaml", scenario().folder)
    plant = Plant(World(evening))
    plant.step(0)
    assert plant.p_w[at] == pytest.approx(4000)


def test_a_yearly_shape_begins_on_new_years_day(scenario, tmp_path):
    hours = "\n".join(str(hour / 8760) for hour in range(8760))
    (tmp_path / "year.csv").write_text(hours + "\n")
    plant = Plant(World(scenario([
        "new loadshape.year npts=8760 interval=1 mult=(file=year.csv)",
        "new load.y phases=1 bus1=lv.3.4 kv=0.231 kw=10 pf=1 yearly=year"])))
    plant.step(0)
    at = plant.fleets.book.points().index(("lv", 2))
    assert plant.p_w[at] == pytest.approx(10e3 * 27 * 24 / 8760)  # 28 January, 0:00


def test_a_network_without_low_voltage_is_refused(dss_file):
    path = dss_file("new circuit.mv basekv=20 bus1=a r1=1 x1=1\nnew linecode.c nphases=3 r1=1 x1=1"
                    "\nnew line.l bus1=a bus2=b linecode=c length=1 units=km")
    with pytest.raises(ScenarioError, match="grid.network: .*has no low-voltage bus"):
        build_site(loads(TEXT, "own.yaml", path.parent))


def test_a_run_says_what_was_not_imported(scenario):
    result = engine.run(scenario())
    assert "roof: fed in by irradiance" in result.meta.facts["Not imported"]
    assert 220 < result.measurement("u_min_v").value < 236


def test_a_network_of_three_wires_is_measured_to_earth(three_wire):
    path = three_wire()
    file = loads(TEXT + "watch: [b]\n", "own.yaml", path.parent)
    result = engine.run(file)
    # 9 kW on phase b pull it below the others; EMF 1.05 * 416 V / sqrt(3) * 1.025 = 258.5 V.
    u_v = result.tables["bus_u"].values[-1, 0]
    assert u_v[1] < u_v[0] < 258.6 and u_v[1] < u_v[2]


def test_the_scenarios_own_wishes_apply(scenario):
    grid = "  length_factor: 2\n  transformer: {vector_group: Yzn5}\n  earthing: {house_ohm: 30}\n"
    plain, changed = build_site(scenario()), build_site(scenario(grid=grid))
    length = [line.length_m for line in plain.network.lines]
    assert [line.length_m for line in changed.network.lines] == [2 * m for m in length]
    assert changed.network.transformers[0].type.group == "Yzn5"
    assert len(plain.network.earths) == 1  # the file's own
    assert {earth.bus for earth in changed.network.earths} == {"lv", "a", "b", "c"}


def test_a_bus_with_one_phase_gets_no_devices(scenario):
    site = build_site(scenario())
    assert site.buses == ("lv", "a", "b") and "c" not in site.customers
    with pytest.raises(ScenarioError, match=r"own.yaml:9: watch\[0\]: no bus 'c'"):
        engine.run(scenario(more="watch: [c]\n"))


def test_constant_loads_get_household_profiles_where_the_scenario_names_some(scenario):
    file = scenario(grid="  profiles: rural2\n")
    site = build_site(file)
    assert {unit.name: unit.phases for unit in site.excerpt.units} == {
        "h2": (1,), "h3": (0, 1, 2), "z": (2,)}
    assert {load.name for load in site.recorded} == {"h1", "roof"}  # own shape, generation
    plant = Plant(World(file))
    plant.step(0)
    assert np.all(plant.p_w != 0.0) or plant.p_w.size


def test_a_column_of_the_loads_own_name_is_its_profile(scenario, tmp_path):
    rows = ["time,h2,H0-X"] + [f"2016-01-28T{q // 4:02d}:{q % 4 * 15:02d},0.25,0.5"
                               for q in range(96)]
    (tmp_path / "own.csv").write_text("\n".join(rows) + "\n")
    site = build_site(scenario(grid="  profiles: own.csv\n"))
    assert {unit.name: unit.profile for unit in site.excerpt.units} == {
        "h2": "h2", "h3": "H0-X", "z": "H0-X"}


@pytest.mark.parametrize(("grid", "lines", "message"), [
    ("  profiles: nowhere\n", (), r"own.yaml:9: grid.profiles: no shipped grid 'nowhere'"),
    ("", ["new capacitor.c bus1=b.1.2.3 phases=3 kvar=10 kv=0.4"],
     r"(?s)own.yaml:8: grid.network: feeder.dss: cannot.*Capacitor.c: .*allow_missing: true"),
    ("  excerpt: rural2\n", (), "exactly one of `excerpt`, `inline`, `network`"),
])
def test_errors_name_file_line_and_key(scenario, grid, lines, message):
    with pytest.raises(ScenarioError, match=message):
        build_site(scenario(lines, grid))


def test_allow_missing_goes_on_without_it(scenario):
    site = build_site(scenario(["new capacitor.c bus1=b.1.2.3 phases=3 kvar=10 kv=0.4"],
                               "  allow_missing: true\n"))
    assert any(item.element == "Capacitor.c" for item in site.missing)


def test_a_profile_with_a_missing_row_is_refused_when_it_is_needed(scenario, tmp_path):
    rows = ["time,H0-X"] + [f"2016-01-28T{q // 4:02d}:{q % 4 * 15:02d},0.5"
                            for q in range(96) if q != 5]
    (tmp_path / "own.csv").write_text("\n".join(rows) + "\n")
    file = scenario(grid="  profiles: own.csv\n")
    with pytest.raises(ScenarioError, match=r"own.yaml:4: start: .*own.csv: no row for "
                                            r"2016-01-28 01:15"):
        engine.run(file)


@pytest.mark.parametrize(("network", "library", "module"), [
    ("feeder.dss", "dss-python", "dss"), ("pandapower:x", "pandapower", "pandapower"),
])
def test_a_missing_library_is_named_with_the_command_that_brings_it(
        four_wire, monkeypatch, network, library, module):
    folder = four_wire().parent
    monkeypatch.setitem(__import__("sys").modules, module, None)
    importers.source._load.cache_clear()
    with pytest.raises(importers.MissingExtraError,
                       match=rf"{library}.*pip install 'phaseward\[grids\]'"):
        importers.load(network, folder)


def test_words_that_are_no_network_are_refused_with_the_forms_there_are():
    with pytest.raises(importers.ImportFailed, match="simbench:CODE, pandapower:NAME"):
        importers.load("rural2")
