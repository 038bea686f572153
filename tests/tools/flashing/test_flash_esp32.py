"""ESP32 boards: images by esptool, the application's bytecode by mpremote, both also for real."""

import shutil
import subprocess
import sys

import pytest
from tools.flashing.fakes import Programs, plugged_in
from tools.flashing.raw_repl import RawRepl
from tools.flashing.test_flash import invoke
from tools.rig.benches import ROOT

from phaseward_sim.loop.micropython import find_micropython
from phaseward_tools.flashing import programs as outside
from phaseward_tools.flashing.known import BOARDS


def image_for(esp_id):
    return b"\xe9" + bytes(11) + bytes([esp_id]) + bytes(range(256)) * 40


@pytest.fixture
def programs(tmp_path, monkeypatch):
    plugged_in(monkeypatch)
    return Programs(tmp_path, monkeypatch)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "firmware.bin"
    path.write_bytes(image_for(9))
    return path


def test_every_board_that_can_be_built_can_be_flashed():
    for path in (ROOT / "boards").glob("*/mpconfigboard.cmake"):
        text = path.read_text()
        chip = "RP2040"
        if "SDKCONFIG" in text:
            chip = "ESP32-S3" if "esp32s3" in text else "ESP32"
        assert BOARDS[path.parent.name].chip.name == chip


@pytest.mark.parametrize("board", ["PHASEWARD_ESP32", "ESP32_GENERIC_S3"])
def test_an_esp32_is_written_and_verified_by_esptool(image, programs, board):
    code, told = invoke("flash", board, image, "--port", "/dev/ttyUSB7")
    assert code == 0 and "verified by esptool" in told
    common = ["esptool", "--chip", "esp32s3", "--port", "/dev/ttyUSB7"]
    assert programs.calls == [
        [*common, "--baud", "460800", "write-flash", "0x0", str(image)],
        [*common, "verify-flash", "0x0", str(image)]]


def test_the_only_port_that_can_be_an_esp32_is_taken(image, programs, monkeypatch):
    image.write_bytes(image_for(0))
    plugged_in(monkeypatch, ("/dev/ttyUSB0", 0x10C4, 0xEA60), ("/dev/ttyACM0", 0x2E8A, 0x0005))
    assert invoke("flash", "ESP32_DEVKIT", image)[0] == 0
    assert "/dev/ttyUSB0" in programs.calls[0] and "0x1000" in programs.calls[0]
    plugged_in(monkeypatch)
    code, told = invoke("flash", "ESP32_DEVKIT", image)
    assert code == 6 and "found none: name it by --port" in told


@pytest.mark.parametrize(("board", "content", "says"), [
    ("ESP32_DEVKIT", image_for(9), "is an image for ESP32-S3, expected one for an ESP32"),
    ("PHASEWARD_ESP32", image_for(0), "is an image for ESP32, expected one for an ESP32-S3"),
    ("PHASEWARD_ESP32", image_for(13), "is an image for chip number 13"),
    ("PHASEWARD_ESP32", bytes(9000), "is no Espressif image"),
])
def test_an_image_for_another_chip_is_never_written(image, programs, board, content, says):
    image.write_bytes(content)
    code, told = invoke("flash", board, image, "--port", "/dev/ttyUSB7")
    assert code == 3 and says in told, told
    assert programs.calls == []


def test_interrupted_writing_by_esptool_is_an_error_and_can_be_repeated(image, programs):
    programs.plan({"write-flash": ("Writing at 0x00008000 [==> ] 20%\nA fatal error occurred: "
                                   "The chip stopped responding.", 2)})
    code, told = invoke("flash", "PHASEWARD_ESP32", image, "--port", "/dev/ttyUSB7")
    assert code == 6 and "stopped responding" in told and "can be repeated" in told
    programs.plan({})
    assert invoke("flash", "PHASEWARD_ESP32", image, "--port", "/dev/ttyUSB7")[0] == 0


@pytest.mark.parametrize(("words", "needs"), [
    (["PHASEWARD_ESP32", "image"], "esptool is needed and not found: pip install"),
    (["PHASEWARD_ESP32", "folder"], "mpremote is needed and not found: pip install"),
])
def test_a_missing_program_is_explained(tmp_path, image, monkeypatch, words, needs):
    plugged_in(monkeypatch)
    Programs(tmp_path, monkeypatch, names=())
    monkeypatch.setattr(outside.importlib.util, "find_spec", lambda name: None)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "main.py").write_text("1")
    paths = {"image": image, "folder": tmp_path / "folder"}
    code, told = invoke("flash", words[0], paths[words[1]], "--port", "/dev/ttyUSB7")
    assert code == 4 and needs in told, told


def test_without_an_image_the_bytecode_is_offered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, told = invoke("flash", "PHASEWARD_ESP32")
    assert code == 3 and "phaseward flash PHASEWARD_ESP32 build/firmware" in told, told


@pytest.mark.skipif(not shutil.which("esptool", path=str(ROOT / ".venv" / "bin")),
                    reason="extra `flash`")
def test_the_real_esptool_takes_our_words(image, monkeypatch):
    """It gets as far as the port, which is not there."""
    monkeypatch.setenv("PATH", str(ROOT / ".venv" / "bin"))
    code, told = invoke("flash", "PHASEWARD_ESP32", image, "--port", "/dev/ttyNONE")
    assert code == 6 and "/dev/ttyNONE" in told and "can be repeated" in told, told
    assert "Usage" not in told


FILES = ("main.py", "phaseward/a.mpy", "phaseward/core/b.mpy")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "application"
    for name in FILES:
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() + bytes(range(256)))
    (made / "package.json").write_text("{}")
    return made


def test_files_are_copied_compared_and_only_what_differs_again(folder, programs):
    words = ("flash", "PHASEWARD_ESP32", folder, "--port", "/dev/ttyACM0")
    code, told = invoke(*words)
    assert code == 0 and "3 files written" in told and "3 verified" in told, told
    assert (programs.board / FILES[2]).read_bytes() == (folder / FILES[2]).read_bytes()
    assert not (programs.board / "package.json").exists(), "that is for mip"
    (folder / "main.py").write_text("changed")
    code, told = invoke(*words)
    assert code == 0 and "1 files written" in told and "2 files were there already" in told


def test_the_real_mpremote_copies_is_interrupted_and_goes_on(tmp_path, folder):
    micropython, flash = find_micropython(), tmp_path / "flash"
    with RawRepl(micropython, flash) as board:
        (folder / "main.py").rename(tmp_path / "main.py")
        code, told = invoke("flash", "PHASEWARD_ESP32", folder, "--port", board.port)
        assert code == 0 and "2 files written" in told, told
    with RawRepl(micropython, flash, full=True) as board:
        shutil.copy(tmp_path / "main.py", folder / "main.py")
        code, told = invoke("flash", "PHASEWARD_ESP32", folder, "--port", board.port)
        assert code == 6 and "the same command can be repeated" in told, told
    with RawRepl(micropython, flash) as board:
        code, told = invoke("flash", "PHASEWARD_ESP32", folder, "--port", board.port)
        assert code == 0 and "1 files written" in told and "2 files were there" in told, told
    assert all((flash / name).read_bytes() == (folder / name).read_bytes() for name in FILES)


@pytest.mark.slow
def test_the_set_of_bytecode_is_installed_by_mip(tmp_path):
    made, flash = tmp_path / "mpy", tmp_path / "flash"
    subprocess.run([sys.executable, str(ROOT / "scripts" / "make_mpy.py"), "esp32", str(made)],
                   check=True)
    with RawRepl(find_micropython(), flash) as board:
        done = subprocess.run(
            [*outside.find("mpremote"), "connect", board.port, "resume", "mip", "install",
             "--target", ".", str(made / "package.json")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    names = {p.relative_to(made) for p in made.rglob("*") if p.is_file()}
    names = {n for n in names if n.name != "package.json"}
    assert len(names) > 100
    assert all((flash / name).read_bytes() == (made / name).read_bytes() for name in names)
