"""`phaseward hil run` with a box in real time: the closed loop through bytes and read-back."""

import csv
import json
from xml.etree import ElementTree

import pytest
from tools.rig.benches import ROOT, emulated_box
from typer.testing import CliRunner

from phaseward_sim.results import firmware_hash, load
from phaseward_tools.cli import app

RIG = """version: 1
name: desk
boxes:
  - name: box
    console: {folder}/box
    identity: {identity}
    adapters: [{{port: {folder}/line}}]
late: {{tolerance_s: 2, at_most_pct: 90}}
"""
SHORT = """version: 1
name: short
seed: 3
start: 2016-01-28T12:00:00
duration_s: {duration_s}
step_s: 1
grid:
  inline:
    transformer_bus: t
    lines: [{{name: l1, from_bus: t, to_bus: far, length_m: 700}}]
devices:
  loads: [{{name: weak, bus: far, phases: [3], p_w: 8000}}]
  heat_pumps: [{{name: pump, bus: far, phases: [3], p_w: 1500, house: {{setpoint_c: 30}}}}]
  pv: [{{name: roof, bus: far, phases: [1], peak_w: 5000, sun: 0.9}}]
  stages: [{{name: stage, bus: far, rated_va: 15000}}]
boxes:
  - name: box
    stage: stage
    loads: [{{device: pump, actuator: relay}}]
    parameters: {{pb_enable: 1, pb_restart_s: 2, pb_period_s: 1, pb_alpha_pm: 500,
                  bl_reconnect_s: 0, bl_crit_mv: 0}}
focus_bus: far
events:
  - {{at_s: 0, do: mark, label: T1, text: begin}}
  - {{at_s: 6, do: console, box: box, line: relay 1 60}}
evaluation: {{mean_s: 1, rearm_s: 5}}
verdicts: [{{measure: u_min_v, settle_s: 10, bus: far, window: T1, at_least: 100}}]
"""


def run(tmp_path, *options, identity=4711, duration_s=12):
    rig, scene = tmp_path / "rig.yaml", tmp_path / "short.yaml"
    rig.write_text(RIG.format(folder=tmp_path, identity=identity))
    scene.write_text(SHORT.format(duration_s=duration_s))
    words = ["hil", "run", str(rig), str(scene), "--out", str(tmp_path / "out"), *options]
    return CliRunner().invoke(app, words)


def parameters_of(folder):
    from phaseward_tools.link import Box, Client, SerialStream

    stream = SerialStream(str(folder / "box"))
    try:
        return Box(Client(stream)).saved()
    finally:
        stream.close()


@pytest.mark.slow
def test_a_box_closes_the_loop_on_the_bench_and_gets_its_own_parameters_back(tmp_path):
    with emulated_box(tmp_path, "--set", "bl_share_pm=50"):
        before = parameters_of(tmp_path)
        done = run(tmp_path)
        assert done.exit_code == 0, done.output
        after = parameters_of(tmp_path)
    assert after == before and after["bl_share_pm"] == 50
    folder = tmp_path / "out" / "short" / "with_control"
    result = load(folder)
    stage = result.tables["stage_p"].values.reshape(12, 3)
    assert stage[-1, 2] > 300 and abs(stage[-1].sum()) < 1, "the stage obeys over the wire"
    pump = result.tables["heat_pump_p"].values[:, 0]
    assert pump[3] == pytest.approx(1500) and pump[-1] == 0, "the relay stops the pump"
    assert result.meta.rung == "hil" and result.meta.firmware_hash == firmware_hash()
    assert result.meta.wiring_hash and result.meta.parameter_hash
    suite = ElementTree.parse(folder / "verdicts.xml").getroot()
    named = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert named["wiring_hash"] == result.meta.wiring_hash
    cases = {case.get("name") for case in suite.iter("testcase")}
    assert {"hil_late_pct", "hil_restarts[box]", "hil_disagree_s[box]"} <= cases
    rows = list(csv.DictReader((tmp_path / "out" / "telemetry.csv").open()))
    assert rows[-1]["outputs"] == "relay_l1=1" and float(rows[-1]["u_l1_v"]) > 200
    page = (tmp_path / "out" / "report.html").read_text()
    assert result.meta.wiring_hash in page and "desk" in page


@pytest.mark.slow
def test_another_box_on_the_port_is_refused_and_left_as_it_is(tmp_path):
    with emulated_box(tmp_path):
        before = parameters_of(tmp_path)
        done = run(tmp_path, identity=12)
        assert done.exit_code == 6 and "leads to box 4711" in done.output, done.output
        assert not (tmp_path / "out").exists()
        assert parameters_of(tmp_path) == before


def test_a_port_without_a_box_says_so(tmp_path):
    done = run(tmp_path)
    assert done.exit_code == 7 and f"{tmp_path}/box: there is no such port" in done.output


def test_boxes_that_the_scenario_does_not_have_are_refused(tmp_path):
    rig, scene = tmp_path / "rig.yaml", ROOT / "scenarios" / "balancer_t1_t2_t3.yaml"
    rig.write_text(RIG.format(folder=tmp_path, identity=1))
    done = CliRunner().invoke(app, ["hil", "run", str(rig), str(scene)])
    assert done.exit_code == 3
    assert "boxes[0].name: no such box" in done.output and "balancer" in done.output


@pytest.mark.slow
def test_the_short_bench_scenario_passes_in_real_time_with_the_verdicts_of_simulation(tmp_path):
    rig = tmp_path / "rig.yaml"
    rig.write_text(RIG.format(folder=tmp_path, identity=4711))
    scene = ROOT / "scenarios" / "bench_two_minutes.yaml"
    with emulated_box(tmp_path):
        done = CliRunner().invoke(app, ["hil", "run", str(rig), str(scene), "--out",
                                        str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    verdicts = json.loads((tmp_path / "out" / "bench_two_minutes" / "with_control" /
                           "verdicts.json").read_text())
    assert verdicts["passed"] and len([m for m in verdicts["measurements"] if m["limit"]]) >= 5
