"""The rig's self-test tells bad wiring from a bad box: every fault on a real line, in real
time."""

import pytest
from tools.rig.benches import Line, emulated_box
from typer.testing import CliRunner

from phaseward_tools.cli import app
from phaseward_tools.rig.checking import check_rig
from phaseward_tools.rig.diagnosis import Counted, Fault, Heard, judge_bus, judge_loop

RIG = """version: 1
name: desk
boxes:
  - name: box
    console: {folder}/box
    adapters: [{adapters}]
"""


def only(findings):
    assert len(findings) == 1, findings
    return findings[0]


def judged(counted, **heard):
    return only(judge_bus("box", [Heard("usb", ours=(1,), **heard)], counted))


POLLS = {"address": 1, "baud": 9600}
ASKED = {"bytes": 80, "addresses": {1: 10}, "answered": 10}


@pytest.mark.parametrize(("counted", "heard", "fault", "says"), [
    ({"ok": 10}, ASKED, Fault.NONE, "takes the answers: 10 of 10"),
    ({}, {}, Fault.BOX, "sends nothing on the bus"),
    ({"safe_mode": True}, {}, Fault.BOX, "safe mode"),
    ({"timeout": 10}, {}, Fault.WIRING, "hears nothing, while box counts 10 polls"),
    ({"timeout": 10}, {"bytes": 80, "noise": 80}, Fault.WIRING, "A and B are swapped"),
    ({"timeout": 10}, {"bytes": 80, "speed": 19200}, Fault.RIG, "19200 Bd, its parameter says"),
    ({"timeout": 10}, {"bytes": 80, "addresses": {5: 10}}, Fault.RIG, "asks for address 5"),
    ({"timeout": 10}, ASKED, Fault.WIRING, "10 answers were sent, none reached the box"),
    ({"crc": 10}, ASKED, Fault.WIRING, "reach the box damaged"),
    ({"ok": 7, "crc": 3}, ASKED, Fault.WIRING, "3 of 10 polls fail"),
    ({"crc": 10}, ASKED | {"foreign": 10}, Fault.WIRING, "two devices have the same"),
])  # fmt: skip
def test_each_picture_has_its_cause(counted, heard, fault, says):
    finding = judged(Counted(**POLLS, **counted), **heard)
    assert finding.fault is fault and says in finding.text


def test_a_real_meter_that_is_silent_is_told_from_a_dead_line():
    heard = [Heard("usb", bytes=80, addresses={1: 10})]
    found = judge_bus("box", heard, Counted(**POLLS, timeout=10))
    assert [f.fault for f in found] == [Fault.NONE, Fault.WIRING]
    assert "real meter at address 1 does not answer" in found[1].text


def test_adapters_that_do_not_hear_each_other():
    found = judge_loop({("a", "b"): True, ("b", "a"): False})
    assert only(found).subject == "a" and "does not hear b" in found[0].text
    assert only(judge_loop({("a", "b"): True, ("b", "a"): True})).good


@pytest.mark.slow
def test_faults_of_a_line_are_found_on_a_line(tmp_path):
    (tmp_path / "rig.yaml").write_text(RIG.format(
        folder=tmp_path, adapters=f"{{port: {tmp_path}/bus}}"))
    with emulated_box(tmp_path), Line(tmp_path) as line:
        for fault, place, says in (
            ("", Fault.NONE, "takes the answers"),
            ("echo", Fault.NONE, "takes the answers"),
            ("open", Fault.WIRING, "hears nothing"),
            ("swapped", Fault.WIRING, "A and B are swapped"),
            ("deaf", Fault.WIRING, "none reached the box"),
            ("damaged", Fault.WIRING, "damaged"),
            ("neighbour", Fault.WIRING, "two devices have the same"),
        ):
            line.fault = fault
            found = check_rig(tmp_path / "rig.yaml", 2.0, False)
            assert found[-1].fault is place and says in found[-1].text, (fault, found)
            assert any("echo" in f.text for f in found) == (fault == "echo")
        line.fault, line.speed = "", 19200
        found = check_rig(tmp_path / "rig.yaml", 2.0, False)
        assert "box sends at 19200 Bd" in found[-1].text


@pytest.mark.slow
def test_two_adapters_and_a_relay_are_checked_by_the_command(tmp_path):
    adapters = f"{{port: {tmp_path}/a, devices: [meter]}}, {{port: {tmp_path}/b}}"
    (tmp_path / "rig.yaml").write_text(RIG.format(folder=tmp_path, adapters=adapters))
    options = ["--set", "l1_kind=dim", "--set", "io_l1_act=relay", "--set", "bl_reconnect_s=0",
               "--set", "l1_safe_w=11000"]
    with emulated_box(tmp_path, *options), Line(tmp_path, ("a", "b")) as line:
        words = ["hil", "check", str(tmp_path / "rig.yaml"), "--seconds", "1"]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        assert "hear each other" in done.output
        done = CliRunner().invoke(app, [*words, "--relays"])
        assert done.exit_code == 0 and "telemetry: relay_l1 follows" in done.output, done.output
        line.fault = "open"
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 1 and "does not hear" in done.output


def test_a_console_without_a_box_is_wiring(tmp_path):
    (tmp_path / "rig.yaml").write_text(RIG.format(
        folder=tmp_path, adapters=f"{{port: {tmp_path}/bus}}"))
    finding = only(check_rig(tmp_path / "rig.yaml", 1.0, False))
    assert finding.fault is Fault.WIRING and f"{tmp_path}/box" in finding.text
