"""What Renode's suite expects of the image (renode/phaseward.robot), expected on rp2040js too.

Names of the cases and their lines are the suite's own: renode/expected.resource holds the lines,
scripts/renode_test.py the parameters.
"""

import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from app.app_rig import SECOND
from image.image_rig import commissioned

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SUITE = ROOT / "renode" / "phaseward.robot"
CASES = ["Boot Banner", "Driver Enable", "Meter Poll And Decision", "Relay On Under-voltage",
         "Watchdog Restart"]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "renode_test.py"))
PARAMETERS = SCRIPT["PARAMETERS"]


def expected():
    """The variables of expected.resource; Robot writes a backslash twice."""
    text = (SUITE.parent / "expected.resource").read_text()
    found = re.findall(r"^\$\{(\w+)\} {2,}(.+)$", text, re.MULTILINE)
    return {name: pattern.replace("\\\\", "\\") for name, pattern in found}


EXPECTED = expected()


def printed(rig, name):
    return [line for _, line in rig.lines if re.search(EXPECTED[name], line)]


def relay(rig):
    """The levels of the relay, oldest first."""
    return [level for _, level in rig.edges("RELAY_L1")]


@pytest.fixture(scope="module")
def rig(image, tmp_path_factory):
    with commissioned(tmp_path_factory.mktemp("witness"), image, **PARAMETERS) as rig:
        yield rig


def test_the_suite_has_these_cases():
    lines = SUITE.read_text().split("*** Test Cases ***")[1].splitlines()
    assert [line for line in lines if line and not line.startswith(" ")] == CASES


def test_renode_finds_the_files_where_the_board_has_them():
    """640 KB at the end of 2 MB of flash, which begins at 0x10000000."""
    text = (ROOT / "boards" / SCRIPT["BOARD"] / "mpconfigboard.h").read_text()
    assert "FLASH_STORAGE_BYTES (640 * 1024)" in text
    board = SimpleNamespace(storage_at=(2048 - 640) * 1024)
    assert SCRIPT["storage_address"](board) == "0x10160000"
    assert "LoadBinary $storage $storage_at" in (SUITE.parent / "phaseward.resc").read_text()


def test_boot_banner(rig):
    assert len(printed(rig.run(2), "BOOT")) == 1


def test_driver_enable(rig):
    rig.run(2)
    assert [level for _, level in rig.edges("RS485_DE")][-2:] == [1, 0]


def test_meter_poll_and_decision(rig):
    assert printed(rig, "WAITING")
    rig.run(70)
    assert printed(rig, "FREE")
    assert relay(rig)[-2:] == [1, 0]


def test_relay_on_under_voltage(rig):
    rig.world.set_voltage(rig.t_s, 195.0, 230.0, 230.0)
    rig.run(125)
    assert printed(rig, "CRITICAL")
    assert relay(rig)[-1] == 1


def test_watchdog_restart(rig):
    """The wire of the relay shows the opposite of what the box has set: it must not feed on."""
    assert len(printed(rig, "BOOT")) == 1
    rig.box.set_input("relay_l1", 0, rig.t_s * SECOND)
    rig.run(20)
    assert len(printed(rig, "BOOT")) > 1  # again and again, while the contact is stuck
