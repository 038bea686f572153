"""The firmware's master and meter against these slaves, through every fault of the wire.

The voltage climbs by 0.1 V a second, so that an old, mixed or invented value would show.
"""

import pytest

from phaseward.bus.meter import Meter
from phaseward.bus.profile import load
from phaseward.bus.rtu import Master
from phaseward.core.sample import INVALID, OK, STALE, U_LN, Sample
from phaseward_sim.modbus import MeterSlave, SerialBus
from phaseward_sim.modbus.faults import OPTIONS

HARMLESS = ("merged", "noise", "gap")  # the right answer is in there: finding it is allowed
BOUNDARIES_S = (10, 20, 40)  # sound, faulty, sound


class Port:
    """The firmware's port on a simulated bus; also its clock. Virtual ms."""

    class Event:
        ready = False

    def __init__(self, bus):
        self.bus, self.now_ms, self.rx_event, self.coming = bus, 0.0, self.Event(), []

    def ticks_ms(self):
        return int(self.now_ms)

    def tx_ms(self, n):
        return int(n * self.bus.char_us / 1000) + 1

    def write(self, buf, n):
        arrivals = self.bus.transmit(round(self.now_ms * 1000), bytes(buf[:n]))
        self.coming += [(t_us / 1000, data) for t_us, data in arrivals]
        self.coming.sort(key=lambda item: item[0])

    def readinto(self, buf, start, n):
        got = b""
        while self.coming and self.coming[0][0] <= self.now_ms and len(got) < n:
            at_ms, data = self.coming.pop(0)
            if len(data) > n - len(got):
                self.coming.insert(0, (at_ms, data[n - len(got):]))
            got += data[: n - len(got)]
        buf[start : start + len(got)] = got
        return len(got)

    def discard(self):
        self.coming = [item for item in self.coming if item[0] > self.now_ms]

    def run(self, operation, wait):
        """Drive one operation to its end, as the firmware's scheduler would."""
        while True:
            wait.event = None
            ms = operation.step()
            if ms < 0:
                return
            due_ms = self.now_ms + ms
            arrivals = [at_ms for at_ms, _ in self.coming if self.now_ms < at_ms < due_ms]
            heard = wait.event is not None and arrivals
            self.now_ms = arrivals[0] if heard else due_ms
            self.rx_event.ready = bool(heard)


class Wait:
    event = None


def true_mv(t_s):
    return 220_000 + 100 * t_s


def polled(kind, **options):
    """Samples of one poll a second over 40 s, with the fault from 10 to 20 s."""
    slave = MeterSlave("eastron_sdm630", 1, latency_ms=20, jitter_ms=5)
    slave.faults.schedule(kind, *BOUNDARIES_S[:2], **options)
    bus = SerialBus(9600, "N")
    bus.add(slave)
    port, wait = Port(bus), Wait()
    meter = Meter(load("eastron_sdm630"), 1, Master(port, port, wait), port)
    meter.frozen_polls = 4
    samples = []
    for second in range(BOUNDARIES_S[2]):
        port.now_ms = max(port.now_ms, 1000.0 * second)
        u = true_mv(second) / 1000
        slave.update(float(second), [u, u + 5, u + 10], [400.0] * 3, [1.0] * 3, [0.0] * 3, 50.0)
        sample = Sample()
        port.run(meter.poll(sample), wait)
        samples.append((second, sample))
    return samples


def is_fresh(second, sample):
    """Whether the sample holds what the meter showed within the last three seconds."""
    first_mv = sample.u_ln_mv[0]
    shown = [true_mv(max(second - lag, 0)) for lag in range(4)]
    return first_mv in shown and sample.u_ln_mv[1:] == [first_mv + 5000, first_mv + 10_000]


def test_a_sound_meter_is_read_to_the_last_digit():
    for second, sample in polled("late", extra_ms=0.001):
        assert sample.state[U_LN] == OK and is_fresh(second, sample)


@pytest.mark.parametrize("kind", sorted(set(OPTIONS) - {"frozen", "phases_swapped"}))
def test_whatever_the_wire_does_a_believed_value_is_a_true_one(kind):
    samples = polled(kind)
    for second, sample in samples:
        assert sample.state[U_LN] != OK or is_fresh(second, sample), f"{kind} at {second} s"
    during = {sample.state[U_LN] for second, sample in samples if 15 <= second < 20}
    assert during <= ({OK, STALE} if kind in HARMLESS else {STALE})
    assert all(sample.state[U_LN] == OK for second, sample in samples if second >= 24)


def test_noise_on_a_part_of_the_answers_costs_polls_but_no_truth():
    samples = polled("noise", where="inside", probability=0.5)
    assert all(sample.state[U_LN] != OK or is_fresh(second, sample)
               for second, sample in samples)


def test_frozen_values_are_disbelieved_after_the_polls_the_box_is_told():
    samples = polled("frozen")
    states = [sample.state[U_LN] for _, sample in samples]
    assert INVALID in states[13:20] and states[25:] == [OK] * 15


def test_swapped_phases_are_read_swapped_for_commissioning_to_find():
    second, sample = polled("phases_swapped", order=(1, 0, 2))[15]
    low_mv = sample.u_ln_mv[1]
    assert sample.u_ln_mv == [low_mv + 5000, low_mv, low_mv + 10_000]
    assert abs(low_mv - true_mv(second)) <= 200
