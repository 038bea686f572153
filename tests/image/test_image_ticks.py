"""The chip's clock over its two edges: 32 bits of microseconds (71.6 min) and the 2**30 ms at
which MicroPython's ticks begin anew (12.4 days). The box must not notice."""

import pytest
from image.image_rig import commissioned

pytestmark = pytest.mark.slow

BEFORE_US = 10_000_000


@pytest.mark.parametrize("edge_us", [2**32, 2**30 * 1000], ids=["microseconds", "ticks"])
def test_a_wrap_of_the_clock_costs_no_poll(image, tmp_path, edge_us):
    rig = commissioned(tmp_path, image, l1_kind=2, io_l1_act=1)
    rig.box.on_for_us = edge_us - BEFORE_US
    with rig:
        rig.run(20)
        polls = [from_us for from_us, _, request in rig.box.sent if request[2:4] == b"\x00\x00"]
        pauses = [(later - earlier) / 1e6
                  for earlier, later in zip(polls, polls[1:], strict=False)]
        assert polls[0] < BEFORE_US < polls[-1] and len(polls) >= 18
        assert all(0.9 < pause < 1.1 for pause in pauses), pauses
        assert rig.box.restarts == []
        assert " timeout 0 crc 0 exception 0 other 0 " in rig.ask("bus")[0]
