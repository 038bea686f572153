"""The image on the emulated chip as a box on a bench, in real time: console and bus on
pseudo-terminals."""

import csv
import json
from contextlib import suppress

import pytest
from tools.rig.benches import ROOT, emulated_box
from typer.testing import CliRunner

from phaseward_tools.cli import app
from phaseward_tools.link import Box, Client, NoAnswer, SerialStream

RIG = """version: 1
name: desk
boxes:
  - name: box
    console: {folder}/box
    adapters: [{{port: {folder}/line}}]
    read_back: [{{kind: telemetry, every_s: 10}}]   # every question keeps the chip busy
late: {{tolerance_s: 2, at_most_pct: 90}}
"""


PATIENCE = 10  # of 4.5 s
MOST_BEHIND_S = 8  # its boot included


def await_answer(port):
    """Skips where the chip does not even boot in a time in which a board would have long ago."""
    stream = SerialStream(str(port))
    try:
        for _ in range(PATIENCE):
            with suppress(NoAnswer):
                return Box(Client(stream)).identity
    finally:
        stream.close()
    pytest.skip("this machine is too slow: the chip in real time does not answer within 45 s")


def how_far_behind(path):
    """Seconds by which the chip's own time was behind the run's at the end; 0 without a run."""
    if not path.exists():
        return 0
    last = list(csv.DictReader(path.open()))[-1]
    return float(last["t_s"]) - int(last["uptime_s"])


@pytest.mark.slow
def test_the_image_passes_the_bench_scenario_in_real_time(image, tmp_path):
    (tmp_path / "rig.yaml").write_text(RIG.format(folder=tmp_path))
    scene = ROOT / "scenarios" / "bench_two_minutes.yaml"
    with emulated_box(tmp_path, rung="rp2040"):
        await_answer(tmp_path / "box")
        done = CliRunner().invoke(app, ["hil", "run", str(tmp_path / "rig.yaml"), str(scene),
                                        "--out", str(tmp_path / "out")])
    behind_s = how_far_behind(tmp_path / "out" / "telemetry.csv")
    if behind_s > MOST_BEHIND_S:
        pytest.skip(f"this machine is too slow: the chip fell {behind_s:.0f} s behind real time")
    assert done.exit_code == 0, done.output
    folder = tmp_path / "out" / "bench_two_minutes" / "with_control"
    verdicts = json.loads((folder / "verdicts.json").read_text())
    assert verdicts["passed"]
    told = json.loads((folder / "meta.json").read_text())["meta"]["facts"]
    assert "on rp2" in told["Box box"]


@pytest.mark.slow
def test_the_box_itself_tells_that_its_flash_holds_the_image(image, tmp_path):
    # The emulator holds firmware.bin; a UF2 file would fill its last 256 bytes up with zeros.
    other = tmp_path / "other.bin"
    other.write_bytes(image.path.read_bytes()[:-1] + b"\x00\x00")
    with emulated_box(tmp_path, rung="rp2040"):
        await_answer(tmp_path / "box")
        words = ["verify", "--port", str(tmp_path / "box"), "--sources", "--image"]
        done = CliRunner().invoke(app, [*words, str(image.path)])
        assert done.exit_code == 0, done.output
        done = CliRunner().invoke(app, [*words, str(other)])
        assert done.exit_code == 1 and "DIFFERS" in done.output, done.output
