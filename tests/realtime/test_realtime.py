"""A box in real time: a port like a USB port, time as on the wall, a bus inside or outside."""

import os
import pty
import signal
import subprocess
import sys
import threading
import time

import pytest
from realtime.live_box import IDENTITY, LiveBoard

from phaseward_sim.modbus import MeterModel, MeterSlave, SerialBus
from phaseward_sim.realtime import PseudoTerminal, TerminalError
from phaseward_sim.realtime.pace import SLACK_S, Pace
from phaseward_tools.link import Box, Client, SerialStream

COMMAND = [sys.executable, "-m", "phaseward_tools.main"]


def connect(port):
    return Box(Client(SerialStream(port)))


def wait_for(what, seconds=20):
    """The first true value of `what()`; the wall clock only bounds a hanging test."""
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"did not come true within {seconds} s")


def test_virtual_time_is_wall_time_and_what_is_too_late_is_given_up():
    now = [100.0]
    pace = Pace(speed=2.0, clock=lambda: now[0])
    now[0] = 103.0
    assert pace.now_us() == 6_000_000
    assert pace.left_s(8_000_000) == 1.0
    pace.reached(5_500_000)
    assert pace.lost_s == 0
    now[0] = 105.0  # 10 s of virtual time, and the box is at 5.5 s: 2.25 s of wall behind
    pace.reached(5_500_000)
    assert pace.lost_s == 2.25 - SLACK_S
    assert pace.now_us() == 5_500_000 + SLACK_S * 2e6


def test_a_terminal_that_nobody_has_open_drops_what_is_written():
    terminal = PseudoTerminal()
    terminal.write(b"lost\n")
    assert not terminal.connected() and terminal.waiting_on() == []
    user = os.open(terminal.path, os.O_RDWR | os.O_NOCTTY)
    assert terminal.connected()
    terminal.write(b"kept\r\n")
    os.write(user, b"typed\r")
    assert os.read(user, 100) == b"kept\r\n", "nothing is translated"
    assert terminal.read() == b"typed\r"
    os.close(user)
    assert not terminal.connected() and terminal.read() == b""
    terminal.close()


def test_a_link_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(TerminalError, match="taken: no link can be made"):
        PseudoTerminal(tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_box_answers_on_its_port_and_keeps_what_is_saved(tmp_path):
    with LiveBoard(tmp_path) as live:
        box = connect(live.port)
        assert box.identity["identity"] == IDENTITY
        status = wait_for(lambda: (s := box.status())["voltage"] == "ok" and s)
        assert all(abs(u - v) < 1000 for u, v in zip(status["u_ln_mv"], (231400, 229100, 230200),
                                                     strict=True))
        box.set({"bl_share_pm": 90})
        box.save()
    with LiveBoard(tmp_path) as live:
        assert connect(live.port).get("bl_share_pm") == {"bl_share_pm": 90}


def test_time_can_run_faster(tmp_path):
    with LiveBoard(tmp_path, speed=100) as live:
        box = connect(live.port)
        wait_for(lambda: box.status()["uptime_s"] > 60)


def test_the_bus_can_be_an_outside_meter(tmp_path):
    terminal = PseudoTerminal()
    bus = SerialBus(9600, "N", chunk_chars=256)
    model = MeterModel(1)
    model.update(0.0, [240.0] * 3, [415.7] * 3, [2.0] * 3, [400.0] * 3, 50.0)
    bus.add(MeterSlave("eastron_sdm630", 1, model))
    stop = threading.Event()
    slave = threading.Thread(target=answer, args=(terminal.path, bus, stop), daemon=True)
    with LiveBoard(tmp_path, bus=terminal) as live:
        slave.start()
        box = connect(live.port)
        status = wait_for(lambda: (s := box.status())["voltage"] == "ok" and s)
        assert status["u_ln_mv"] == [240000] * 3
    stop.set()
    slave.join(5)
    terminal.close()


def answer(path, bus, stop):
    """A slave in another thread, at a serial port."""
    stream = SerialStream(path)
    while not stop.is_set():
        request = stream.read(0.1)
        for _, part in bus.transmit(time.monotonic() * 1e6, request) if request else ():
            stream.write(part)
    stream.close()


def start(*options, **how):
    return subprocess.Popen([*COMMAND, "emulate", "--rung", "unix", *options], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)


def test_the_command_names_its_port_and_ends_cleanly(tmp_path):
    link = tmp_path / "box"
    with start("--link", str(link)) as process:
        assert process.stdout.readline().strip() == str(link)
        assert connect(str(link)).identity["board"] == "unix"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0 and not os.path.lexists(link)
    assert "the box is off" in errors


def test_without_pty_the_console_is_this_terminal():
    ours, theirs = pty.openpty()
    with start(stdin=theirs) as process:
        os.write(ours, b"version\n")
        printed = [process.stdout.readline() for _ in range(2)]
        wait_for(lambda: printed.append(process.stdout.readline()) or "4711" in "".join(printed))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize(("options", "text"), [
    (["--volts", "230"], "expected three voltages"),
    (["--set", "bl_share=5"], "expected ID=VALUE"),
    (["--set", "bl_share_pm=5"], "expected a whole number 10..300"),
    (["--bus-pty", "--speed", "2"], "needs real time"),
    (["scenarios/evening_blocking.yaml", "--bus-pty"], "brings its own bus"),
])
def test_a_wish_that_cannot_be_is_told(options, text, capsys):
    from phaseward_tools.cli import app

    with pytest.raises(SystemExit) as caught:
        app(["emulate", *options])
    assert caught.value.code == 2
    assert text in " ".join(capsys.readouterr().err.split())


@pytest.mark.slow
def test_a_scenarios_feeder_is_there_in_real_time(tmp_path):
    """The evening's first box, its neighbours as processes beside it."""
    link = tmp_path / "box"
    command = [*COMMAND, "emulate", "scenarios/balancer_t1_t2_t3.yaml", "--rung", "unix",
               "--link", str(link), "--speed", "20"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        box = connect(str(link))
        status = wait_for(lambda: (s := box.status())["transfer_w"][0] and s, 60)
        assert sum(status["transfer_w"]) == 0
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 0
