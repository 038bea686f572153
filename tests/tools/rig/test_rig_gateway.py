"""A gateway on the bench: the application on Linux, its bus a serial device, its relay a file."""

import pytest
from tools.gateway_rig import Gateway, SerialLine
from tools.rig.test_rig_run import RIG, SHORT
from typer.testing import CliRunner

from phaseward_sim.results import load
from phaseward_tools.cli import app

SETTINGS = """\
identity: 4711
serial: {port}
outputs:
  relay_l1: {{file: relay_l1}}
"""


@pytest.mark.slow
def test_a_gateway_closes_the_loop_on_the_bench(tmp_path):
    line = SerialLine()
    try:
        (tmp_path / "line").symlink_to(line.theirs)
        (tmp_path / "short.yaml").write_text(SHORT.format(duration_s=15))
        with Gateway(tmp_path, SETTINGS.format(port=line.ours)):
            (tmp_path / "box").symlink_to((tmp_path / "console").resolve())
            (tmp_path / "rig.yaml").write_text(RIG.format(folder=tmp_path, identity=4711))
            done = CliRunner().invoke(app, [
                "hil", "run", str(tmp_path / "rig.yaml"), str(tmp_path / "short.yaml"),
                "--out", str(tmp_path / "out")])
    finally:
        line.close()
    assert done.exit_code == 0, done.output
    result = load(tmp_path / "out" / "short" / "with_control")
    stage = result.tables["stage_p"].values.reshape(15, 3)
    assert stage[-1, 2] > 300 and abs(stage[-1].sum()) < 1, "the stage obeys over the wire"
    pump = result.tables["heat_pump_p"].values[:, 0]
    assert pump[3] == pytest.approx(1500) and pump[-1] == 0, "the relay stops the pump"
