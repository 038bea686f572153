"""What a chip adds to a bad line: noise into its UART, a FIFO that overflows, a reset."""

import random

import pytest
from image.image_rig import SECOND, commissioned

pytestmark = pytest.mark.slow

REQUEST_US = 8 * 10e6 / 9600
SLACK_US = 5000  # between a request's end and the begin of its answer, and after that
RELAY = {"l1_kind": 2, "io_l1_act": 1}


def counters(rig):
    """{what: number} of device 1, as the console tells."""
    words = rig.ask("bus")[0].split()[2:]
    return {what: int(number) for what, number in zip(words[::2], words[1::2], strict=True)
            if number.isdigit()}


def test_noise_between_and_in_answers_costs_polls_and_nothing_else(image, tmp_path):
    """Bursts of 1 to 60 bytes at seeded times, on three seconds out of four."""
    chance = random.Random(5)
    with commissioned(tmp_path, image, **RELAY) as rig:
        rig.run(3)
        for second in range(3, 27):
            if second % 4:
                at_us = second * SECOND + chance.randrange(SECOND)
                rig.box.disturb(at_us, chance.randbytes(chance.randint(1, 60)))
            rig.run(1)
        told = counters(rig)
        assert told["ok"] >= 30
        before = told["ok"]
        rig.run(4)
        assert counters(rig)["ok"] >= before + 8  # on the quiet line all is well
        assert rig.box.restarts == []
        assert len(rig.reported("boot")) == 1


def test_a_fifo_that_overflows_costs_one_poll(image, tmp_path):
    """The core stands still while 41 bytes come in, and the FIFO holds 32. It stops when the
    driver has let go of the line: else nothing would be heard at all."""
    with commissioned(tmp_path, image, **RELAY) as rig:
        rig.run(3)
        rig.to_us(rig.next_poll_us() + REQUEST_US + SLACK_US)
        begins_us, ends_us, answer = rig.box.heard[-1]
        now_us = rig.box.chip.last["t_us"]
        assert rig.edges("RS485_DE")[-1][1] == 0 and now_us < begins_us and len(answer) > 32
        rig.box.request(hang_us=ends_us + SLACK_US - now_us)
        rig.run(2)
        assert rig.box.chip.last["overruns"] == len(answer) - 32
        told = counters(rig)
        assert told["timeout"] + told["crc"] + told["other"] == 1
        assert rig.box.restarts == []
        before = told["ok"]
        rig.run(3)
        assert counters(rig)["ok"] >= before + 6


@pytest.mark.parametrize("after_us", [3000, REQUEST_US + 30_000], ids=["asking", "answered"])
def test_a_watchdog_reset_amid_a_transaction_leaves_a_working_bus(image, tmp_path, after_us):
    """The core hangs while the request, or the answer, is on the wire, until the reset."""
    with commissioned(tmp_path, image, **RELAY) as rig:
        rig.run(3)
        rig.to_us(rig.next_poll_us() + after_us)
        rig.box.request(hang_us=9_000_000)
        rig.run(12)
        (reset_us, cause), = rig.box.restarts
        assert cause == "watchdog"
        after = [level for t_us, level in rig.edges("RS485_DE") if t_us >= reset_us]
        assert after[0] in (None, 0)  # the driver lets go with the reset
        assert rig.world.levels["relay_l1"] == 1  # held back again by the new boot
        told = counters(rig)
        assert told["ok"] >= 2 and told["crc"] + told["other"] == 0
