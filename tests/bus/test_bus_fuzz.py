"""Mutated frames against the master: tens of thousands always, a million in the slow suite."""

import bus_fuzz
import pytest

PER_SEED = 8400


def chance_is_rare(rounds, chance):
    """Three mutations rewrite a frame at random; each passes a 16-bit CRC once in 65536."""
    return chance <= 3 + 4 * rounds * 4 / len(bus_fuzz.MUTATIONS) / 65536


@pytest.mark.parametrize("seed", range(1, 5))
def test_no_wrong_value_no_exception_and_recovery_within_one_poll(seed):
    right, refused, chance = bus_fuzz.fuzz(PER_SEED, seed)
    assert right > PER_SEED // 4 and refused > PER_SEED // 3
    assert chance_is_rare(PER_SEED, chance)


def test_no_write_is_confirmed_by_a_damaged_answer():
    confirmed = bus_fuzz.fuzz_writes(8000, 9)
    assert 1500 < confirmed < 4000  # ghosts and pieces leave the answer whole


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_a_million_mutated_answers(seed):
    _, _, chance = bus_fuzz.fuzz(50_000, seed)
    assert chance_is_rare(50_000, chance)


def test_the_fuzz_would_notice_a_master_that_skips_the_crc(monkeypatch):
    monkeypatch.setattr("phaseward.bus.frame.crc16", lambda buf, n, start=0: 0)
    with pytest.raises(AssertionError, match="was accepted|gave"):
        bus_fuzz.fuzz(len(bus_fuzz.MUTATIONS), 1)


def test_the_fuzz_would_notice_a_master_that_takes_late_answers(monkeypatch):
    monkeypatch.setattr("phaseward.bus.device.Device.drain_ms", lambda *_: 0)
    with pytest.raises(AssertionError, match="late"):
        same_request_twice(3)


def test_the_late_answer_to_the_same_shape_is_waited_out():
    same_request_twice(300)


def same_request_twice(rounds):
    """A late answer followed by a read of the same shape elsewhere."""
    line, random = bus_fuzz.Line(), bus_fuzz.Random(5)
    for _ in range(rounds):
        case, other = bus_fuzz.Case(random), bus_fuzz.Case(random)
        other.function, other.count = case.function, case.count
        other.registers = [random.below(65536) for _ in range(case.count)]
        other.first = 0
        assert line.ask(case, bus_fuzz.late(case)) is None
        assert line.ask(other, [(30, other.frame())]) == other.registers, "late answer taken"
