"""`phaseward boards` and `flash`: what is found, which program is called how, what goes wrong."""

import json

import pytest
from tools.flashing.fakes import Programs, plugged_in, uf2_drive
from typer.testing import CliRunner

from phaseward_tools.cli import app
from phaseward_tools.flashing import uf2
from phaseward_tools.flashing.errors import FlashInputError
from phaseward_tools.flashing.known import RP2040_FAMILY, RP2350_FAMILY

IMAGE = bytes(range(256)) * 700  # 179,200 bytes: two parts and a bit of the copying
AT = 0x10000000


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "firmware.uf2"
    path.write_bytes(uf2.write(IMAGE, AT, RP2040_FAMILY))
    return path


@pytest.fixture
def programs(tmp_path, monkeypatch):
    plugged_in(monkeypatch)
    return Programs(tmp_path, monkeypatch)


def invoke(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, " ".join(done.output.split())


def test_a_uf2_file_holds_its_image():
    found = uf2.read(uf2.write(IMAGE[:1000], AT, RP2040_FAMILY))
    assert (found.family, found.start) == (RP2040_FAMILY, AT)
    assert found.data[:1000] == IMAGE[:1000] and set(found.data[1000:]) == {0}


@pytest.mark.parametrize(("spoil", "says"), [
    (lambda data: data[:-100], "no UF2 file"),
    (lambda data: b"", "no UF2 file"),
    (lambda data: data[:512] + b"X" + data[513:], "block 1 has not the marks"),
    (lambda data: data[512:], "block 0 says it is 1 of"),
    (lambda data: data[:-512], "it is not whole"),
])
def test_a_damaged_uf2_file_is_refused(spoil, says):
    with pytest.raises(FlashInputError, match=says):
        uf2.read(spoil(uf2.write(IMAGE[:2000], AT, RP2040_FAMILY)))


def test_a_pico_is_written_by_its_drive(tmp_path, image, programs):
    drive = uf2_drive(tmp_path / "RPI-RP2")
    code, told = invoke("flash", "RPI_PICO", image, "--drive", drive)
    assert code == 0 and "copied to" in told, told
    assert (drive / "firmware.uf2").read_bytes() == image.read_bytes()
    assert programs.calls == []


def test_a_plain_image_is_made_uf2_for_the_drive(tmp_path, programs):
    plain = tmp_path / "firmware.bin"
    plain.write_bytes(IMAGE)
    drive = uf2_drive(tmp_path / "RPI-RP2")
    assert invoke("flash", "RPI_PICO", plain, "--drive", drive)[0] == 0
    written = uf2.read((drive / "firmware.uf2").read_bytes())
    assert written.data == IMAGE and written.start == AT


def test_the_mounted_drive_is_found(tmp_path, image, monkeypatch):
    Programs(tmp_path, monkeypatch)
    drive = uf2_drive(tmp_path / "somewhere")
    plugged_in(monkeypatch, drives=[tmp_path, drive])
    assert invoke("flash", "RPI_PICO", image)[0] == 0
    assert (drive / "firmware.uf2").exists()


def test_interrupted_copying_is_an_error_and_can_be_repeated(tmp_path, image, programs,
                                                             monkeypatch):
    from phaseward_tools.flashing import writing

    drive = uf2_drive(tmp_path / "RPI-RP2")
    pulled = iter([None, OSError(5, "Input/output error")])

    def fsync(_):
        error = next(pulled, None)
        if error:
            raise error

    monkeypatch.setattr(writing.os, "fsync", fsync)
    code, told = invoke("flash", "RPI_PICO", image, "--drive", drive)
    assert code == 6 and "broke off after 131072 of 358400 bytes" in told, told
    assert "repeat" in told
    assert invoke("flash", "RPI_PICO", image, "--drive", drive)[0] == 0
    assert (drive / "firmware.uf2").read_bytes() == image.read_bytes()


def test_a_drive_that_goes_away_at_the_last_block_is_no_fault(tmp_path, image, programs,
                                                              monkeypatch):
    from phaseward_tools.flashing import writing

    drive, parts = uf2_drive(tmp_path / "RPI-RP2"), iter(range(100))

    def fsync(_):
        if next(parts) == 5:  # of six
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(writing.os, "fsync", fsync)
    assert invoke("flash", "RPI_PICO", image, "--drive", drive)[0] == 0


@pytest.mark.parametrize(("family", "board_id", "code", "says"), [
    (RP2350_FAMILY, "RPI-RP2", 3, "the file is for another chip"),
    (RP2040_FAMILY, "RP2350", 6, "its boot loader says 'RP2350', RP2040 was expected"),
])
def test_the_wrong_chip_is_never_written(tmp_path, programs, family, board_id, code, says):
    path = tmp_path / "firmware.uf2"
    path.write_bytes(uf2.write(IMAGE, AT, family))
    drive = uf2_drive(tmp_path / "drive", board_id)
    found, told = invoke("flash", "RPI_PICO", path, "--drive", drive)
    assert (found, says in told) == (code, True), told
    assert not (drive / "firmware.uf2").exists()


def test_without_a_drive_picotool_writes_and_verifies(image, programs):
    programs.plan({"load": ("Loading into Flash: [=====] 50%\nVerified 100%", 0)})
    code, told = invoke("flash", "RPI_PICO", image)
    assert code == 0 and "verified by picotool" in told
    assert programs.calls == [["picotool", "load", "-v", "-x", str(image)]]


def test_without_drive_and_picotool_both_ways_are_explained(tmp_path, image, monkeypatch):
    plugged_in(monkeypatch)
    Programs(tmp_path, monkeypatch, names=())
    code, told = invoke("flash", "RPI_PICO", image)
    assert code == 4 and "hold BOOTSEL" in told and "apt install picotool" in told


def test_what_a_program_says_when_it_fails_is_shown(image, programs):
    programs.plan({"load": ("No accessible RP-series devices in BOOTSEL mode were found.", 249)})
    code, told = invoke("flash", "RPI_PICO", image)
    assert code == 6 and "No accessible RP-series devices" in told and "repeated" in told


def test_an_esp32_is_written_and_verified_by_esptool(tmp_path, programs):
    path = tmp_path / "firmware.bin"
    path.write_bytes(IMAGE)
    code, told = invoke("flash", "ESP32_GENERIC_S3", path, "--port", "/dev/ttyUSB7")
    assert code == 0 and "verified by esptool" in told
    common = ["esptool", "--chip", "esp32s3", "--port", "/dev/ttyUSB7"]
    assert programs.calls == [
        [*common, "--baud", "460800", "write-flash", "0x0", str(path)],
        [*common, "verify-flash", "0x0", str(path)]]


def test_the_only_port_that_can_be_an_esp32_is_taken(tmp_path, programs, monkeypatch):
    path = tmp_path / "firmware.bin"
    path.write_bytes(IMAGE)
    plugged_in(monkeypatch, ("/dev/ttyUSB0", 0x10C4, 0xEA60), ("/dev/ttyACM0", 0x2E8A, 0x0005))
    assert invoke("flash", "ESP32_GENERIC", path)[0] == 0
    assert "/dev/ttyUSB0" in programs.calls[0] and "0x1000" in programs.calls[0]
    plugged_in(monkeypatch)
    code, told = invoke("flash", "ESP32_GENERIC", path)
    assert code == 6 and "found none: name it by --port" in told


def test_files_are_copied_compared_and_only_what_differs_again(tmp_path, programs):
    folder = tmp_path / "application"
    (folder / "phaseward" / "core").mkdir(parents=True)
    for name in ("main.py", "phaseward/a.mpy", "phaseward/core/b.mpy"):
        (folder / name).write_text(name)
    words = ("flash", "ESP32_GENERIC_S3", folder, "--port", "/dev/ttyACM0")
    code, told = invoke(*words)
    assert code == 0 and "3 files written" in told and "3 verified" in told, told
    assert (programs.board / "phaseward/core/b.mpy").read_text() == "phaseward/core/b.mpy"
    (folder / "main.py").write_text("changed")
    code, told = invoke(*words)
    assert code == 0 and "1 files written" in told and "2 files were there already" in told


def test_an_unknown_board_and_a_missing_image_are_named(tmp_path, programs, monkeypatch):
    code, told = invoke("flash", "TOASTER")
    assert code == 3 and "no board 'TOASTER'; there are PHASEWARD_RP2040" in told
    monkeypatch.chdir(tmp_path)
    code, told = invoke("flash", "PHASEWARD_RP2040")
    assert code == 3 and "make firmware BOARD=PHASEWARD_RP2040" in told


def test_boards_lists_what_is_known_and_what_is_there(tmp_path, monkeypatch):
    plugged_in(monkeypatch, ("/dev/ttyACM3", 0x2E8A, 0x0005),
               drives=[uf2_drive(tmp_path / "RPI-RP2")])
    code, told = invoke("boards")
    assert code == 0 and "PHASEWARD_RP2040" in told and "/dev/ttyACM3" in told
    assert "ready to be" in told
    found = json.loads(CliRunner().invoke(app, ["boards", "--json"]).output)
    assert found["drives"][0]["board_id"] == "RPI-RP2" and found["ports"][0]["vid"] == 0x2E8A
    plugged_in(monkeypatch)
    assert "Nothing is plugged in" in invoke("boards")[1]
