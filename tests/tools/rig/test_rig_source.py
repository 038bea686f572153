"""A run whose box measures real voltages: the source follows the feeder, and is off at every
end."""

import pytest
from tools.rig.benches import emulated_box
from tools.rig.test_rig_instruments import BACKEND
from typer.testing import CliRunner

from phaseward_tools.cli import app
from phaseward_tools.rig.driver import scpi_source

pytest.importorskip("pyvisa_sim", reason="needs phaseward[hil]")
RIG = """version: 1
name: desk
boxes:
  - name: box
    console: {folder}/box
    source:
      {{kind: chroma_61500, resource: "GPIB0::5::INSTR", backend: "{backend}", ramp_v_s: {ramp}}}
    adapters: [{{port: {folder}/line, devices: [stage]}}]
late: {{tolerance_s: 2, at_most_pct: 90}}
ratings: {{u_min_v: {low}, u_max_v: 264.5}}
"""
SCENE = """version: 1
name: volts
seed: 3
start: 2016-01-28T12:00:00
duration_s: 4
grid:
  inline:
    transformer_bus: t
    lines: [{name: l1, from_bus: t, to_bus: far, length_m: 700}]
devices:
  loads: [{name: weak, bus: far, phases: [3], p_w: 0, steps: [{at_s: 2, p_w: 8000}]}]
  stages: [{name: stage, bus: far, rated_va: 15000}]
boxes:
  - {name: box, stage: stage}
evaluation: {mean_s: 1}
"""


@pytest.fixture
def told(monkeypatch):
    """What was sent to the source, in order."""
    sent = []
    real = scpi_source.ScpiSource._tell

    def tell(self, command):
        sent.append(command)
        real(self, command)

    monkeypatch.setattr(scpi_source.ScpiSource, "_tell", tell)
    return sent


def run(folder, *options, low=184, ramp=50):
    rig = RIG.format(folder=folder, backend=BACKEND, low=low, ramp=ramp)
    (folder / "rig.yaml").write_text(rig)
    (folder / "volts.yaml").write_text(SCENE)
    words = ["hil", "run", str(folder / "rig.yaml"), str(folder / "volts.yaml"), "--no-compare",
             "--out", str(folder / "out"), *options]
    return CliRunner().invoke(app, words)


def volts(told):
    return [float(c.split()[1]) for c in told if c.startswith("VOLT:AC ")]


def test_a_source_is_never_switched_on_without_leave(tmp_path, told):
    done = run(tmp_path)
    assert done.exit_code == 6 and "give --energise" in done.output
    assert told == []


@pytest.mark.slow
def test_the_feeder_is_followed_with_real_voltages(tmp_path, told):
    with emulated_box(tmp_path):
        done = run(tmp_path, "--energise", ramp=5)
    assert done.exit_code == 0, done.output
    on = told.index("OUTP ON")
    before = volts(told[:on])[-3:]
    assert before == pytest.approx([230.9] * 3, abs=3), "set before the relay closes"
    weak = volts(told[on:])[2::3]
    assert weak[0] - min(weak) == pytest.approx(10, abs=1), "two steps of 5 V/s, L3"
    assert told[-1] == "OUTP OFF"


@pytest.mark.slow
def test_the_source_is_off_however_a_run_ends(tmp_path, told):
    with emulated_box(tmp_path):
        done = run(tmp_path, "--energise", low=225)
    assert done.exit_code == 6 and "outside 225 to 264.5 V" in done.output, done.output
    assert told[-1] == "OUTP OFF" and "OUTP ON" in told
    assert min(volts(told[told.index("OUTP ON"):])) >= 225
