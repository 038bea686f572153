"""The image on the emulated chip as a box on a bench, in real time: console and bus on
pseudo-terminals.

The chip computes at about half of real time while it is busy, as in its boot and while it answers
a question, and costs next to nothing while it sleeps. So it is asked for its telemetry seldom, and
its boots may take long. The rig's verdicts and the closed loop must hold on any machine; those on
voltages hold where the chip had enough of the machine to keep real time.
"""

import csv
import json

import pytest
from realtime.test_realtime import wait_for
from tools.rig.benches import ROOT, emulated_box
from typer.testing import CliRunner

from phaseward_tools.cli import app
from phaseward_tools.link import Box, Client, NoAnswer, SerialStream

RIG = """version: 1
name: desk
about: an emulated RP2040 on two pseudo-terminals
boxes:
  - name: box
    console: {folder}/box
    silent_s: 200
    adapters: [{{port: {folder}/line}}]
    read_back: [{{kind: telemetry, every_s: 10}}]
late: {{tolerance_s: 1, at_most_pct: 10}}
"""
LIMITED = {"hil_late_pct", "hil_restarts", "hil_disagree_s", "hil_answers"}
BOOT_S = 300  # bounds a hanging test only


def identified(port):
    stream = SerialStream(str(port))
    try:
        return Box(Client(stream)).identity
    except NoAnswer:
        return None
    finally:
        stream.close()


def kept_real_time(rows):
    """Whether it booted in time to settle, lost no request, and fell little behind."""
    keys = ("t_s", "uptime_s")
    first, last = ({key: float(row[key]) for key in keys}
                   for row in (rows[0], rows[-1]))
    behind_s = (last["t_s"] - first["t_s"]) - (last["uptime_s"] - first["uptime_s"])
    return first["t_s"] < 15 and behind_s < 3 and not any(row["faults"] for row in rows[1:])


@pytest.mark.slow
def test_the_image_passes_the_bench_scenario_in_real_time(image, tmp_path):
    (tmp_path / "rig.yaml").write_text(RIG.format(folder=tmp_path))
    scene = ROOT / "scenarios" / "bench_two_minutes.yaml"
    with emulated_box(tmp_path, rung="rp2040"):
        wait_for(lambda: identified(tmp_path / "box"), BOOT_S)
        done = CliRunner().invoke(app, ["hil", "run", str(tmp_path / "rig.yaml"), str(scene),
                                        "--out", str(tmp_path / "out")])
    assert done.exit_code in (0, 1), done.output
    folder = tmp_path / "out" / "bench_two_minutes" / "with_control"
    verdicts = json.loads((folder / "verdicts.json").read_text())
    found = {m["name"]: m for m in verdicts["measurements"]}
    assert set(found) >= LIMITED
    assert all(found[name]["value"] <= found[name]["limit"] for name in LIMITED - {"hil_answers"})
    assert found["hil_answers"]["value"] > 100, "a meter and a stage, for two minutes"
    assert found["hil_late_pct"]["limit"] == 10, "what the rig file states"
    told = json.loads((folder / "meta.json").read_text())["meta"]["facts"]
    assert "on rp2" in told["Box box"] and told["Steps"].startswith("130, ")
    rows = list(csv.DictReader((tmp_path / "out" / "telemetry.csv").open()))
    assert [row for row in rows if row["stage_run"] == "1"], "the chip ran the stage"
    if kept_real_time(rows):
        assert done.exit_code == 0 and verdicts["passed"], done.output


@pytest.mark.slow
def test_the_box_itself_tells_that_its_flash_holds_the_image(image, tmp_path):
    # The emulator holds firmware.bin; the UF2 file's last page is filled up with zeros.
    data, other = image.path.read_bytes().rstrip(b"\0"), tmp_path / "other.bin"
    other.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with emulated_box(tmp_path, rung="rp2040"):
        wait_for(lambda: identified(tmp_path / "box"), BOOT_S)
        words = ["verify", "--port", str(tmp_path / "box"), "--sources", "--image"]
        for path in (image.path.with_suffix(".bin"), image.path.with_suffix(".uf2")):
            done = CliRunner().invoke(app, [*words, str(path)])
            assert done.exit_code == 0, done.output
        done = CliRunner().invoke(app, [*words, str(other)])
        assert done.exit_code == 1 and "DIFFERS" in done.output, done.output
