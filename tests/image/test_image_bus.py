"""The image on a full bus: five devices at 9600 and 19200 baud, everything as fast as it goes.

What the wire allows: requests and answers character by character, the devices' own time to answer,
and between an answer and the next request the pause that this device's profile asks for, at least
3.5 characters. What is left over is the box's own.
"""

import pytest
from image.full_site import DEVICES, PARAMETERS, FullSite
from image.image_rig import commissioned, share_of_wire

pytestmark = pytest.mark.slow

PAUSE_US = 5000  # `turnaround_ms` of all five profiles
FASTEST_MS = 200  # of mb_poll_ms: less than a round of the five devices takes
SHARE = 0.95


@pytest.mark.parametrize("baud", [9600, 19200])
def test_five_devices_are_polled_at_nearly_what_the_wire_allows(image, tmp_path, baud):
    changed = {"mb_baud": baud, "mb_poll_ms": FASTEST_MS, **PARAMETERS}
    with commissioned(tmp_path, image, FullSite(baud), **changed) as rig:
        rig.run(4)
        assert len({request[0] for _, _, request in rig.box.sent}) == DEVICES
        first = len(rig.box.sent)
        rig.run(4)
        assert share_of_wire(rig, first, PAUSE_US) >= SHARE
        lines = rig.ask("bus")[:DEVICES]
        assert all(" timeout 0 crc 0 exception 0 other 0 " in line for line in lines), lines
        assert rig.box.chip.last["overruns"] == rig.world.bus.collisions == 0
