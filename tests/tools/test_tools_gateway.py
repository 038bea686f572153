"""The gateway: the application in real time, with pymodbus' servers as its meter and its pins."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tools.gateway_rig import Gateway, SerialLine, TcpServer, serial_server, until

from phaseward.store.slots import BOTH, SINGLE, SlotFile
from phaseward_sim.scenario.base import ScenarioError
from phaseward_tools.gateway.settings import load

BASE = """\
identity: 4711
outputs:
  relay_l1: {file: relay_l1}
inputs:
  contact_l1: {file: contact_l1}
"""
# Released is energised, and so is the safe state: level 1, unlike what a reset leaves.
PARAMETERS = """\
parameters:
  mb_meter: janitza_umg96rme
  io_l1_act: relay
  l1_kind: dim
  l1_safe_w: 11000
  io_l1_invert: 1
  bl_reconnect_s: 0
  mb_poll_ms: 200
"""
BY_TCP = "  mb_meter_host: 127.0.0.1\n  mb_tcp_port: %d\n"


@pytest.fixture
def server():
    server = TcpServer()
    yield server
    server.stop()


def sees(gateway, u_mv):
    return gateway.status()["voltage_mv"].startswith(f"{u_mv} {u_mv} {u_mv} ok")


def hold_back(gateway):
    """The grid operator's contact closes, and the load is held back."""
    (gateway.folder / "contact_l1").write_text("1\n")
    until(lambda: gateway.level("relay_l1") == 0, "the load held back")


def test_a_gateway_reads_its_meter_by_tcp_and_stops_with_safe_outputs(tmp_path, server):
    gateway = Gateway(tmp_path, BASE + PARAMETERS + BY_TCP % server.port)
    with gateway:
        until(lambda: sees(gateway, 230000), "230 V")
        until(lambda: gateway.level("relay_l1") == 1, "the load's release")
        hold_back(gateway)
        server.voltages(231.5, 231.5, 231.5)
        until(lambda: sees(gateway, 231500), "231.5 V")
        code, said = gateway.stop()
    assert code == 0 and "stopped: outputs safe, records kept" in said
    assert gateway.level("relay_l1") == 1
    assert not os.path.lexists(tmp_path / "console")
    entries = b"".join(path.read_bytes() for path in (tmp_path / "storage/log").iterdir())
    assert b"asked to stop" in entries.replace(b"_", b" ")


@pytest.mark.slow
def test_a_restart_keeps_parameters_and_history(tmp_path, server):
    gateway = Gateway(tmp_path, BASE + PARAMETERS + BY_TCP % server.port)
    with gateway:
        until(lambda: sees(gateway, 230000), "230 V")
        assert gateway.ask("set bl_share_pm=77")[-1] == "ok"
        assert gateway.ask("save")[-1] == "ok"
        gateway.stop(signal.SIGINT)
        gateway.start()
        assert gateway.ask("get bl_share_pm")[0].startswith("bl_share_pm=77 ")
        identity = "\n".join(gateway.ask("identify"))
        assert "boots 2" in identity and "the newer of two copies" in identity
        last = "\n".join(gateway.ask("log"))
        assert "boot 2 0 by planned" in last and "asked to stop" in last


@pytest.mark.slow
def test_a_killed_box_comes_back_with_what_was_saved(tmp_path, server):
    gateway = Gateway(tmp_path, BASE + PARAMETERS + BY_TCP % server.port)
    with gateway:
        until(lambda: sees(gateway, 230000), "230 V")
        for _ in range(3):
            before = until(gateway.box, "the box")
            os.kill(before, signal.SIGKILL)
            until(lambda old=before: gateway.box() not in (None, old), "another box")
            until(lambda: sees(gateway, 230000), "230 V again")
        assert "by crash" in "\n".join(gateway.ask("log"))
    for name in ("params", "history", "boots"):
        slots = SlotFile(str(tmp_path / "storage"), name)
        assert slots.load() is not None and slots.found in (BOTH, SINGLE), slots.told()


@pytest.mark.slow
def test_a_box_whose_starter_is_killed_makes_its_outputs_safe(tmp_path, server):
    gateway = Gateway(tmp_path, BASE + PARAMETERS + BY_TCP % server.port)
    with gateway:
        until(lambda: sees(gateway, 230000), "230 V")
        hold_back(gateway)
        gateway.process.kill()
        gateway.process.communicate()
        until(lambda: gateway.level("relay_l1") == 1, "safe outputs")
        # The storage is free again only when the box has ended, too.
        until(lambda: _starts(gateway), "the next start")
        until(lambda: sees(gateway, 230000), "230 V")


def _starts(gateway):
    try:
        gateway.start()
    except AssertionError as refused:
        assert "in use by another gateway" in str(refused)
        return False
    return True


@pytest.mark.slow
def test_a_gateway_reads_its_meter_on_a_tty(tmp_path):
    line = SerialLine()
    server = serial_server(line)
    gateway = Gateway(tmp_path, BASE + f"serial: {line.ours}\n" + PARAMETERS)
    try:
        with gateway:
            until(lambda: sees(gateway, 230000), "230 V")
            (counters,) = [x for x in gateway.ask("bus") if x.startswith("device 1:")]
            assert " crc 0 exception 0 other 0 " in counters
            server.stop()  # nobody answers any more: no data never increases load
            until(lambda: "stale" in gateway.status()["voltage_mv"], "stale voltages")
    finally:
        line.close()


MODULE = """\
identity: 4711
module: {host: 127.0.0.1, port: %d}
outputs:
  relay_l1: {coil: 3}
  sg_a_l2: {coil: 4}
  sg_b_l2: {coil: 5}
inputs:
  contact_l1: {coil: 9}
"""


@pytest.mark.slow
def test_outputs_and_contacts_are_pins_of_a_modbus_module(tmp_path, server):
    text = MODULE % server.port + PARAMETERS + BY_TCP % server.port
    text += "  io_l2_act: sg-ready\n  l2_kind: pause\n  l2_safe_w: 4000\n"
    gateway = Gateway(tmp_path, text)
    with gateway:
        until(lambda: sees(gateway, 230000), "230 V")
        until(lambda: server.coil(3) == 1, "the load's release")
        server.client.write_coil(9, True, device_id=1)  # the grid operator's contact closes
        until(lambda: server.coil(3) == 0, "the load held back")
        assert (server.coil(4), server.coil(5)) == (1, 0)  # SG-Ready 1:0, locked: safe at boot
        assert gateway.status()["faults"] == "none"
        gateway.stop()
        assert server.coil(3) == 1, "the safe level, written as the last thing"


@pytest.mark.slow
def test_a_module_that_cannot_be_reached_is_a_fault_and_no_restart(tmp_path, server):
    closed = TcpServer()
    closed.stop()
    text = MODULE % closed.port + PARAMETERS + BY_TCP % server.port
    gateway = Gateway(tmp_path, text)
    with gateway:
        until(lambda: sees(gateway, 230000), "230 V")
        until(lambda: gateway.status()["faults"] == "pins", "the fault of the pins")
        box = gateway.box()
        until(lambda: int(gateway.status()["uptime_s"]) >= 8, "some seconds")
        assert gateway.box() == box


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("outputs: {relay_l9: {file: a}}", r"g\.yaml:1: outputs: .*relay_l9: expected relay_l1"),
        ("outputs: {relay_l1: {coil: 1}}", "relay_l1: a coil, input or holding register needs"),
        ("outputs: {relay_l1: {file: a, coil: 1}}", "exactly one of file, coil, holding"),
        ("module: {host: box}", "expected an IPv4 number such as 192.168.1.30, got 'box'"),
        ("parameters: {io_l1_act: rely}", "io_l1_act = 'rely': expected none or relay or"),
        ("parameters: {mb_poll_ms: 7}", r"mb_poll_ms = 7: expected a whole number 200\.\.60000"),
        ("serail: x", "unknown key; did you mean 'serial'"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path, line, told):
    path = tmp_path / "g.yaml"
    path.write_text(line + "\n")
    with pytest.raises(ScenarioError, match=told):
        load(path)


@pytest.mark.slow
def test_the_example_runs_with_its_meter_as_the_page_says(tmp_path):
    """docs/GATEWAY.md: a_meter.py in one terminal, the gateway in another."""
    folder = Path(__file__).resolve().parents[2] / "boards/GATEWAY"
    text = (folder / "try.yaml").read_text()
    assert "../../build/gateway/" in text
    load(folder / "try.yaml")
    load(folder / "gateway.yaml")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = text.replace("../../build/gateway/", "").replace("5020", str(port))
    meter = subprocess.Popen([sys.executable, folder / "a_meter.py", str(port)])
    try:
        with Gateway(tmp_path, text) as gateway:
            until(lambda: sees(gateway, 230000), "230 V")
    finally:
        meter.terminate()
        meter.wait(20)
