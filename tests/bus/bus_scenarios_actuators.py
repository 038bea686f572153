"""Wallbox and stage, with what they read back. On CPython and MicroPython."""

from bus_fakes import Clock, Port, Slave, Tape, Wait, expect, heap_after, refused, run

from phaseward.bus import profile, status
from phaseward.bus.actuators.stage import RUNNING, Stage
from phaseward.bus.actuators.wallbox import Wallbox, current_ma
from phaseward.bus.rtu import Master

# Wallbox


class Charger:
    """A Heidelberg Energy Control at address 7."""

    def __init__(self, **settings):
        self.clock = Clock()
        self.slave = Slave(7)
        self.slave.put(4, 5, [6, 0, 0, 0])
        for register in (257, 258, 261, 262):
            self.slave.put(3, register, [0])
        self.wait = Wait()
        self.port = Port(self.clock, self.slave, 19200)
        self.master = Master(self.port, self.clock, self.wait)
        shape = profile.load("heidelberg_energy_control", "wallbox")
        self.box = Wallbox(shape, 7, self.master, **settings)

    def run(self, operation):
        run(operation, self.clock, self.port, self.wait)
        return self

    def apply(self, limit_w):
        return self.run(self.box.apply(limit_w))

    def holding(self, register):
        return self.slave.registers[3, register]

    def writes(self):
        return [r[3] | r[2] << 8 for r in self.slave.requests if r[1] in (6, 16)]


def scenario_watts_become_amperes_by_the_true_number_of_phases():
    # 4200 W / (3 * 230 V) = 6.087 A; on one phase 18.26 A, which this charger cannot: 16 A
    expect(current_ma(4200, 3, 6000, 16000), 6086)
    expect(current_ma(4200, 1, 6000, 32000), 18260)
    expect(current_ma(4200, 1, 6000, 16000), 16000)
    expect(current_ma(4139, 3, 6000, 16000), 0)  # 5.999 A is below the 6 A of IEC 61851-1
    expect(current_ma(0, 3, 6000, 16000), 0)
    expect(current_ma(-5, 3, 6000, 16000), 0)
    expect(current_ma(1 << 29, 1, 6000, 16000), 16000)


def scenario_a_wallbox_is_set_up_then_limited():
    charger = Charger(watchdog_ms=20000, failsafe_ma=6000).apply(11000)
    # 11000 / 690 = 15.94 A, down to 15.9
    expect([charger.holding(r) for r in (258, 257, 262, 261)], [4, 20000, 60, 159])
    expect(charger.writes(), [258, 257, 262, 261])
    expect((charger.box.fault, charger.box.limit_ma), (False, 15900))


def scenario_an_unchanged_limit_is_read_back_but_not_written_again():
    charger = Charger().apply(11000)
    del charger.slave.requests[:]
    charger.apply(11000)
    expect([(r[1], r[3] | r[2] << 8) for r in charger.slave.requests], [(3, 261), (4, 5)])


def scenario_a_wallbox_that_restarted_is_noticed_and_set_up_again():
    charger = Charger(failsafe_ma=6000).apply(11000)
    charger.slave.put(3, 261, [0])  # its memory after a restart
    charger.slave.put(3, 262, [0])
    charger.apply(11000)
    expect((charger.box.fault, charger.box.limit_ma), (True, -1))
    charger.apply(11000)
    expect(charger.box.fault, False)
    expect([charger.holding(262), charger.holding(261)], [60, 159])


def scenario_a_silent_wallbox_is_a_fault_and_costs_one_timeout():
    charger = Charger().apply(11000)
    charger.slave.silent = True
    sent = len(charger.port.sent)
    charger.apply(11000)
    expect(len(charger.port.sent) - sent, 1)
    expect((charger.box.fault, charger.box.limit_ma, charger.box.failures), (True, -1, 1))
    expect(charger.box.fault_text(), "wallbox: no answer within the timeout")


def scenario_where_only_answers_are_lost_the_charger_obeys_a_lower_limit():
    charger = Charger(failsafe_ma=6000).apply(11000)
    answer = charger.slave.reply
    charger.slave.reply = lambda request: answer(request)[:3]
    charger.apply(11000)
    del charger.slave.requests[:]
    for _ in range(2):
        charger.apply(4200)
        expect((charger.box.fault, charger.box.limit_ma), (True, -1))
    expect(charger.holding(261), 60)
    expect(charger.writes(), [261, 261])
    charger.apply(11000)  # a higher one waits until the charger has been set up anew
    expect(charger.holding(261), 60)
    charger.slave.reply = answer
    charger.apply(11000)
    expect((charger.box.limit_ma, charger.holding(261)), (15900, 159))


def scenario_a_car_on_one_phase_gets_its_watts_only_when_that_is_sure():
    charger = Charger(phases=3)
    charger.slave.put(4, 6, [61, 0, 0])  # 6.1 A on phase 1 only
    for wanted in (60, 60, 60, 160):
        charger.apply(4200)
        expect(charger.holding(261), wanted)
    charger.slave.put(4, 6, [160, 160, 160])  # a second phase ends it at once
    charger.apply(4200)
    charger.apply(4200)
    expect(charger.holding(261), 60)


def scenario_the_safe_state_never_raises_the_limit():
    charger = Charger(failsafe_ma=6000).apply(11000)
    charger.run(charger.box.safe())
    expect(charger.holding(261), 60)
    charger.apply(0)
    charger.run(charger.box.safe())
    expect(charger.holding(261), 0)


def scenario_a_wallbox_with_impossible_settings_is_refused():
    refused(lambda: Charger(failsafe_ma=20000), "failsafe_ma 20000 is outside 0..16000")
    refused(lambda: Charger(watchdog_ms=70000), "watchdog_ms 70000 is outside 0..65535")
    refused(lambda: Charger(phases=4), "1..3 phases")


def scenario_a_thousand_wallbox_rounds_leave_the_heap_as_it_was():
    charger = Charger()
    tape = Tape(charger.slave, charger.clock)
    charger.master.port = tape

    def round_of_work():
        charger.box.apply(4200)
        tape.run(charger.box)

    for _ in range(5):
        round_of_work()
    expect(charger.box.fault, False)
    before, after = heap_after(1000, round_of_work)
    expect(after - before, 0)


# Stage


class Rack:
    """A stage at address 9 that runs as told: measured is what was set."""

    def __init__(self, **settings):
        self.clock = Clock()
        self.slave = Slave(9)
        self.slave.put(3, 0, [0] * 9)
        self.slave.put(4, 0, [20563, 1, RUNNING, 0] + [0] * 12)
        self.slave.put(4, 12, [1500, 250, 300])  # 15 kVA, 25 A, 30 A
        self.wait = Wait()
        self.port = Port(self.clock, self.slave, 19200)
        self.master = Master(self.port, self.clock, self.wait)
        self.stage = Stage(profile.load("phaseward_stage", "stage"), 9, self.master, **settings)
        self.beat = 0

    def apply(self, p_w, q_var=(0, 0, 0), run_=1):
        return self.run(self.stage.apply(p_w, q_var, run_))

    def run(self, operation):
        self.beat += 1
        self.slave.put(4, 15, [self.beat])
        run(operation, self.clock, self.port, self.wait)
        return self

    def setpoints(self):
        values = [self.slave.registers[3, i] for i in range(7)]
        return [v - 65536 if v > 32767 else v for v in values]


def scenario_a_stage_is_recognised_paced_and_set_in_one_write():
    rack = Rack(watchdog_s=20).apply([3000, -1000, -2000], (100, -200, 0))
    expect(rack.setpoints(), [300, -100, -200, 10, -20, 0, 1])
    expect(rack.slave.registers[3, 7], 20)
    expect((rack.stage.fault, rack.stage.state), (False, RUNNING))
    expect((rack.stage.rated_va, rack.stage.i_max_ma, rack.stage.i_n_max_ma),
           (15000, 25000, 30000))  # fmt: skip
    writes = [r[1:6] for r in rack.slave.requests if r[1] == 16 and r[3] == 0]
    expect(writes, [b"\x10\x00\x00\x00\x07"])


def scenario_rounding_to_the_map_keeps_the_sum_at_zero():
    rack = Rack()
    for p_w in ([15, 15, -30], [-15, -15, 30], [4, 4, -8], [1234, 4321, -5555], [7, -7, 0]):
        rack.apply(p_w)
        expect(sum(rack.setpoints()[:3]), 0)
        for i in range(2):
            assert abs(rack.setpoints()[i] * 10 - p_w[i]) <= 5, (p_w, rack.setpoints())


def scenario_a_vector_that_does_not_sum_to_zero_stops_the_stage():
    rack = Rack().apply([3000, -1000, -2000])
    rack.apply([3000, -1000, -1999])
    expect(rack.setpoints(), [0, 0, 0, 0, 0, 0, 0])


def scenario_the_stage_tells_what_it_measures():
    rack = Rack()
    rack.slave.put(4, 2, [RUNNING, 0, 295, -100, -195, 5, -5, 0, 87, -123])
    rack.apply([3000, -1000, -2000])
    expect(list(rack.stage.p_w), [2950, -1000, -1950])
    expect(list(rack.stage.q_var), [50, -50, 0])
    expect((rack.stage.i_n_ma, rack.stage.temperature_dc), (8700, -123))


def scenario_another_device_is_not_written_to():
    rack = Rack()
    rack.slave.put(4, 0, [1234])
    rack.apply([3000, -1000, -2000])
    expect((rack.stage.fault, rack.stage.status), (True, status.DATA))
    expect([r[1] for r in rack.slave.requests], [4])


def scenario_faults_of_the_stage_are_named():
    rack = Rack()
    rack.slave.put(4, 2, [4, 0b1010])
    rack.apply([0, 0, 0])
    expect(rack.stage.fault_text(), "stage: over-temperature, neutral over-current")


def scenario_a_beat_that_stands_still_is_a_fault():
    rack = Rack()
    for _ in range(6):
        rack.apply([0, 0, 0])
        rack.beat = 0
    expect(rack.stage.fault, True)
    expect(rack.stage.fault_text(), "stage: its beat stands still")
    rack.beat = 5
    rack.apply([0, 0, 0])
    expect(rack.stage.fault, False)


def scenario_a_set_point_that_was_not_kept_is_a_fault():
    rack = Rack()
    reply = rack.slave.reply

    def forgetful(request):
        answer = reply(request)
        rack.slave.put(3, 6, [0])
        return answer

    rack.slave.reply = forgetful
    rack.apply([3000, -1000, -2000])
    expect((rack.stage.fault, rack.stage.status), (True, status.DATA))


def scenario_a_silent_stage_is_a_fault_then_known_again():
    rack = Rack().apply([0, 0, 0])
    rack.slave.silent = True
    rack.apply([0, 0, 0])
    expect((rack.stage.fault, rack.stage.failures), (True, 1))
    rack.slave.silent = False
    rack.apply([3000, -1000, -2000])
    expect((rack.stage.fault, rack.stage.failures), (False, 0))


def scenario_the_safe_state_of_a_stage_is_stopped():
    rack = Rack().apply([3000, -1000, -2000])
    rack.run(rack.stage.safe())
    expect(rack.setpoints(), [0] * 7)


def scenario_latched_faults_can_be_cleared():
    rack = Rack()
    rack.run(rack.stage.reset())
    expect(rack.slave.registers[3, 8], 1)


def scenario_a_stage_watchdog_outside_the_map_is_refused():
    refused(lambda: Rack(watchdog_s=1), "2..600")


def scenario_a_thousand_stage_rounds_leave_the_heap_as_it_was():
    rack = Rack()
    tape = Tape(rack.slave, rack.clock)
    rack.master.port = tape
    p_w, q_var = [3000, -1000, -2000], [0, 0, 0]

    def round_of_work():
        rack.stage.apply(p_w, q_var, 1)
        tape.run(rack.stage)

    for _ in range(5):
        round_of_work()
    expect(rack.stage.status, status.OK)
    before, after = heap_after(1000, round_of_work)
    expect(after - before, 0)
