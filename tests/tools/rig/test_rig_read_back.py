"""Outputs read back by a Modbus I/O module beside the box's telemetry, in real time over
pymodbus."""

import pytest
from realtime.live_box import LiveBoard
from tools.rig.io_module import Module
from tools.rig.test_rig_run import SHORT
from typer.testing import CliRunner

from phaseward_sim.realtime import PseudoTerminal
from phaseward_sim.results import load
from phaseward_tools.cli import app

RIG = """version: 1
name: desk
boxes:
  - name: box
    console: {console}
    adapters: [{{port: {line}}}]
    read_back:
      - {{kind: modbus, host: 127.0.0.1, tcp_port: {port}, table: holding, every_s: 0.2,
          inputs: {{relay_l1: 0}}}}
      - {{kind: telemetry, every_s: 0.5}}
late: {{tolerance_s: 2, at_most_pct: 90}}
disagree_s: 3
"""


def run(tmp_path, level_of):
    """level_of: what the module's input shows for the relay's level."""
    bus = PseudoTerminal()
    with LiveBoard(tmp_path / "box", bus=bus) as live, \
            Module(lambda: level_of(live.bench.levels.get("relay_l1", 0))) as module:
        live.bench.output = lambda name, level, t_us: live.bench.levels.update({name: level})
        (tmp_path / "rig.yaml").write_text(RIG.format(console=live.port, line=bus.path,
                                                      port=module.port))
        (tmp_path / "short.yaml").write_text(SHORT.format(duration_s=14))
        done = CliRunner().invoke(app, ["hil", "run", str(tmp_path / "rig.yaml"),
                                        str(tmp_path / "short.yaml"), "--out",
                                        str(tmp_path / "out"), "--no-compare"])
    bus.close()
    return done, load(tmp_path / "out" / "short" / "with_control")


@pytest.mark.slow
def test_the_modules_contact_acts_on_the_feeder(tmp_path):
    done, result = run(tmp_path, lambda level: level)
    assert done.exit_code == 0, done.output
    assert result.tables["heat_pump_p"].values[-1, 0] == 0, "the pump stops by the module's word"


@pytest.mark.slow
def test_a_contact_that_does_not_do_what_the_box_says_fails_the_run(tmp_path):
    done, result = run(tmp_path, lambda level: 0)  # a broken wire
    assert done.exit_code == 1 and "did not do what the box said" in done.output, done.output
    assert result.measurement("hil_disagree_s[box]").value > 3
    assert result.tables["heat_pump_p"].values[-1, 0] == pytest.approx(1500), "the feeder sees it"
