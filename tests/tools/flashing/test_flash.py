"""`phaseward boards` and `flash`: what is found, which program is called how, what goes wrong."""

import json

import pytest
from tools.flashing.fakes import Programs, plugged_in, uf2_drive
from typer.testing import CliRunner

from phaseward_tools.cli import app
from phaseward_tools.flashing import chips, uf2, verifying
from phaseward_tools.flashing.errors import FlashInputError
from phaseward_tools.flashing.known import RP2040_FAMILY, RP2350_FAMILY

_BOOT = bytes(range(252))
# 179,200 bytes: two parts and a bit of the copying
IMAGE = _BOOT + chips.boot_crc(_BOOT).to_bytes(4, "little") + bytes(range(256)) * 699
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


def test_a_boot_blocks_checksum_is_that_of_the_rom():
    """CRC-32/MPEG-2, whose check value for the digits 1 to 9 is 0x0376E6E7."""
    assert chips.boot_crc(b"123456789") == 0x0376E6E7


@pytest.mark.parametrize(("content", "says"), [
    (bytes(70000), "the checksum of its boot block is wrong"),
    (b"\xe9" + bytes(11) + b"\x09" + bytes(500), "is an image for ESP32-S3"),
    (b"", "is no image of an RP2040"),
])
def test_a_plain_image_of_something_else_is_never_written(tmp_path, programs, content, says):
    path, drive = tmp_path / "other.bin", uf2_drive(tmp_path / "RPI-RP2")
    path.write_bytes(content)
    code, told = invoke("flash", "RPI_PICO", path, "--drive", drive)
    assert code == 3 and says in told, told
    assert not (drive / "firmware.uf2").exists()


def test_a_uf2_file_and_a_bin_file_of_one_image_are_verified_by_the_same_bytes(tmp_path):
    """Whatever lies behind the image on flash: the filling of a UF2 file's last page is zeros,
    picotool leaves erased flash behind a .bin file."""
    for size in (1000, 1024, 1):
        data = IMAGE[:size]
        plain, blocks = tmp_path / "i.bin", tmp_path / "i.uf2"
        plain.write_bytes(data)
        blocks.write_bytes(uf2.write(data, AT, RP2040_FAMILY))
        assert verifying.image_bytes(plain) == verifying.image_bytes(blocks) == data.rstrip(b"\0")
    plain.write_bytes(data + bytes(300))
    assert verifying.image_bytes(plain) == data + bytes(255), "only the last page's end"
