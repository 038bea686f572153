"""The USB console of the image under load: answers come, and what is typed harms no reading."""

import random

import pytest
from image.full_site import PARAMETERS, FullSite
from image.image_rig import commissioned

from phaseward_sim.emulator.heap import Heap

pytestmark = pytest.mark.slow

ANSWER_US = 300_000  # a line waits for an idle bus: at most one transaction of the meter
FULL_BUS_US = 1_500_000  # and for a second where the bus is never idle
FLOOD = 8000  # characters


def test_a_command_is_answered_while_the_meter_is_read_each_second(image, tmp_path):
    with commissioned(tmp_path, image, l1_kind=2, io_l1_act=1) as rig:
        rig.run(3)
        assert max(rig.answer_us("status", 2) for _ in range(4)) <= ANSWER_US


def test_a_command_is_answered_while_the_bus_is_never_idle(image, tmp_path):
    changed = {"mb_poll_ms": 200, **PARAMETERS}
    with commissioned(tmp_path, image, FullSite(), **changed) as rig:
        rig.run(3)
        assert max(rig.answer_us("status", 3) for _ in range(2)) <= FULL_BUS_US


def test_a_flood_of_characters_costs_no_reading_and_a_command_behind_it_is_answered(
        image, tmp_path):
    chance = random.Random(3)
    noise = "".join(chr(chance.randrange(32, 127)) for _ in range(FLOOD))
    with commissioned(tmp_path, image, l1_kind=2, io_l1_act=1) as rig:
        rig.run(3)
        rig.box.console(noise, 0)
        answer_us = rig.answer_us("status", 8)
        assert answer_us <= 6_000_000
        told = rig.ask("bus")[0]
        assert " timeout 0 crc 0 exception 0 other 0 " in told
        polls = [from_us for from_us, _, request in rig.box.sent if request[2:4] == b"\x00\x00"]
        pauses = [(later - earlier) / 1e6
                  for earlier, later in zip(polls, polls[1:], strict=False)]
        assert max(pauses) < 1.3, pauses
        assert rig.box.restarts == []
        rig.run(2)
        heap = Heap(image, rig.box.chip)
        used = heap.used_bytes()
        rig.run(4)
        assert heap.used_bytes() == used
