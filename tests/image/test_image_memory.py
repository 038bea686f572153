"""How much of the board's RAM the application needs, exact in the emulator (docs/IMAGE.md)."""

import pytest
from image import memory

pytestmark = pytest.mark.slow

AIM = 80_000
FIVE_MOST = 95_000  # above the aim: see docs/IMAGE.md for what holds it


def test_a_box_with_one_relay_keeps_within_the_aim(image, tmp_path):
    assert 20_000 < memory.needed_by_relay(image, tmp_path) <= AIM


def test_five_devices_take_what_is_told(image, tmp_path):
    assert 20_000 < memory.needed_by_five(image, tmp_path) <= FIVE_MOST
