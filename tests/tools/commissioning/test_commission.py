"""`phaseward commission` at a live box whose meter has a speed, parity and address of its own."""

import pytest
from realtime.live_box import LiveBoard
from typer.testing import CliRunner

from phaseward_sim.modbus import MeterModel, MeterSlave, SerialBus
from phaseward_tools import exits, terminal
from phaseward_tools.cli import app
from phaseward_tools.link import Box, Client, SerialStream

RELAY = {"l1_kind": 1, "io_l1_act": 1, "bl_reconnect_s": 0, "l1_safe_w": 11000}


class Place:
    """A meter that answers only at its own line settings, and a contact that may be stuck."""

    def __init__(self, baud=19200, parity=1, address=3, u_ll=(399.6, 399.6, 399.6)):
        self._line = baud, parity
        self._bus = SerialBus(baud, "NEO"[parity], chunk_chars=256)
        self._model = MeterModel(1, noise={"u": 0.05}, seed=1)
        self._model.update(0.0, [230.7] * 3, list(u_ll), [1.0] * 3, [200.0] * 3, 50.0)
        self._bus.add(MeterSlave("abb_b23", address, self._model))
        self.here = None
        self.was_elsewhere = False
        self.changes = []

    def line(self, port, baud, parity):
        self.was_elsewhere = self.was_elsewhere or self.here not in (None, (baud, parity))
        self.here = baud, parity

    def transmit(self, port, t_us, data):
        return self._bus.transmit(t_us, data) if self.here == self._line else []

    def output(self, name, level, t_us):
        self.changes.append((name, level))

    def all_outputs_off(self, t_us):
        self.changes.append(("all", 0))


def invoke(*words):
    for made in (exits.errors_console, terminal.console, terminal.errors_console):
        made.cache_clear()
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, " ".join(done.output.split())


def board_at(folder, place, **changed):
    board = LiveBoard(folder, speed=8.0, **changed)
    for name in ("line", "transmit", "output", "all_outputs_off"):
        setattr(board.bench, name, getattr(place, name))
    return board


def values(port):
    stream = SerialStream(port)
    try:
        return Box(Client(stream)).saved()
    finally:
        stream.close()


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch, tmp_path):
    monkeypatch.delenv("PHASEWARD_PORT", raising=False)
    monkeypatch.delenv("PHASEWARD_KEY", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.slow
def test_a_box_finds_its_meter_and_is_signed_off(tmp_path):
    place = Place()
    answers = tmp_path / "answers.yaml"
    answers.write_text("technician: A. Name\nplace: cellar 3\nremarks: door sticks\n")
    profile = tmp_path / "profile.txt"
    profile.write_text("bl_share_pm=50\n")
    with board_at(tmp_path / "box", place, **RELAY) as live:
        code, told = invoke("commission", "--port", live.port, "--answers", answers, "--out",
                            tmp_path / "out", "--addresses", "2-4", "--profile", profile)
        assert code == 0, told
        found = values(live.port)
    assert (found["mb_baud"], found["mb_parity"]) == (19200, 1)
    assert (found["mb_meter"], found["mb_meter_addr"], found["bl_share_pm"]) == ("abb_b23", 3, 50)
    tested = [level for name, level in place.changes if name == "relay_l1"]
    assert 1 in tested and tested[-1] == 0, "held back once, then released"
    page = next((tmp_path / "out").glob("*.html")).read_text()
    assert "abb_b23 at address 3, 19200 Bd" in page and "A. Name" in page and "cellar 3" in page
    assert "All that was tested is in order" in page and "door sticks" in page
    assert "IN COMMISSIONING" in page


@pytest.mark.slow
def test_wrong_wiring_fails_and_the_box_is_left_as_it_was(tmp_path):
    place = Place(baud=9600, parity=0, u_ll=(1.0, 399.6, 399.6))
    with board_at(tmp_path / "box", place, **RELAY) as live:
        before = values(live.port)
        code, told = invoke("commission", "--port", live.port, "--yes", "--answers",
                            _answers(tmp_path), "--out", tmp_path / "out", "--addresses", "3")
        assert code == 1 and "L1 and L2 are the same phase" in told, told
        assert values(live.port) == before
    page = next((tmp_path / "out").glob("*.html")).read_text()
    assert "Not in order" in page and "taken back" in page


@pytest.mark.slow
def test_a_load_that_the_box_itself_holds_back_is_waited_for_and_else_not_tested(tmp_path):
    place = Place(baud=9600, parity=0)
    with board_at(tmp_path / "box", place, **RELAY | {"l1_safe_w": 1000}) as live:
        code, told = invoke("commission", "--port", live.port, "--answers", _answers(tmp_path),
                            "--out", tmp_path / "out", "--addresses", "3", "--wait", "0")
        assert code == 0 and "relay_l1: not tested: the box itself holds load 1 back" in told


@pytest.mark.slow
def test_broken_off_while_looking_for_the_meter_nothing_has_changed(tmp_path, monkeypatch):
    """Ctrl-C while the box looks at other speeds: the scan ends, the line is the box's own."""
    place = Place(baud=38400, parity=1)
    job_rows = Box.job_rows

    def broken_off(box, idle):
        def look():
            if place.was_elsewhere:
                raise KeyboardInterrupt
            idle()

        return job_rows(box, look)

    monkeypatch.setattr(Box, "job_rows", broken_off)
    with board_at(tmp_path / "box", place, **RELAY) as live:
        before = values(live.port)
        code, told = invoke("commission", "--port", live.port, "--answers", _answers(tmp_path),
                            "--addresses", "1")
        assert code == 130, told
        assert values(live.port) == before
        status = Box(Client(SerialStream(live.port))).status()
        assert status["testing"] is None and status["trial"] == []
        assert place.here == (9600, 0)


def test_a_missing_answer_is_named_before_anything_is_done(tmp_path):
    with board_at(tmp_path / "box", Place()) as live:
        code, told = invoke("commission", "--port", live.port, "--yes", "--out", tmp_path)
    assert code == 3 and "technician: is missing" in told


def _answers(folder):
    path = folder / "answers.yaml"
    path.write_text("technician: A. Name\nplace: cellar 3\n")
    return path
