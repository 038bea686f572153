"""A box on a pseudo-terminal, and the command as a user types it."""

import pytest
from field.web_rig import browsing, sit_down
from realtime.live_box import LiveBoard
from typer.testing import CliRunner

from phaseward_tools import exits, terminal
from phaseward_tools.cli import app

TECHNICIAN, MANUFACTURER = (bytes(range(n, n + 32)).hex() for n in (10, 90))


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch, tmp_path_factory):
    """No settings of whoever runs the tests; tables of parameters are kept in a place of ours."""
    for name in ("PHASEWARD_PORT", "PHASEWARD_KEY", "PHASEWARD_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """A box with one load on a relay, without keys."""
    folder = tmp_path_factory.mktemp("box")
    with LiveBoard(folder, l1_kind=1, io_l1_act=1, bl_reconnect_s=0) as board:
        yield board


@pytest.fixture
def invoke():
    """`invoke("params", "get", ...)`: result with exit_code, stdout, stderr."""

    def call(*arguments: str):
        # Consoles are made once per process; each call here has its own output.
        for made in (exits.errors_console, terminal.console, terminal.errors_console):
            made.cache_clear()
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return call


@pytest.fixture
def at(live, invoke):
    """The same at the port of `live`."""
    return lambda *arguments: invoke(*arguments, "--port", live.port)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with browsing(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture
def at_box(browser, tmp_path):
    """`with at_box(port) as technician`: the page is open there."""
    return lambda port, before="": sit_down(browser, tmp_path, port, before)
