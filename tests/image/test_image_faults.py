"""What only an image shows: the watchdog's reset, power that fails during a flash write."""

import pytest
from image.image_rig import commissioned, with_flash

pytestmark = pytest.mark.slow

WATCHDOG_S = 8.388


def test_a_hung_core_is_restarted_by_the_watchdog_and_its_outputs_drop(image, tmp_path):
    with commissioned(tmp_path, image, l1_kind=2, io_l1_act=1) as rig:
        rig.run(3)
        assert rig.world.levels["relay_l1"] == 1
        rig.box.request(hang_us=9_000_000)
        rig.run(12)
        (t_us, cause), = rig.box.restarts
        assert cause == "watchdog" and t_us <= (3 + WATCHDOG_S) * 1e6 + 1
        assert [line for _, line in rig.reported("boot")][-1].startswith("!boot count=2 safe=0")
        dropped = [t for t, name, level in rig.world.changes if name == "relay_l1" and not level]
        assert dropped == [t_us]


@pytest.mark.parametrize("operation", [1, 2, 3])
def test_after_a_power_cut_in_a_flash_write_the_parameters_are_whole(image, tmp_path, operation):
    """The first boot writes its count; power fails during one of its first flash operations."""
    flash = tmp_path / "flash.bin"
    with commissioned(tmp_path, image, mb_poll_ms=2000) as rig:
        rig.box.request(cut_at=operation)
        rig.run(1)
        assert rig.box.chip.last["stopped"] == "power cut"
        rig.box.chip.ask(save=str(flash))
    with with_flash(tmp_path, image, flash) as again:
        again.run(2)
        assert "safe=0" in again.reported("boot")[0][1]
        assert any("mb_poll_ms" in line and "2000" in line for line in again.ask("diff"))
