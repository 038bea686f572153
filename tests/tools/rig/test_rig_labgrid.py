"""The example for labgrid, run as its users run it, at a live box. Where labgrid is installed."""

import shutil
import subprocess
import sys

import pytest
from realtime.live_box import LiveBoard
from tools.rig.benches import ROOT

pytest.importorskip("labgrid", reason="needs phaseward[labgrid] in an environment of its own")


def test_the_example_passes_at_a_live_box(tmp_path):
    folder = shutil.copytree(ROOT / "examples" / "labgrid", tmp_path / "labgrid")
    environment = folder / "environment.yaml"
    with LiveBoard(tmp_path / "box", l1_kind=1, io_l1_act=1, bl_reconnect_s=0,
                   l1_safe_w=11000) as live:
        text = environment.read_text().replace("/dev/ttyACM0", live.port)
        environment.write_text(text)
        command = [sys.executable, "-m", "pytest", "-q", "--lg-env", str(environment), str(folder)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
