"""`phaseward commission` of boxes in a simulated feeder: one with a power stage, one with a phase
selector."""

import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from tools.commissioning.test_commission import invoke, values
from tools.rig.benches import ROOT

pytestmark = pytest.mark.slow

PLACE = """version: 1
name: place
seed: 3
start: 2016-01-28T12:00:00
duration_s: 20000
step_s: 1
grid:
  inline:
    transformer_bus: t
    lines: [{{name: l1, from_bus: t, to_bus: far, length_m: 800}}]
devices:
  loads: [{{name: weak, bus: far, phases: [3], p_w: {watts}}}]
{devices}
boxes:
  - name: box
{box}
focus_bus: far
verdicts: [{{measure: u_min_v, bus: far, at_least: 100}}]
"""
STAGE = PLACE.format(
    watts=8000,
    devices="  stages: [{name: stage, bus: far, rated_va: 15000}]",
    box="""    stage: stage
    parameters: {pb_enable: 0, pb_restart_s: 5, pb_period_s: 2, pb_probe_s: 3, bl_crit_mv: 0,
                 pb_legs: 1}""")  # legs 1, 2, 3 are on L1, L2, L3: wrongly given
SELECTOR = PLACE.format(
    watts=2000,
    devices="  selectors: [{name: heater, bus: far, p_w: 3000}]",
    box="""    selector: heater
    parameters: {bl_reconnect_s: 5, bl_crit_mv: 0, bl_enable: 0}""")


@contextmanager
def box_in(folder, scene):
    path, link = folder / "place.yaml", folder / "box"
    path.write_text(scene)
    command = [sys.executable, "-m", "phaseward_tools.main", "emulate", str(path), "--rung",
               "unix", "--link", str(link), "--speed", "10"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline()
        try:
            yield link
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch, tmp_path):
    monkeypatch.delenv("PHASEWARD_PORT", raising=False)
    monkeypatch.delenv("PHASEWARD_KEY", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def commissioned(folder, link, **answers):
    path = folder / "answers.yaml"
    told = {"technician": "A. Name", "place": "cellar 3"} | answers
    path.write_text("".join(f"{key}: {value}\n" for key, value in told.items()))
    code, said = invoke("commission", "--port", link, "--answers", path, "--out", folder / "out",
                        "--addresses", "1-3")
    return code, said, " ".join(next((folder / "out").glob("*.html")).read_text().split())


def test_the_stages_legs_are_found_taken_over_and_power_is_moved(tmp_path):
    with box_in(tmp_path, STAGE) as link:
        assert values(str(link))["pb_legs"] == 1
        code, told, page = commissioned(tmp_path, link, stage="true")
        assert code == 0, told
        found = values(str(link))
    assert found["pb_legs"] == 0 and found["pb_enable"] == 0, "a trial leaves nothing behind"
    assert 1500 < found["pb_k_mv_kw"] < 2500, "8 kW on L3 take some 18 V"
    assert "legs" in page and "taken over in place of l2_l3_l1" in page
    assert "stage moves power" in page and "All that was tested is in order" in page


def test_found_legs_that_are_not_wanted_stay_as_given_and_fail(tmp_path):
    with box_in(tmp_path, STAGE) as link:
        code, told, page = commissioned(tmp_path, link, stage="true", legs="false", keep="false")
        assert code == 1, told
        assert values(str(link))["pb_legs"] == 1
    assert "given is l2_l3_l1" in page and "its legs are unsure" in page


def test_the_selectors_contactors_and_phase_are_on_the_protocol(tmp_path):
    with box_in(tmp_path, SELECTOR) as link:
        code, told, page = commissioned(tmp_path, link)
        assert code == 0, told
    assert "alone is closed, and its feedback shows it" in page
    assert "phase of the selector" in page and "looked at" in page
