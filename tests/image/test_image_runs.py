"""The image in its steady state: one box with one relay, at nominal voltage, for 20 s.

Times are those of the emulator: exact in it, and approximate for silicon (docs/IMAGE.md).
"""

import pytest
from app.app_rig import SECOND
from image.image_rig import commissioned

from phaseward_sim.emulator.heap import Heap

pytestmark = pytest.mark.slow

CHAR_US = 10e6 / 9600  # 8N1 at 9600 baud


@pytest.fixture(scope="module")
def rig(image, tmp_path_factory):
    folder = tmp_path_factory.mktemp("image")
    with commissioned(folder, image, l1_kind=2, io_l1_act=1) as rig:
        rig.run(20)
        yield rig


def test_it_boots_and_decides_within_3_s_of_the_meters_first_answer(rig):
    (_, line), = rig.reported("boot")
    assert line == "!boot count=1 safe=0 identity=4711"
    first_us = min(t_us for t_us, _ in rig.reported("limit"))
    assert first_us - rig.box.heard[0][1] < 3_000_000


def test_the_driver_is_on_the_line_for_the_request_and_released_within_a_character(rig):
    edges = [(t_us, level) for t_us, level in rig.edges("RS485_DE") if level is not None]
    rises = [t_us for t_us, level in edges if level == 1]
    falls = [t_us for t_us, level in edges if level == 0 and t_us > rises[0]]
    assert len(rises) == len(falls) == len(rig.box.sent) > 30
    for rise_us, (from_us, to_us, _), fall_us in zip(rises, rig.box.sent, falls, strict=True):
        assert rise_us <= from_us
        assert to_us <= fall_us <= to_us + CHAR_US


def test_every_request_is_answered_and_the_meter_is_read_each_second(rig):
    assert rig.ask("bus")[0].startswith("device 1: ok ")
    assert " timeout 0 crc 0 exception 0 other 0 " in rig.ask("bus")[0]
    voltages = [from_us for from_us, _, request in rig.box.sent if request[2:4] == b"\x00\x00"]
    assert len(voltages) >= 0.95 * (rig.t_s - 1)
    assert rig.box.chip.last["overruns"] == 0


def test_an_output_switches_within_10_ms_of_the_last_byte_it_depends_on(rig):
    """At boot the load is held back until it may reconnect: the first decision has an edge."""
    edge_us = next(t_us for t_us, level in rig.edges("RELAY_L1") if level == 1)
    last_us = max(to_us for _, to_us, _ in rig.box.heard if to_us < edge_us)
    assert edge_us - last_us <= 10_000


def used_at_rest(rig, heap):
    """Bytes in use half a second after a poll: a function under way may hold its state in the
    heap, which it gives back."""
    phase_us = (rig.next_poll_us() + SECOND // 2) % SECOND
    rig.to_us(rig.t_s * SECOND + phase_us)
    return heap.used_bytes()


def test_a_control_cycle_allocates_nothing_and_the_application_fits(rig):
    heap = Heap(rig.image, rig.box.chip)
    rig.run(3)  # past what a command on the console has allocated
    before = used_at_rest(rig, heap)
    rig.run(8)
    assert used_at_rest(rig, heap) == before
    assert before < heap.size_bytes


def test_the_core_sleeps_nearly_all_the_time(rig):
    rig.run(1)  # to a whole second: the test before may have stopped within one
    before = rig.box.chip.last["idle_us"]
    rig.run(5)
    assert rig.box.chip.last["idle_us"] - before > 0.9 * 5e6
