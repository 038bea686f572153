"""What goes wrong at a port: each case one clear message, and a box unchanged or reverted."""

import json
import os
import time

import pytest
from at_a_port import AtAPort
from field.conftest import MANUFACTURER, TECHNICIAN
from realtime.live_box import LiveBoard
from realtime.test_realtime import connect, wait_for

from phaseward_sim.realtime import PseudoTerminal
from phaseward_tools.field.connecting import Way, connected
from phaseward_tools.field.tables import Tables
from phaseward_tools.link import PortError, SerialStream, WrongDevice
from phaseward_tools.link.frames import checksum


class Other(AtAPort):
    """Something else at a port: `talk(line)` gives what it answers to each line, or None."""

    def __init__(self, talk=lambda line: b"", unasked=b""):
        super().__init__()
        self._talk, self._unasked = talk, unasked

    def _run(self):
        while not self._stop.is_set():
            for line in self._terminal.read().split(b"\n"):
                self._terminal.write(self._talk(line) if line else b"")
            if self._unasked:
                self._terminal.write(self._unasked)
            time.sleep(0.05)


def frame(line, content, sign="+"):
    """The reply with that JSON to a request's line."""
    body = b"<" + line[1:5] + b" " + (sign + json.dumps(content)).encode()
    return body + b"*" + checksum(body).encode() + b"\n"


def box_like(**identity):
    """Answers `identify` with this, and everything else as a box that does not know it."""
    def talk(line):
        if b" identify*" in line:
            return frame(line, identity)
        return frame(line, {"code": "command", "error": "no request"}, "-")
    return talk


IDENTITY = {"protocol": 1, "firmware": "0.0.1", "board": "old", "identity": 1, "boot": 1,
            "schema": "00", "parameters": 0, "columns": [], "commissioning": 1, "level": 1}


def test_no_such_port(invoke):
    done = invoke("params", "get", "--port", "/dev/ttyNONE")
    assert done.exit_code == 7 and "there is no such port" in done.stderr


def test_a_file_or_folder_is_no_port(invoke, tmp_path):
    (tmp_path / "file").write_text("no port")
    for path in (tmp_path, tmp_path / "file"):
        done = invoke("params", "get", "--port", path)
        assert done.exit_code == 7 and "that is no port" in done.stderr, done.stderr
    assert (tmp_path / "file").read_text() == "no port"


def test_no_port_is_named_and_none_is_there(invoke, monkeypatch):
    from phaseward_tools.field import ports

    monkeypatch.setattr(ports, "usb_ports", lambda: [])
    assert "plug the box in" in invoke("params", "get").stderr
    monkeypatch.setattr(ports, "usb_ports", lambda: [("/dev/ttyACM0", "Pico"),
                                                     ("/dev/ttyUSB0", "RS-485")])
    done = invoke("params", "get")
    assert done.exit_code == 7 and "name one with --port" in done.stderr
    assert "/dev/ttyUSB0  RS-485" in done.stderr


def test_two_programs_on_one_port(live, at):
    with connected(Way(live.port)) as box:
        done = at("params", "set", "bl_share_pm=90")
        assert done.exit_code == 7 and "another program has it open" in done.stderr
        assert box.get("bl_share_pm") == {"bl_share_pm": 83}


def test_another_device_is_heard_and_told(invoke):
    with Other(unasked=b"$GPGGA,1234*47\r\n") as gps:
        done = invoke("params", "get", "--port", gps.port)
    assert done.exit_code == 7 and "something else is heard" in done.stderr
    assert "GPGGA" in done.stderr


def test_silence_is_told(invoke, monkeypatch):
    monkeypatch.setattr("phaseward_tools.link.client.TRY_S", 0.05)
    with Other() as silent:
        done = invoke("params", "get", "--port", silent.port)
    assert done.exit_code == 7 and "nothing answers" in done.stderr


def test_a_newer_protocol_asks_for_newer_tools():
    with (Other(box_like(**{**IDENTITY, "protocol": 2})) as newer,
          pytest.raises(WrongDevice, match="install newer tools"),
          connected(Way(newer.port))):
        raise AssertionError("was taken for a box")


def test_an_older_firmware_without_a_request_is_told(invoke):
    with Other(box_like(**IDENTITY)) as older:
        done = invoke("explain", "--port", older.port)
    assert done.exit_code == 8
    assert "does not know the request `status`" in done.stderr and "older" in done.stderr


def test_a_table_with_other_parameters_and_columns_is_taken_as_it_is(invoke):
    """A newer firmware: a parameter and a column that these tools have never seen."""
    columns = ["id", "type", "unit", "min", "max", "step", "default", "level", "restart",
               "meaning", "source", "choices", "colour"]
    rows = [["xy_new", "int", "W", 0, 9, 1, 3, 1, 0, "a thing of the future", "own", [], "blue"]]

    def talk(line):
        words = line[6:].split(b"*")[0].split()
        answers = {b"identify": IDENTITY | {"schema": "ff", "parameters": 1, "columns": columns},
                   b"schema": {"first": 0, "rows": rows, "next": None},
                   b"values": {"first": 0, "values": [4], "saved": [4], "next": None}}
        return frame(line, answers[words[0]])

    with Other(talk) as newer:
        done = invoke("params", "get", "--port", newer.port)
    assert "xy_new          4 W" in done.stdout and "a thing of the future" in done.stdout


def test_a_damaged_table_in_the_cache_is_asked_for_again(live, at, tmp_path):
    folder = Tables()._folder
    at("params", "get", "bl_share")
    for path in folder.glob("*.json"):
        path.write_text(path.read_text()[:-50])
    assert at("params", "get", "bl_share").exit_code == 0


def test_unplugged_under_way(tmp_path):
    board = LiveBoard(tmp_path)
    with board, connected(Way(board.port)) as box:
        box.try_for(600, {"bl_share_pm": 120})
        board.off()
        board.console.close()
        with pytest.raises(PortError, match="was the box unplugged.*goes back by itself"):
            box.set({"bl_share_pm": 130})
        board.console = PseudoTerminal()  # for the end of the block
    with LiveBoard(tmp_path) as again:
        assert connect(again.port).get("bl_share_pm") == {"bl_share_pm": 83}


def test_cut_off_in_the_middle_of_a_batch_changes_nothing(live, at):
    with connected(Way(live.port)) as box:
        box.client.request("begin")
        box.client.request("add", "bl_share_pm=120")
    assert json.loads(at("params", "get", "bl_share", "--json").stdout)[0]["value"] == 83


def test_garbage_on_the_line_is_passed_over(live, at):
    noise = SerialStream(live.port)
    noise.write(os.urandom(3000).replace(b"\x0a", b"x").replace(b"\x0d", b"x"))
    noise.close()
    assert at("params", "set", "bl_share_pm=90").exit_code == 0
    assert at("params", "set", "bl_share_pm=83").exit_code == 0


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """A box with keys."""
    with LiveBoard(tmp_path_factory.mktemp("locked")) as board:
        connect(board.port).provision(bytes.fromhex(TECHNICIAN), bytes.fromhex(MANUFACTURER))
        yield board


def test_without_a_key_only_reading(locked, invoke):
    assert invoke("params", "get", "bl_share", "--port", locked.port).exit_code == 0
    done = invoke("params", "set", "bl_share_pm=90", "--port", locked.port)
    assert done.exit_code == 8 and "log in with --key" in done.stderr


def test_a_wrong_key_is_refused_and_the_right_one_taken(locked, invoke, tmp_path):
    def set_with(key, *more):
        where = ("--port", locked.port, "--key", key)
        return invoke("params", "set", "bl_share_pm=90", *where, *more)

    done = set_with("ee" * 32)
    assert done.exit_code == 8 and "nothing was changed" in done.stderr
    assert "level technician" in done.stderr
    wait_for(lambda: set_with(TECHNICIAN).exit_code == 0)  # the gate is closed for a second
    (tmp_path / "key").write_text(TECHNICIAN + "\n")
    assert set_with(tmp_path / "key").exit_code == 0
    keys = {"identity": 4711, "technician": TECHNICIAN, "manufacturer": MANUFACTURER}
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    assert set_with(tmp_path / "keys.json", "--level", "manufacturer").exit_code == 0


@pytest.mark.parametrize(("content", "text"), [
    (None, "nor a file that can be read"),
    ("abc", "is no key file"),
    (json.dumps({"identity": 5, "technician": TECHNICIAN}), "holds the keys of box 5"),
    ('{"identity": 4711}', "holds no key of level technician"),
])
def test_a_key_that_is_none_is_told(locked, invoke, tmp_path, content, text):
    if content is not None:
        (tmp_path / "k").write_text(content)
    done = invoke("params", "save", "--port", locked.port, "--key", tmp_path / "k")
    assert done.exit_code == 3 and text in done.stderr
