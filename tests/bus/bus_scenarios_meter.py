"""A meter's poll: bytes to values, ages and states. Runs on CPython and on MicroPython."""

import struct

from bus_fakes import Clock, Port, Slave, Tape, Wait, heap_after, run

from phaseward.bus import plausible, profile, status
from phaseward.bus.meter import Meter
from phaseward.bus.rtu import Master
from phaseward.core.sample import (
    AGE_UNKNOWN_MS,
    CURRENT,
    FREQUENCY,
    INVALID,
    OK,
    POWER,
    STALE,
    U_LL,
    U_LN,
    Sample,
)


def expect(got, wanted):
    assert got == wanted, f"got {got!r}, wanted {wanted!r}"


def float_words(value):
    """Two registers of a float32, most significant first, by `struct`, not by our decoder."""
    bits = struct.unpack(">HH", struct.pack(">f", value))
    return [bits[0], bits[1]]


class Bench:
    """An SDM630 at address 1 whose registers the test sets."""

    def __init__(self, start_ms=0):
        self.clock = Clock(start_ms)
        self.slave = Slave(1)
        self.port = Port(self.clock, self.slave)
        self.wait = Wait()
        self.master = Master(self.port, self.clock, self.wait)
        self.meter = Meter(profile.load("eastron_sdm630", "meter"), 1, self.master, self.clock)
        self.sample = Sample()
        for first, count in ((0, 18), (70, 2), (200, 6)):
            self.slave.put(4, first, [0] * count)
        self.set(0, 230.0, 231.5, 229.25)
        self.set(6, 10.0, -0.5, 0.001)
        self.set(12, 2300.4, -115.5, 0.0)
        self.set(70, 49.98)
        self.set(200, 398.5, 399.25, 400.125)

    def set(self, register, *values):
        for i in range(len(values)):
            self.slave.put(4, register + 2 * i, float_words(values[i]))

    def poll(self, pause_ms=0):
        self.clock.now_ms += pause_ms
        self.meter.poll(self.sample)
        run(self.meter, self.clock, self.port, self.wait)
        return self.sample


def scenario_a_poll_fills_the_sample():
    bench = Bench()
    sample = bench.poll()
    expect(bench.meter.status, status.OK)
    expect(list(sample.u_ln_mv), [230000, 231500, 229250])
    expect(list(sample.u_ll_mv), [398500, 399250, 400125])
    expect(list(sample.i_ma), [10000, -500, 1])
    # 2300.4 W rounds to 2300, -115.5 W half away from zero to -116
    expect(list(sample.p_w), [2300, -116, 0])
    expect(sample.f_mhz, 49980)
    expect(list(sample.state), [OK] * 5)
    assert max(sample.age_ms) < 300, sample.age_ms


def scenario_a_poll_asks_for_the_blocks_of_the_profile():
    bench = Bench()
    bench.poll()
    expect([bytes(r[1:6]) for r in bench.slave.requests], [
        b"\x04\x00\x00\x00\x12", b"\x04\x00\x46\x00\x02", b"\x04\x00\xc8\x00\x06",
    ])  # fmt: skip
    del bench.slave.requests[:]
    bench.poll()
    expect([r[3] for r in bench.slave.requests], [0x00, 0xC8])  # frequency at every fifth poll


def scenario_nothing_is_believed_before_the_first_answer():
    bench = Bench()
    bench.slave.silent = True
    sample = bench.poll()
    expect(bench.meter.status, status.TIMEOUT)
    expect(list(sample.state), [STALE] * 5)
    expect(list(sample.age_ms), [AGE_UNKNOWN_MS] * 5)


def scenario_a_dead_meter_costs_one_timeout():
    bench = Bench()
    bench.slave.silent = True
    bench.poll()
    expect(len(bench.port.sent), 1)


def scenario_values_age_and_go_stale_when_the_meter_falls_silent():
    bench = Bench()
    bench.poll()
    bench.slave.silent = True
    sample = bench.poll(1000)
    expect(sample.state[U_LN], OK)
    assert 1000 < sample.age_ms[U_LN] < 2000, sample.age_ms
    expect(sample.u_ln_mv[0], 230000)  # the last good value stays to be seen
    sample = bench.poll(3000)
    expect(sample.state[U_LN], STALE)
    expect(sample.state[FREQUENCY], OK)  # read at every fifth poll only, so it may be 15 s old
    bench.slave.silent = False
    sample = bench.poll()
    expect(sample.state[U_LN], OK)
    assert sample.age_ms[U_LN] < 300, sample.age_ms


def scenario_ages_grow_between_polls():
    bench = Bench()
    bench.poll()
    age_ms = bench.sample.age_ms[U_LN]
    bench.clock.now_ms += 700
    bench.meter.update(bench.sample)
    expect(bench.sample.age_ms[U_LN], age_ms + 700)
    bench.clock.now_ms += 2500
    bench.meter.update(bench.sample)
    expect(bench.sample.state[U_LN], STALE)


def scenario_ages_grow_across_the_wrap_and_stop_at_their_limit():
    bench = Bench((1 << 30) - 500)
    bench.poll()
    bench.clock.now_ms += 800
    bench.meter.update(bench.sample)
    assert 800 < bench.sample.age_ms[U_LN] < 1200, bench.sample.age_ms
    for _ in range(3):
        bench.clock.now_ms += (1 << 30) - 1
        bench.meter.update(bench.sample)
    expect(bench.sample.age_ms[U_LN], AGE_UNKNOWN_MS)
    expect(bench.sample.state[U_LN], STALE)


def scenario_a_refused_block_leaves_the_others_usable():
    bench = Bench()
    for register in range(200, 206):
        del bench.slave.registers[4, register]
    sample = bench.poll()
    expect(bench.meter.status, status.EXCEPTION + 2)
    expect(sample.state[U_LN], OK)
    expect(sample.state[U_LL], STALE)


def scenario_frozen_answers_become_invalid_and_recover():
    bench = Bench()
    bench.meter.frozen_polls = 10
    for _ in range(10):  # the first answer and nine that repeat it
        expect(bench.poll(1000).state[U_LN], OK)
    sample = bench.poll(1000)
    expect(list(sample.state[:4]), [INVALID] * 4)
    expect(bench.meter.reason[U_LN], plausible.FROZEN)
    bench.set(0, 230.1)
    expect(bench.poll(1000).state[U_LN], OK)


def scenario_a_changing_frequency_does_not_hide_frozen_voltages():
    bench = Bench()
    bench.meter.frozen_polls = 10
    for i in range(12):
        bench.set(70, 50.0 + i / 100)
        sample = bench.poll(1000)
    expect(sample.state[U_LN], INVALID)


def scenario_one_changing_value_is_not_frozen():
    bench = Bench()
    bench.meter.frozen_polls = 3
    for i in range(12):
        bench.set(16, 100.0 + i)
        expect(bench.poll(1000).state[U_LN], OK)


def scenario_implausible_values_are_invalid_with_their_reason():
    nan, inf = float("nan"), float("inf")
    for register, values, group, reason in (
        (0, (0.0, 0.0, 0.0), U_LN, plausible.DEAD),
        (0, (230.0, 401.0, 230.0), U_LN, plausible.TOO_HIGH),
        (0, (230.0, -1.0, 230.0), U_LN, plausible.NEGATIVE),
        (0, (230.0, nan, 230.0), U_LN, plausible.MISSING),
        (0, (230.0, inf, 230.0), U_LN, plausible.MISSING),
        (200, (0.0, 0.0, 0.0), U_LL, plausible.DEAD),
        (200, (230.0, 398.0, 700.1), U_LL, plausible.TOO_HIGH),
        (200, (398.0, 398.0, 600.0), U_LL, plausible.CONTRADICTS),
        (6, (1.0, 20000.0, 1.0), CURRENT, plausible.TOO_HIGH),
        (12, (1.0, -6000000.0, 1.0), POWER, plausible.TOO_HIGH),
        (70, (0.0,), FREQUENCY, plausible.OUT_OF_RANGE),
        (70, (71.0,), FREQUENCY, plausible.OUT_OF_RANGE),
    ):
        bench = Bench()
        bench.set(register, *values)
        sample = bench.poll()
        expect((sample.state[group], bench.meter.reason[group]), (INVALID, reason))
        others = [g for g in range(5) if g != group and not (group == U_LN and g == U_LL)]
        expect([sample.state[g] for g in others], [OK] * len(others))


def scenario_one_lost_phase_is_a_measurement():
    bench = Bench()
    bench.set(0, 231.0, 0.0, 229.0)
    bench.set(200, 231.0, 229.0, 398.0)
    sample = bench.poll()
    expect(list(sample.u_ln_mv), [231000, 0, 229000])
    expect((sample.state[U_LN], sample.state[U_LL]), (OK, OK))
    expect(bench.meter.lost_phases, 0b010)


def scenario_a_lost_neutral_is_a_measurement():
    bench = Bench()
    bench.set(0, 330.0, 120.0, 290.0)
    bench.set(200, 400.0, 380.0, 399.0)
    expect(list(bench.poll().state), [OK] * 5)


def scenario_a_meter_is_recognised_by_its_probe_quantity():
    bench = Bench()
    expect(bench.meter.recognised(), False)  # nothing read yet
    bench.poll()
    expect(bench.meter.recognised(), True)
    bench.set(0, 99.0, 230.0, 230.0)  # below the profile's 100 V
    bench.poll()
    expect(bench.meter.recognised(), False)


def scenario_the_counters_are_those_of_the_address():
    bench = Bench()
    bench.poll()
    bench.slave.silent = True
    bench.poll()
    expect((bench.meter.counters.ok, bench.meter.counters.timeout), (3, 1))


def scenario_a_thousand_polls_leave_the_heap_as_it_was():
    bench = Bench()
    tape = Tape(bench.slave, bench.clock)
    bench.master.port = tape
    bench.meter.frozen_polls = 5

    def poll():
        bench.meter.poll(bench.sample)
        tape.run(bench.meter)

    for _ in range(10):
        poll()
    before, after = heap_after(1000, poll)
    expect(after - before, 0)
    assert bench.meter.counters.ok > 2000, bench.meter.counters.ok


def scenario_a_thousand_silent_polls_leave_the_heap_as_it_was():
    bench = Bench()
    tape = Tape(lambda request: b"", bench.clock)
    bench.master.port = tape

    def poll():
        bench.meter.poll(bench.sample)
        tape.run(bench.meter)

    poll()
    before, after = heap_after(1000, poll)
    expect(after - before, 0)
    assert bench.meter.counters.timeout > 1000, bench.meter.counters.timeout


def scenario_awaiting_a_thousand_polls_leaves_the_heap_as_it_was():
    bench = Bench()
    bench.master.port = Tape(bench.slave, bench.clock)
    polls = [0]

    async def task():
        while True:
            await bench.meter.poll(bench.sample)
            polls[0] += 1

    coroutine = task()

    def resume():
        bench.clock.now_ms += coroutine.send(None)

    for _ in range(100):
        resume()
    before, after = heap_after(16000, resume)
    expect(after - before, 0)
    assert polls[0] > 1000, polls
