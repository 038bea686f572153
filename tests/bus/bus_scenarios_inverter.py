"""The SunSpec inverter limit, found, scaled, kept alive and read back. On both Pythons."""

from bus_fakes import Clock, Port, Slave, Tape, Wait, expect, heap_after, refused, run, words

from phaseward.bus import status
from phaseward.bus.actuators.inverter import Inverter
from phaseward.bus.rtu import Master

ADDRESS, BASE = 3, 40000
AT_121 = BASE + 2 + 68  # behind "SunS" and model 1 of 66 registers
AT_123 = AT_121 + 32
PERCENT, WINDOW, REVERT, RAMP, ENABLE = [AT_123 + i for i in range(5, 10)]


class Roof:
    """An inverter of `rated` counts (scale factor `sf`), percentages in 10**`percent_sf`."""

    def __init__(self, rated=10000, sf=0, percent_sf=0xFFFF, models=(1, 121, 123), **settings):
        self.clock = Clock()
        self.slave = Slave(ADDRESS)
        self._lay_out(models)
        if 121 in models:
            self.slave.put(3, AT_121 + 2, [rated])
            self.slave.put(3, AT_121 + 22, [sf])
        if 123 in models:
            self.slave.put(3, AT_123 + 23, [percent_sf])
        self.wait = Wait()
        self.port = Port(self.clock, self.slave, 19200)
        self.master = Master(self.port, self.clock, self.wait)
        self.inverter = Inverter(ADDRESS, self.master, **settings)

    def _lay_out(self, models):
        lengths = {1: 66, 121: 30, 123: 24}
        at = BASE
        self.slave.put(3, at, [0x5375, 0x6E53])
        at += 2
        for model in models:
            self.slave.put(3, at, [model, lengths[model]] + [0] * lengths[model])
            at += 2 + lengths[model]
        self.slave.put(3, at, [0xFFFF, 0])

    def run(self, operation):
        run(operation, self.clock, self.port, self.wait)
        return self

    def apply(self, limit_w):
        return self.run(self.inverter.apply(limit_w))

    def state(self):
        return [self.slave.registers[3, r] for r in (PERCENT, WINDOW, REVERT, RAMP, ENABLE)]

    def requests(self):
        """Function and first register of each request since the last call."""
        found = [(r[1], r[2] << 8 | r[3]) for r in self.slave.requests]
        del self.slave.requests[:]
        return found


def scenario_watts_become_tenths_of_percents_of_the_rating():
    roof = Roof(revert_s=60).apply(6000)  # of 10 kW: 60.0 %
    expect(roof.state(), [600, 0, 60, 0, 1])
    inverter = roof.inverter
    expect((inverter.fault, inverter.limit_w, inverter.rated_w), (False, 6000, 10000))


def scenario_the_percentage_is_rounded_down():
    roof = Roof(rated=8200).apply(6000)  # 73.17 %: 73.1 %, 5994 W
    expect((roof.state()[0], roof.inverter.limit_w), (731, 5994))


def scenario_scale_factors_of_rating_and_percentage_are_obeyed():
    roof = Roof(rated=82, sf=2, percent_sf=0).apply(6000)  # 82 * 100 W; whole percents
    expect((roof.state()[0], roof.inverter.limit_w), (73, 5986))
    roof = Roof(rated=8200, percent_sf=0xFFFE).apply(6000)
    expect((roof.state()[0], roof.inverter.limit_w), (7317, 5999))


def scenario_a_rating_of_100_kw_stays_within_small_integers():
    roof = Roof(rated=10000, sf=1).apply(33333)  # 33.3 %
    expect((roof.state()[0], roof.inverter.limit_w), (333, 33300))


def scenario_the_bytes_of_the_write_carry_limit_time_and_enable_together():
    roof = Roof(revert_s=120, ramp_s=5).apply(0)
    sent = [bytes(r) for _, r in roof.port.sent if r[1] == 16]
    expect(len(sent), 1)
    body = bytes([ADDRESS, 16]) + words(PERCENT, 5) + b"\x0a" + words(0, 0, 120, 5, 1)
    expect(sent[0][:-2], body)


def scenario_the_revert_timer_is_fed_by_every_round():
    roof = Roof().apply(6000)
    roof.requests()
    roof.apply(6000)
    expect(roof.requests(), [(16, PERCENT), (3, PERCENT)])


def scenario_the_rating_or_more_takes_the_limit_away():
    roof = Roof().apply(6000).apply(10000)
    expect((roof.state()[0], roof.state()[4]), (1000, 0))
    expect(roof.inverter.limit_w, 10000)


def scenario_another_limit_read_back_is_a_fault():
    roof = Roof().apply(6000)
    answer = roof.slave.reply

    def stubborn(request):
        said = answer(request)
        roof.slave.put(3, PERCENT, [1000])
        return said

    roof.slave.reply = stubborn
    roof.apply(5000)
    expect((roof.inverter.fault, roof.inverter.limit_w), (True, -1))
    expect(roof.inverter.status, status.DATA)


def scenario_a_device_without_the_model_is_a_fault_and_nothing_is_written():
    for models in ((1,), (1, 121)):
        roof = Roof(models=models).apply(6000)
        expect((roof.inverter.fault, roof.inverter.status), (True, status.DATA))
        expect([f for f, _ in roof.requests() if f != 3], [])


def scenario_a_rating_of_zero_or_an_unknown_scale_is_refused():
    expect(Roof(rated=0).apply(6000).inverter.fault, True)
    expect(Roof(percent_sf=0x8000).apply(6000).inverter.fault, True)
    expect(Roof(percent_sf=1).apply(6000).inverter.fault, True)


def scenario_a_silent_inverter_costs_one_timeout_and_is_found_again():
    roof = Roof().apply(6000)
    roof.slave.silent = True
    sent = len(roof.port.sent)
    roof.apply(6000)
    expect(len(roof.port.sent) - sent, 1)
    expect((roof.inverter.fault, roof.inverter.failures), (True, 1))
    expect(roof.inverter.fault_text(), "inverter: no answer within the timeout")
    roof.slave.silent = False
    roof.apply(6000)
    expect((roof.inverter.fault, roof.inverter.limit_w), (False, 6000))


def scenario_the_safe_state_never_raises_the_limit():
    roof = Roof().apply(6000)
    roof.run(roof.inverter.safe())
    expect((roof.state()[0], roof.state()[4]), (600, 1))
    fresh = Roof()
    fresh.run(fresh.inverter.safe())
    expect(fresh.requests(), [])


def scenario_impossible_times_are_refused():
    refused(lambda: Roof(revert_s=0), "1..65534")


def scenario_a_thousand_inverter_rounds_leave_the_heap_as_it_was():
    roof = Roof()
    tape = Tape(roof.slave, roof.clock)
    roof.master.port = tape

    def round_of_work():
        roof.inverter.apply(6000)
        tape.run(roof.inverter)

    for _ in range(5):
        round_of_work()
    expect(roof.inverter.fault, False)
    before, after = heap_after(1000, round_of_work)
    expect(after - before, 0)
