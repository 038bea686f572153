"""What `make firmware` says and does without compiling: boards, own checkouts, ESP-IDF."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
ESP32_BOARDS = ("ESP32_DEVKIT", "PHASEWARD_ESP32")
TOOL = "def small(i):\n    return -0x2000 <= i <= 0x1FFF\n"


@pytest.fixture
def scripts(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import esp32_image
    import make_firmware
    import own_checkout
    import source_package

    return make_firmware, own_checkout, esp32_image, source_package


def checkout(folder, minor=25, tool="sound\n"):
    """A folder that looks like MicroPython as far as is looked at."""
    (folder / "py").mkdir(parents=True)
    (folder / "tools").mkdir()
    (folder / "py/mpconfig.h").write_text(
        f"#define MICROPY_VERSION_MAJOR 1\n#define MICROPY_VERSION_MINOR {minor}\n")
    (folder / "tools/mpy-tool.py").write_text(tool)
    for name in ("tools/frozen_objects.py", "py/frozenobjects.h"):
        (folder / name).touch()
    return folder


def test_a_checkout_with_big_frozen_integers_is_told_with_its_correction(scripts, tmp_path):
    told = []
    scripts[1].look_at(checkout(tmp_path / "a", tool=TOOL), told.append)
    assert len(told) == 1
    assert "allocates nothing" in told[0] and "return -0x40000000 <= i <= 0x3FFFFFFF" in told[0]
    scripts[1].look_at(checkout(tmp_path / "b"), told.append)
    assert len(told) == 1


def test_a_checkout_without_objects_in_flash_is_told_what_that_costs(scripts, tmp_path):
    told, tree = [], checkout(tmp_path / "a")
    (tree / "py/frozenobjects.h").unlink()
    scripts[1].look_at(tree, told.append)
    assert len(told) == 1 and f"python scripts/rp2_sources.py {tree}" in told[0]


def test_a_checkout_is_corrected_once(scripts, tmp_path):
    """Files that hold the places of MicroPython 1.25 and nothing else."""
    import rp2_sources

    wanted = [edit for edit in rp2_sources.EDITS + rp2_sources.CALLS if "ports/" not in edit[0]]
    tree, told = checkout(tmp_path / "a"), []
    for path in {path for path, _, _ in wanted}:
        (tree / path).write_text("".join(old for where, old, _ in wanted if where == path))
    assert set(rp2_sources.correct(tree)) == {path for path, _, _ in wanted}
    for path, _, new in wanted:
        assert new in (tree / path).read_text()
    for name, folder in rp2_sources.ADDED.items():
        assert (tree / folder / name).read_bytes() == (rp2_sources.OURS / name).read_bytes()
    scripts[1].look_at(tree, told.append)
    assert rp2_sources.correct(tree) == [] and told == []


def test_a_checkout_that_cannot_be_corrected_is_left_as_it_is(scripts, tmp_path):
    """Its tool has none of the places; the other files of MicroPython are missing."""
    import rp2_sources

    tree = checkout(tmp_path / "a")
    paths = {path for path, _, _ in rp2_sources.EDITS + rp2_sources.CALLS}
    for path in paths - {"tools/mpy-tool.py"}:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text("other\n")
    with pytest.raises(scripts[3].SetupError, match="mpy-tool.py has no"):
        rp2_sources.correct(tree)
    assert (tree / "py/frozenobjects.h").read_text() == ""
    assert (tree / "tools/mpy-tool.py").read_text() == "sound\n"


def test_a_checkout_that_will_not_do_is_refused(scripts, tmp_path):
    error = scripts[3].SetupError
    with pytest.raises(error, match="no checkout of MicroPython: it has no py/mpconfig.h"):
        scripts[1].look_at(tmp_path, print)
    with pytest.raises(error, match=r"is MicroPython 1\.19; 1\.24 or newer is needed"):
        scripts[1].look_at(checkout(tmp_path / "old", minor=19), print)


def test_boards_belong_to_their_ports(scripts):
    make_firmware = scripts[0]
    ports = {board: make_firmware.port_of(board) for board in make_firmware.boards()}
    assert ports == {"ESP32_DEVKIT": "esp32", "PHASEWARD_ESP32": "esp32",
                     "PHASEWARD_RP2040": "rp2", "PHASEWARD_RP2040_SERIAL": "rp2",
                     "RPI_PICO": "rp2"}


def make(board, folder, **environment):
    kept = {key: value for key, value in os.environ.items()
            if key not in ("IDF_PATH", "MICROPYTHON_DIR", "REQUIRE_IDF")}
    command = [sys.executable, SCRIPTS / "make_firmware.py", board, folder]
    return subprocess.run(command, capture_output=True, text=True, env={**kept, **environment})


def test_without_esp_idf_an_esp32_gets_its_bytecode_and_is_told_what_is_missing(tmp_path):
    done = make("PHASEWARD_ESP32", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "NO IMAGE was built" in done.stdout and "ESP-IDF: install version" in done.stdout
    assert "MICROPYTHON_DIR: a checkout" in done.stdout
    assert len(json.loads((tmp_path / "mpy/package.json").read_text())["urls"]) > 100


@pytest.mark.slow
def test_esp_idf_can_be_required(tmp_path):
    done = make("PHASEWARD_ESP32", tmp_path, REQUIRE_IDF="1")
    assert done.returncode == 1 and "no image of PHASEWARD_ESP32; needed is" in done.stderr


MAKEFILE = """\
all:
\tmkdir -p $(BUILD) && printf image > $(BUILD)/micropython.bin
\tprintf '%s\\n' "$(BOARD)" "$(BOARD_DIR)" "$(FROZEN_MANIFEST)" "$(IDF_PATH)" > $(BUILD)/asked
"""


@pytest.mark.slow
@pytest.mark.parametrize("board", ESP32_BOARDS)
def test_with_esp_idf_micropythons_build_is_asked_for_our_board(board, tmp_path):
    """Stand-ins for ESP-IDF and MicroPython: what they are asked for, not what they make of it."""
    tree = checkout(tmp_path / "micropython")
    (tree / "lib/berkeley-db-1.xx").mkdir(parents=True)
    (tree / "lib/berkeley-db-1.xx/README").touch()
    for folder, text in (("mpy-cross", "all:\n"), ("ports/esp32", MAKEFILE)):
        (tree / folder).mkdir(parents=True)
        (tree / folder / "Makefile").write_text(text)
    idf = tmp_path / "idf"
    idf.mkdir()
    (idf / "idf.py").write_text("#!/bin/sh\n")
    (idf / "idf.py").chmod(0o755)
    done = make(board, tmp_path / "out", IDF_PATH=str(idf), MICROPYTHON_DIR=str(tree),
                PATH=f"{idf}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/micropython.bin").read_text() == "image"
    folder = SCRIPTS.parent / "boards" / board
    asked = (tmp_path / "out/work/asked").read_text().splitlines()
    assert asked == [board, str(folder), str(folder / "manifest.py"), str(idf)]


@pytest.mark.parametrize("board", ESP32_BOARDS)
def test_an_esp32_board_has_each_pin_once_and_none_that_it_must_not_use(board):
    """ESP32 data sheet: 6 to 11 are the flash's, 34 to 39 have no output; S3: 26 to 32 are flash
    and RAM, 19 and 20 USB."""
    rows = (SCRIPTS.parent / "boards" / board / "pins.csv").read_text().split()
    pins = {name: int(gpio.removeprefix("GPIO")) for name, gpio in (r.split(",") for r in rows)}
    assert len(set(pins.values())) == len(pins) == len(rows)
    s3 = board == "PHASEWARD_ESP32"
    taken = {19, 20, *range(26, 33), 43, 44} if s3 else {1, 3, *range(6, 12), *range(34, 40)}
    assert not taken & set(pins.values())
    assert {"RS485_TX", "RS485_RX", "RS485_DE", "RELAY_L1", "CONTACT_L1"} <= set(pins)
