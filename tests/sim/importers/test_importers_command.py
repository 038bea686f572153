"""`phaseward simulate --network`: a day without a scenario file, errors in one message."""

import pytest
from typer.testing import CliRunner

from phaseward_sim.results import load
from phaseward_sim.scenario import loads
from phaseward_tools import exits, terminal
from phaseward_tools.cli import app
from phaseward_tools.exits import Exit

pytest.importorskip("dss", reason="needs dss-python, in phaseward[grids]")


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        for made in (exits.errors_console, terminal.console, terminal.errors_console):
            made.cache_clear()
        return CliRunner().invoke(app, ["simulate", *map(str, arguments)])

    return call


def test_a_days_run_on_a_dss_file_needs_no_scenario(invoke, four_wire, tmp_path):
    four_wire()
    answer = invoke("--network", "feeder.dss")
    assert answer.exit_code == Exit.DONE, answer.output
    assert "not imported: PVSystem.roof: fed in by irradiance" in answer.stderr
    folder = tmp_path / "results" / "feeder"
    assert (folder / "report.html").exists(), answer.output
    kept = loads((folder / "feeder.yaml").read_text()).scenario
    assert kept.grid.network == str(tmp_path / "feeder.dss") and kept.duration_s == 86400
    result = load(folder / "feeder" / "without_control")
    assert result.tables["bus_u"].spec.items == ("a", "b")  # c has one phase only
    assert "PVSystem.roof" in result.meta.facts["Not imported"]


@pytest.mark.slow
def test_boxes_can_be_asked_for(invoke, three_wire, tmp_path):
    three_wire()
    answer = invoke("--network", "feeder.dss", "--boxes", 2, "--out", "out")
    assert answer.exit_code == Exit.DONE, answer.output
    assert load(tmp_path / "out" / "feeder" / "with_control").meta.facts["Boxes"] == "2"


def test_an_unsupported_element_is_named_and_can_be_left_out(invoke, four_wire):
    four_wire("new capacitor.bank bus1=b.1.2.3 phases=3 kvar=10 kv=0.4")
    refused = invoke("--network", "feeder.dss")
    assert refused.exit_code == Exit.BAD_INPUT
    assert "Capacitor.bank: this kind of element is not modelled" in refused.stderr
    assert "--allow-missing" in refused.stderr
    assert invoke("--network", "feeder.dss", "--allow-missing").exit_code == Exit.DONE


def test_a_missing_library_ends_with_the_command_that_brings_it(invoke, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandapower", None)
    answer = invoke("--network", "pandapower:create_kerber_dorfnetz")
    assert answer.exit_code == Exit.MISSING
    assert "pip install 'phaseward[grids]'" in answer.stderr


@pytest.mark.parametrize("arguments", [["--compare"], ["a.yaml", "--network", "feeder.dss"]])
def test_one_of_scenario_and_network_is_needed(invoke, arguments):
    answer = invoke(*arguments)
    assert answer.exit_code == Exit.USAGE and "one of the two" in answer.stderr
