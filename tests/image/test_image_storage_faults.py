"""Flash that fails in ways only an image shows: cut off, full, or full of rubbish."""

import random

import pytest
from image.image_rig import commissioned, with_flash, with_storage

from phaseward_sim.loop.rp2040_rung import Rp2040Rung

pytestmark = pytest.mark.slow

BLOCK = 4096
CHANGED = {"l1_kind": 2, "io_l1_act": 1, "mb_poll_ms": 2000}
LEFT_BLOCKS = 24  # that one big file leaves free, for the small ones
# Small files, each closed: littlefs takes back the blocks of a file whose writing failed.
FILL = """
number = 0
for size in %r:
    try:
        while True:
            with open("/small%%d" %% number, "wb") as file:
                file.write(b"x" * size)
            number += 1
    except OSError:
        pass
"""
BLOCKS_ALONE, TO_THE_LAST_NAME = (4000,), (4000, 400, 10)
LONGEST_FILL_S = 300  # many small files take their time
STORM = 7  # more boots in a row than may fail before the box starts in safe mode


def kept(rig):
    """Whether the box still has its parameters."""
    return any("mb_poll_ms" in line and "2000" in line for line in rig.ask("diff"))


def test_a_storm_of_brown_outs_costs_no_parameter_and_ends_in_safe_mode(image, tmp_path):
    """Each boot is cut off at another moment, most in the middle of a write to flash. No boot
    becomes healthy, so the one after the storm controls nothing and keeps its console."""
    chance = random.Random(2)
    flash = tmp_path / "flash.bin"
    for boot in range(STORM):
        folder = tmp_path / str(boot)
        folder.mkdir()
        with _boot(folder, image, flash, boot) as rig:
            rig.box.request(cut_at=chance.randint(1, 6))
            rig.to_us(1_000_000 + chance.randrange(1_500_000))
            rig.box.chip.ask(save=str(flash))
    with with_flash(tmp_path, image, flash) as rig:
        rig.run(2)
        assert " safe=1 " in rig.reported("boot")[0][1]
        assert kept(rig)
        assert rig.world.levels.get("relay_l1", 0) == 1  # a safe limit below full power: held back


def _boot(folder, image, flash, boot):
    if boot == 0:
        return commissioned(folder, image, **CHANGED)
    return with_flash(folder, image, flash)


@pytest.mark.parametrize("sizes, saved", [
    (BLOCKS_ALONE, "ok"),  # a small record needs no block of its own
    (TO_THE_LAST_NAME, "error: ENOSPC: no space left; what was kept before stays"),
], ids=["no_block", "no_name"])
def test_a_full_flash_stops_no_control(image, tmp_path, sizes, saved):
    """What cannot be stored is told; the meter is read and the load decided on all the same."""
    full = {"big": "x" * (image.storage_bytes - LEFT_BLOCKS * BLOCK), "boot.py": FILL % (sizes,)}
    with commissioned(tmp_path, image, extra=full, **CHANGED) as rig:
        while not rig.reported("boot") and rig.t_s < LONGEST_FILL_S:
            rig.run(10)
        rig.run(120)
        assert " safe=0 " in rig.reported("boot")[0][1]
        assert "storage_refuses" in _notes(rig)
        refused_us = rig.reported("note")[0][0]
        assert any(t_us > refused_us and " reason=ramp " in line
                   for t_us, line in rig.reported("limit"))  # releases the load step by step
        assert rig.ask("save")[-1] == saved
        assert kept(rig)
        assert any(line.startswith("voltage_mv 230") for line in rig.ask("status"))
        assert rig.box.restarts == []


def _notes(rig):
    return "\n".join(line for _, line in rig.reported("note"))


def test_a_file_system_that_is_rubbish_is_made_anew_and_locks_the_box(image, tmp_path):
    """All parameters are lost with it: nothing is configured then, and nothing is released. Nor is
    the box open to everybody because its keys are lost too."""
    rubbish = random.Random(1).randbytes(image.storage_bytes)
    with with_storage(tmp_path, image, rubbish) as rig:
        rig.run(8)
        assert " safe=0 " in rig.reported("boot")[0][1]
        assert rig.reported("boot")[0][1].startswith("!boot count=1 ")
        assert not kept(rig)
        assert any("LOCKED" in line for line in rig.ask("version"))
        assert not any(level for _, _, level in rig.world.changes)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_damaged_blocks_never_keep_the_box_from_booting(image, tmp_path, seed):
    """One of eight blocks that hold something is overwritten. What was lost is told or made anew,
    and a parameter is right or its default."""
    chance = random.Random(seed)
    data = bytearray(_storage(tmp_path, image))
    used = [at for at in range(0, len(data), BLOCK) if data[at : at + BLOCK].strip(b"\xff")]
    for at in used:
        if chance.random() < 1 / 8 or at == used[seed % len(used)]:
            data[at : at + BLOCK] = chance.randbytes(BLOCK)
    with with_storage(tmp_path, image, bytes(data)) as rig:
        rig.run(8)
        assert rig.reported("boot")[0][1].startswith("!boot count=")
        assert rig.ask("get mb_poll_ms")[-1] == "ok"
        assert rig.box.restarts == []


def _storage(folder, image):
    """The file system of a commissioned box."""
    Rp2040Rung(folder).box("made", 1, None, CHANGED)
    return (folder / "made" / "storage.bin").read_bytes()
