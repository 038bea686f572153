"""How much of the board's RAM the application needs, exact in the emulator (docs/IMAGE.md)."""

import subprocess

import pytest
from image import memory

pytestmark = pytest.mark.slow

AIM = 80_000
KINDS = (memory.needed_by_relay, memory.needed_with_person, memory.needed_by_five,
         memory.needed_by_five_with_person)


def static_bytes(image):
    """RAM of the frozen modules' objects, which would be on the heap otherwise."""
    told = subprocess.run(["arm-none-eabi-nm", "-S", image.path.with_suffix(".elf")],
                          capture_output=True, text=True, check=True).stdout
    return next(int(line.split()[1], 16) for line in told.splitlines()
                if line.endswith(" mp_rom_contexts"))


@pytest.mark.parametrize("needed", KINDS, ids=lambda kind: kind.__name__)
def test_the_application_keeps_within_the_aim(image, tmp_path, needed):
    """With one relay and with five devices, before and after somebody used the console."""
    static = static_bytes(image)
    assert 1_000 < static < 4_000
    assert 20_000 < needed(image, tmp_path) + static <= AIM
