"""Times on the simulated RS-485 pair, against hand-calculated character times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phaseward_sim.modbus.slave import Slave
from phaseward_sim.modbus.wire import SerialBus

READ_ONE = bytes.fromhex("01040000000131CA")  # 8 characters; the answer has 7
CHAR_9600 = 1e6 * 10 / 9600  # 8N1: 1041.67 us


def bus_with(slave, **settings):
    bus = SerialBus(**settings)
    slave.inputs.declare(0, 20)
    bus.add(slave)
    return bus


def test_an_answer_arrives_after_request_latency_and_its_own_characters():
    # 8 chars out = 8333 us; latency 20000 us; 7 chars back = 7292 us: 35625 us in all.
    bus = bus_with(Slave(1, 20, 0))
    arrivals = bus.transmit(0, READ_ONE)
    assert [t for t, _ in arrivals] == [35_625]
    assert len(arrivals[0][1]) == 7


def test_parity_makes_eleven_bits():
    # 19200 8E1: 572.9 us a character; 8 x 572.9 + 20000 + 7 x 572.9 = 28594 us.
    bus = bus_with(Slave(1, 20, 0), baud=19200, parity="E")
    assert bus.transmit(0, READ_ONE)[-1][0] == 28_594


def test_a_slave_faster_than_the_silence_waits_for_it():
    # Latency 0: the answer begins after 3.5 characters all the same: (8 + 3.5 + 7) x 1041.67.
    bus = bus_with(Slave(1, 0, 0))
    assert bus.transmit(0, READ_ONE)[0][0] == round(18.5 * CHAR_9600)


def test_above_19200_baud_the_silence_is_1750_us():
    bus = bus_with(Slave(1, 0, 0), baud=115200)
    assert bus.transmit(0, READ_ONE)[0][0] == round(15 * 1e6 * 10 / 115200 + 1750)


def test_long_answers_come_in_chunks_at_their_own_times():
    # 20 registers: 45 bytes in chunks of 8: times one chunk (8 chars) apart, 5 bytes last.
    bus = bus_with(Slave(1, 20, 0))
    arrivals = bus.transmit(0, bytes.fromhex("010400000014F005"))
    assert [len(data) for _, data in arrivals] == [8, 8, 8, 8, 8, 5]
    assert arrivals[1][0] - arrivals[0][0] == pytest.approx(8 * CHAR_9600, abs=1)
    assert arrivals[5][0] - arrivals[4][0] == pytest.approx(5 * CHAR_9600, abs=1)


def test_a_request_written_in_two_goes_is_one_frame():
    bus = bus_with(Slave(1, 20, 0))
    assert bus.transmit(0, READ_ONE[:5]) == []
    assert bus.transmit(round(5 * CHAR_9600), READ_ONE[5:])[-1][0] == 35_625


def test_a_pause_of_more_than_one_and_a_half_characters_breaks_the_frame():
    bus = bus_with(Slave(1, 20, 0))
    bus.transmit(0, READ_ONE[:5])
    assert bus.transmit(round(7 * CHAR_9600), READ_ONE[5:]) == []


def test_talking_into_an_answer_is_a_collision_and_reaches_nobody():
    # The answer is on the wire from 28333 to 35625 us.
    bus = bus_with(Slave(1, 20, 0))
    bus.transmit(0, READ_ONE)
    assert bus.transmit(30_000, READ_ONE) == []
    assert bus.collisions == 1
    assert bus.transmit(60_000, READ_ONE) != []


def test_a_retry_before_a_late_answer_gets_its_own_answer_first():
    slave = Slave(1, 20, 0)
    slave.faults.schedule("late", 0.0, 0.1, extra_ms=500)
    bus = bus_with(slave)
    late = bus.transmit(0, READ_ONE)
    assert late[0][0] == 535_625
    assert bus.transmit(300_000, READ_ONE)[0][0] == 335_625
    assert bus.collisions == 0


def test_only_the_addressed_slave_answers():
    bus = bus_with(Slave(1, 20, 0))
    other = Slave(2, 20, 0)
    other.inputs.declare(0, 20)
    bus.add(other)
    assert bus.transmit(0, READ_ONE)[0][1][0] == 1
    assert other.requests == 0


def test_advance_reaches_every_slave_in_seconds():
    seen = []
    slave = Slave(1)
    slave.advance = seen.append
    bus_with(slave).advance(2_500_000)
    assert seen == [2.5]


@pytest.mark.parametrize("settings, says", [
    ({"parity": "X"}, "one of N, E, O"), ({"baud": 100}, "300..921600")])
def test_impossible_lines_are_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        SerialBus(**settings)


def test_an_address_used_twice_is_refused():
    bus = bus_with(Slave(1))
    with pytest.raises(ValueError, match="address 1 is used twice"):
        bus.add(Slave(1))


@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=20)), max_size=20))
def test_arrivals_are_later_than_their_request_and_in_order(talk):
    bus = bus_with(Slave(1))
    now = 0
    for pause, data in talk:
        now += pause
        arrivals = bus.transmit(now, data + READ_ONE)
        times = [t for t, _ in arrivals]
        assert times == sorted(times)
        assert all(t > now for t in times)
