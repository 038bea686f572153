"""Boards' platforms with stand-ins for the chip, and the set of bytecode for mip."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from phaseward_sim.loop.micropython import find_micropython

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCENARIOS = [
    line[4 : line.index("(")]
    for line in (HERE / "board_scenarios.py").read_text().splitlines()
    if line.startswith("def scenario_")
]
ESP32_BOARDS = ("PHASEWARD_ESP32", "ESP32_DEVKIT")
FROM_BYTECODE = """
import sys
import phaseward.app.application
for name in sys.argv[1:]:
    module = __import__(name)
    for part in name.split(".")[1:]:
        module = getattr(module, part)
    assert module.__file__.endswith(".mpy"), (name, module.__file__)
"""


def run_micropython(arguments, path, folder, board="PHASEWARD_ESP32"):
    pins = ROOT / "boards" / board / "pins.csv"
    surroundings = {**os.environ, "MICROPYPATH": ":".join(map(str, path)), "PINS_CSV": str(pins)}
    command = [find_micropython(), "-X", "heapsize=4m", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True,
                          timeout=120, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("board", ESP32_BOARDS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_board(scenario, board, tmp_path):
    path = [HERE / "fakes", ROOT / "firmware", ".frozen"]
    done = run_micropython([HERE / "board_scenarios.py", scenario], path, tmp_path, board)
    assert done.stdout.strip() == "ok", done.stdout + done.stderr


def test_a_file_system_that_cannot_be_read_is_made_anew_and_locks_the_box(tmp_path):
    """What `_boot.py` of both ports does, on littlefs."""
    done = run_micropython([HERE / "file_system_scenarios.py"], [ROOT / "firmware"], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == 4


@pytest.fixture(scope="module", params=["esp32", "rp2"])
def bytecode(request, tmp_path_factory):
    """The set for a port, freshly made."""
    folder = tmp_path_factory.mktemp("mpy") / request.param
    command = [sys.executable, ROOT / "scripts/make_mpy.py", request.param, folder]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return request.param, folder


def test_package_json_names_every_file_relatively(bytecode):
    _, folder = bytecode
    found = json.loads((folder / "package.json").read_text())
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {source for _, source in found["urls"]} == there - {"package.json"}
    assert all(target == source and ":" not in source for target, source in found["urls"])
    assert "main.py" in there and "phaseward/bus/profiles/eastron_sdm630.json" in there


def test_every_module_imports_from_its_bytecode(bytecode, tmp_path):
    port, folder = bytecode
    names = [
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for path in sorted(folder.rglob("*.mpy")) if path.stem != "__init__"
    ]
    assert len(names) > 80 and f"phaseward.platform.{port}" in names
    script = tmp_path / "check.py"
    script.write_text(FROM_BYTECODE)
    done = run_micropython([script, *names], [HERE / "fakes", folder], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_set_lacks_no_module_that_the_application_imports_late(bytecode):
    """What only runs on a computer stays out; what is imported inside functions comes along."""
    port, folder = bytecode
    platform = {path.stem for path in (folder / "phaseward/platform").glob("*.mpy")}
    assert port in platform and "board" in platform
    assert not platform & {"lockstep", "gateway", "tty", "gateway_pins"}
    assert (folder / "phaseward/update/selector.mpy").exists()


BOOT = """
import sys
sys.path.insert(0, "")
from phaseward.app.application import Application
from phaseward.platform.esp32 import Esp32Platform
import machine
platform = Esp32Platform()
platform.storage_path = sys.argv[1]
app = Application(platform)
rounds = 0
def idle(ms):
    global rounds
    rounds += 1
    if rounds > 5:
        raise SystemExit
platform.idle = idle
try:
    app.run()
except SystemExit:
    pass
assert machine.UART.last.sent, "no request to the meter"
assert machine.UART.last.sent[0][:2] == bytes((1, 4)), machine.UART.last.sent
assert machine.WDT.made[0].fed >= 1
print(app.safe_mode, app.trouble)
"""


class Folder:
    """Takes the place of a serial line to a board for mpremote: a folder as its file system."""

    def __init__(self, root):
        self.root = root

    def fs_exists(self, path):
        return (self.root / path.lstrip("/")).exists()

    def fs_mkdir(self, path):
        (self.root / path.lstrip("/")).mkdir()

    def fs_writefile(self, path, data, progress_callback=None):
        (self.root / path.lstrip("/")).write_bytes(data)


@pytest.fixture
def installed(bytecode, tmp_path):
    """(port, folder of the set, file system that mpremote's mip has filled from it), as by
    `mpremote mip install --target / …/package.json`."""
    mip = pytest.importorskip("mpremote.mip")
    port, folder = bytecode
    root = tmp_path / "board"
    root.mkdir()
    no_index = "http://127.0.0.1:9"  # a relative address must never need it
    mip._install_package(Folder(root), str(folder / "package.json"), no_index, "/", None, True)
    return port, folder, root


def test_mip_brings_the_whole_set_onto_a_board_byte_for_byte(installed):
    _, folder, root = installed
    sent = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and path.name != "package.json"}
    there = {path.relative_to(root): path.read_bytes() for path in root.rglob("*")
             if path.is_file()}
    assert len(there) > 100 and there == sent


def test_the_application_that_mip_installed_boots_on_an_esp32_and_asks_its_meter(
        installed, tmp_path):
    port, _, folder = installed
    if port != "esp32":
        pytest.skip("an RP2040 has no room for the application outside its image")
    script = tmp_path / "boot.py"
    script.write_text(BOOT)
    storage = tmp_path / "storage"
    storage.mkdir()
    done = run_micropython([script, storage], [HERE / "fakes", folder], tmp_path)
    assert done.stdout.splitlines()[-1] == "False []", done.stdout + done.stderr
