"""A slave's answers, byte by byte, and what it must stay silent about."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer.rtu import FramerRTU

from phaseward_sim.modbus.slave import Slave


def adu(*body):
    """A frame with its CRC, by a bitwise CRC-16 written out here (not pymodbus' table)."""
    crc = 0xFFFF
    for byte in body:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return bytes(body) + crc.to_bytes(2, "little")


def answer_to(slave, frame, t_s=0.0):
    return b"".join(piece for _, piece in slave.answer(t_s, frame))


@pytest.fixture
def slave():
    device = Slave(1, latency_ms=20, jitter_ms=0)
    device.inputs.declare(0, 4, 0x1234)
    device.holding.declare(10, 2)
    return device


def test_read_of_a_voltage_gives_the_bytes_of_the_sdm630_manual():
    # 230.2 V = 0x43663333 or ..34 as float32; frame as printed in Eastron's protocol paper.
    slave = Slave(1)
    slave.inputs.declare(0, 2)
    slave.inputs.write(0, [0x4366, 0x3334])
    request = bytes.fromhex("01040000000271CB")
    assert answer_to(slave, request) == bytes.fromhex("01040443663334 1B38".replace(" ", ""))


def test_the_hand_written_crc_agrees_with_the_known_frame():
    assert adu(1, 4, 0, 0, 0, 2) == bytes.fromhex("01040000000271CB")


def test_write_of_one_register_is_echoed_and_kept(slave):
    frame = adu(1, 6, 0, 10, 0xAB, 0xCD)
    assert answer_to(slave, frame) == frame
    assert slave.holding.read(10, 1) == [0xABCD]


def test_write_of_two_registers_answers_address_and_count(slave):
    frame = adu(1, 16, 0, 10, 0, 2, 4, 0, 1, 0, 2)
    assert answer_to(slave, frame) == adu(1, 16, 0, 10, 0, 2)
    assert slave.holding.read(10, 2) == [1, 2]


@pytest.mark.parametrize("frame, code", [
    (adu(1, 5, 0, 0, 0xFF, 0), 1),             # write coil: not offered
    (adu(1, 0x2B, 14, 1, 0), 1),               # device identification: not offered
    (adu(1, 4, 0, 3, 0, 2), 2),                # second register does not exist
    (adu(1, 6, 0, 12, 0, 0), 2),
    (adu(1, 4, 0, 0, 0, 0), 3),                # count 0
    (adu(1, 4, 0, 0, 0, 126), 3),              # more than 125
    (adu(1, 16, 0, 10, 0, 2, 2, 0, 1), 3),     # byte count contradicts the count
])
def test_wrong_requests_get_the_exception_of_the_standard(slave, frame, code):
    assert answer_to(slave, frame) == adu(1, frame[1] | 0x80, code)


def test_a_write_that_hits_one_missing_register_changes_nothing(slave):
    answer_to(slave, adu(1, 16, 0, 11, 0, 2, 4, 0, 9, 0, 9))
    assert slave.holding.read(10, 2) == [0, 0]


@pytest.mark.parametrize("frame", [
    b"", b"\x01", b"\x01\x04\x00",
    adu(2, 4, 0, 0, 0, 2),                     # another address
    adu(1, 4, 0, 0, 0, 2)[:-1] + b"\x00",      # bad CRC
    adu(1, 4, 0, 0, 0, 2)[:-2],                # cut
    b"\x00" + adu(1, 4, 0, 0, 0, 2),           # a ghost byte in front
])
def test_frames_that_are_not_for_me_or_broken_get_silence(slave, frame):
    assert slave.answer(0.0, frame) == []


def test_a_broadcast_write_is_carried_out_in_silence(slave):
    assert slave.answer(0.0, adu(0, 6, 0, 10, 0, 7)) == []
    assert slave.holding.read(10, 1) == [7]


@given(st.binary(max_size=40))
def test_no_bytes_whatever_break_a_slave(data):
    slave = Slave(1)
    slave.inputs.declare(0, 4)
    answer = answer_to(slave, data)
    assert answer == b"" or FramerRTU.check_CRC(answer[:-2], int.from_bytes(answer[-2:], "big"))


@given(st.binary(min_size=1, max_size=40))
def test_any_body_with_a_good_crc_gets_a_whole_answer_or_none(body):
    slave = Slave(1)
    slave.inputs.declare(0, 4)
    answer = answer_to(slave, adu(1, *body))
    assert answer[:1] in (b"", b"\x01")
    assert answer == b"" or answer == adu(*answer[:-2])


def test_latency_stays_within_its_jitter_and_repeats_with_the_seed():
    def waits(seed):
        slave = Slave(1, latency_ms=20, jitter_ms=5, seed=seed)
        slave.inputs.declare(0, 4)
        return [slave.answer(0.0, adu(1, 4, 0, 0, 0, 2))[0][0] for _ in range(50)]
    assert waits(3) == waits(3) != waits(4)
    assert 15_000 <= min(waits(3)) < 17_000 and 23_000 < max(waits(3)) <= 25_000


@pytest.mark.parametrize("address", [0, 248, -1])
def test_an_impossible_address_is_refused(address):
    with pytest.raises(ValueError, match="outside 1..247"):
        Slave(address)


# --- faults -------------------------------------------------------------------------------

READ = adu(1, 4, 0, 0, 0, 2)
GOOD = adu(1, 4, 4, 0x12, 0x34, 0x12, 0x34)


def test_silent_neither_answers_nor_writes(slave):
    slave.faults.switch_on("silent")
    assert slave.answer(0.0, READ) == []
    assert slave.answer(0.0, adu(1, 6, 0, 10, 0, 5)) == []
    slave.faults.switch_off("silent")
    assert answer_to(slave, READ) == GOOD
    assert slave.holding.read(10, 1) == [0]


def test_a_scheduled_fault_holds_from_start_to_before_end(slave):
    slave.faults.schedule("silent", 10.0, 20.0)
    heard = [bool(slave.answer(t, READ)) for t in (9.99, 10.0, 19.99, 20.0)]
    assert heard == [True, False, False, True]


def test_exception_fault_answers_its_code_and_does_not_write(slave):
    slave.faults.switch_on("exception", code=6)
    assert answer_to(slave, adu(1, 6, 0, 10, 0, 5)) == adu(1, 0x86, 6)
    assert slave.holding.read(10, 1) == [0]


def test_wrong_address_sends_a_sound_frame_of_another_slave(slave):
    slave.faults.switch_on("wrong_address", offset=4)
    assert answer_to(slave, READ) == adu(5, *GOOD[1:-2])


def test_bad_crc_flips_exactly_one_bit(slave):
    slave.faults.switch_on("bad_crc")
    damaged = answer_to(slave, READ)
    assert sum((a ^ b).bit_count() for a, b in zip(damaged, GOOD, strict=True)) == 1


def test_cut_sends_the_first_bytes_only(slave):
    slave.faults.switch_on("cut", keep=5)
    assert answer_to(slave, READ) == GOOD[:5]


def test_merged_glues_the_previous_answer_in_front(slave):
    first = answer_to(slave, adu(1, 4, 0, 0, 0, 1))
    slave.faults.switch_on("merged")
    assert answer_to(slave, READ) == first + GOOD


@pytest.mark.parametrize("where, place", [("before", 0), ("inside", 4), ("after", 9)])
def test_noise_adds_bytes_at_its_place(slave, where, place):
    slave.faults.switch_on("noise", where=where, count=3)
    noisy = answer_to(slave, READ)
    assert noisy[:place] + noisy[place + 3:] == GOOD


def test_late_adds_its_time(slave):
    slave.faults.switch_on("late", extra_ms=300)
    assert slave.answer(0.0, READ) == [(320_000.0, GOOD)]


def test_gap_splits_the_answer(slave):
    slave.faults.switch_on("gap", gap_ms=8)
    assert slave.answer(0.0, READ) == [(20_000.0, GOOD[:4]), (8_000.0, GOOD[4:])]


def test_probability_hits_its_share(slave):
    slave.faults.switch_on("silent", probability=0.25)
    hits = sum(not slave.answer(0.0, READ) for _ in range(1000))
    assert 200 < hits < 300  # binomial, sigma 14


@pytest.mark.parametrize("kind, options, says", [
    ("explode", {}, "unknown; known: bad_crc, cut"),
    ("cut", {"kept": 3}, "no option 'kept'"),
    ("noise", {"where": "above"}, "where 'above'"),
    ("silent", {"probability": 0}, "outside"),
    ("phases_swapped", {"order": (0, 0, 1)}, "permutation"),
])
def test_unknown_faults_are_named(slave, kind, options, says):
    with pytest.raises(ValueError, match=says):
        slave.faults.schedule(kind, 0, **options)


def test_a_schedule_that_ends_before_it_starts_is_refused(slave):
    with pytest.raises(ValueError, match="not before"):
        slave.faults.schedule("silent", 5, 5)


def test_numpy_values_do_not_leak_into_registers(slave):
    slave.holding.write(10, np.array([70000, -1]))
    assert slave.holding.read(10, 2) == [70000 & 0xFFFF, 0xFFFF]
