"""The other wallboxes, byte by byte: 32-bit and float registers, signs of life, own failsafe."""

from bus_fakes import Clock, Port, Slave, Tape, Wait, expect, heap_after, refused, run, sealed
from tcp_fakes import Stream, TcpSlave

from phaseward.bus import encode, profile, status
from phaseward.bus.actuators.wallbox import Wallbox
from phaseward.bus.rtu import Master
from phaseward.bus.tcp import Master as TcpMaster


class Charger:
    """A charger at `address`; on a TCP stream where that is its line."""

    def __init__(self, name, address, tcp, registers, **settings):
        self.clock = Clock()
        self.slave = Slave(address)
        for table, first, values in registers:
            self.slave.put(table, first, values)
        self.wait = Wait()
        if tcp:
            self.port = Stream(self.clock, TcpSlave(self.slave))
            self.master = TcpMaster(self.port, self.clock, self.wait)
        else:
            self.port = Port(self.clock, self.slave, 57600)
            self.master = Master(self.port, self.clock, self.wait)
        self.box = Wallbox(profile.load(name, "wallbox"), address, self.master, **settings)

    def run(self, operation):
        run(operation, self.clock, self.port, self.wait)
        return self

    def apply(self, limit_w):
        return self.run(self.box.apply(limit_w))

    def holding(self, register):
        return self.slave.registers[3, register]

    def writes(self):
        """(register, value) of the writes since the last call."""
        found = [
            (r[2] << 8 | r[3], r[4] << 8 | r[5])
            for r in self.slave.requests
            if r[1] == 6
        ]
        del self.slave.requests[:]
        return found


def vestel(**settings):
    registers = [(4, 1000, [2])] + [(4, 1008 + 2 * i, [0]) for i in range(3)]
    registers += [(3, register, [0]) for register in (2000, 2002, 5004, 6000)]
    return Charger("vestel_evc04", 255, True, registers, **settings)


def keba(**settings):
    registers = [(3, 1000, [0, 3])] + [(3, 1008 + 2 * i, [0, 0]) for i in range(3)]
    registers += [(3, register, [0]) for register in (5004, 5016, 5018)]
    return Charger("keba_p40", 255, True, registers, **settings)


def mennekes(**settings):
    registers = [(3, 0x100, [5]), (3, 0x500, [0] * 6), (3, 0x302, [0, 0])]
    registers += [(3, 0xD00, [0]), (3, 0xD05, [0])]
    settings.setdefault("failsafe_ma", 6000)
    return Charger("mennekes_amtron_compact", 50, False, registers, **settings)


# Vestel EVC04


def scenario_a_vestel_gets_failsafe_and_timeout_then_life_and_limit():
    charger = vestel(watchdog_ms=30000, failsafe_ma=6086).apply(11000)
    # whole amperes, down: 15.94 A is 15, the failsafe's 6.086 A is 6; the timeout is 30 s
    expect(charger.writes(), [(2000, 6), (2002, 30), (6000, 1), (5004, 15)])
    expect((charger.box.fault, charger.box.limit_ma, charger.box.vehicle), (False, 15000, 2))


def scenario_the_life_bit_of_a_vestel_is_written_at_every_round():
    charger = vestel().apply(11000)
    charger.writes()
    for _ in range(3):
        charger.slave.put(3, 6000, [0])  # as the charger does
        charger.apply(11000)
        expect(charger.writes(), [(6000, 1)])


def scenario_the_currents_of_a_vestel_lie_apart_and_are_read_one_by_one():
    charger = vestel()
    for i in range(3):
        charger.slave.put(4, 1008 + 2 * i, [15000 + i])
    charger.apply(11000)
    expect(charger.box.i_ma, [15000, 15001, 15002])


def scenario_a_vestel_below_its_whole_amperes_pauses():
    # 4139 W on three phases is 5.998 A: 0, as 5 A is below what a car can charge with
    charger = vestel().apply(4139)
    expect(charger.holding(5004), 0)


# KEBA P40


def scenario_a_keba_is_fed_by_its_timeout_and_limited_in_milliamperes():
    charger = keba(watchdog_ms=30000, failsafe_ma=6086).apply(4200)
    expect(charger.writes(), [(5016, 6086), (5018, 30), (5004, 6086)])
    expect((charger.box.fault, charger.box.limit_ma), (False, 6086))
    charger.apply(4200)
    expect(charger.writes(), [(5018, 30)])


def scenario_the_currents_of_a_keba_have_32_bits():
    charger = keba()
    charger.slave.put(3, 1008, [0, 16000])
    charger.slave.put(3, 1010, [1, 0])  # 65,536 mA: more than 16 bits hold
    charger.apply(11000)
    expect((charger.box.vehicle, charger.box.i_ma), (3, [16000, 65536, 0]))


def scenario_a_keba_is_paused_by_zero():
    charger = keba().apply(11000).apply(0)
    expect(charger.holding(5004), 0)


# Mennekes Amtron Compact


def scenario_the_bytes_to_a_mennekes_are_those_of_its_manual():
    """16 A as binary32 is 0x41800000; the heartbeat is 0x55AA in register 0x0D00."""
    charger = mennekes().apply(22000)
    sent = [bytes(request) for _, request in charger.port.sent]
    expect(sent[0], sealed(b"\x32\x06\x0d\x05\x00\x01"))  # release
    expect(sent[1], sealed(b"\x32\x06\x0d\x00\x55\xaa"))
    expect(sent[2], sealed(b"\x32\x10\x03\x02\x00\x02\x04\x41\x80\x00\x00"))
    expect(sent[3], sealed(b"\x32\x03\x03\x02\x00\x02"))
    expect(sent[4], sealed(b"\x32\x03\x01\x00\x00\x01"))
    expect(sent[5], sealed(b"\x32\x03\x05\x00\x00\x06"))
    expect((charger.box.fault, charger.box.limit_ma), (False, 16000))


def scenario_a_limit_between_whole_amperes_is_a_float_not_above_it():
    """6.086 A: 6.086 * 2**21 = 12,763,267.07, so the fraction is 12,763,267 = 0xC2C083 and the
    exponent 2, 129 with its bias: 0x40C2C083."""
    charger = mennekes().apply(4200)
    expect([charger.holding(0x302), charger.holding(0x303)], [0x40C2, 0xC083])
    expect(charger.box.limit_ma, 6086)


def scenario_a_mennekes_measures_in_floats():
    charger = mennekes()
    charger.slave.put(3, 0x500, [0x417F, 0x3333, 0x4180, 0, 0, 0])  # 15.95 A, 16 A, 0
    charger.apply(11000)
    expect((charger.box.i_ma, charger.box.vehicle), ([15950, 16000, 0], 5))


def scenario_the_heartbeat_of_a_mennekes_goes_on_while_nothing_changes():
    charger = mennekes().apply(11000)
    charger.writes()
    charger.apply(11000)
    expect(charger.writes(), [(0xD00, 0x55AA)])


def scenario_a_float_that_reads_back_otherwise_is_a_fault():
    charger = mennekes().apply(11000)
    charger.slave.put(3, 0x302, [0x4180, 0])  # 16 A, somebody else's
    charger.apply(11000)
    expect((charger.box.fault, charger.box.limit_ma), (True, -1))
    expect(charger.box.status, status.DATA)
    charger.apply(11000)
    expect((charger.box.fault, charger.box.limit_ma), (False, 15942))


def scenario_a_failsafe_of_the_makers_own_may_not_lie_above_the_safe_limit():
    refused(lambda: mennekes(failsafe_ma=0), "goes to 6000 mA by itself when the box is silent")


# Floats


def scenario_floats_are_written_as_ieee_754_has_them():
    words = [0, 0]
    for value, den, num, high, low in (
        (0, 1, 1000, 0, 0),
        (1000, 1, 1000, 0x3F80, 0),  # 1
        (-2000, 1, 1000, 0xC000, 0),  # -2
        (100, 1, 1000, 0x3DCC, 0xCCCC),  # 0.1, down: the nearest is ..CD
        (1, 1, 3, 0x3EAA, 0xAAAA),  # a third, down
        ((1 << 29) - 1, 1, 1, 0x4DFF, 0xFFFF),  # 29 ones, cut to 24
    ):
        encode.put_float(value, num, den, False, words)
        expect(words, [high, low])
        encode.put_float(value, num, den, True, words)
        expect(words, [low, high])


def scenario_integers_of_32_bits_are_written_high_word_first_or_last():
    words = [0, 0]
    encode.put_integer(0x12345, 2, False, words)
    expect(words, [1, 0x2345])
    encode.put_integer(-1, 2, True, words)
    expect(words, [0xFFFF, 0xFFFF])


def scenario_a_thousand_rounds_with_floats_leave_the_heap_as_it_was():
    charger = mennekes()
    tape = Tape(charger.slave, charger.clock)
    charger.master.port = tape

    def round_of_work():
        charger.box.apply(4200)
        charger.box._written_ma = -1  # so that the limit is written each time
        tape.run(charger.box)

    for _ in range(5):
        round_of_work()
    expect(charger.box.fault, False)
    before, after = heap_after(1000, round_of_work)
    expect(after - before, 0)


# What a car is doing


def scenario_a_keba_tells_of_its_car_where_it_is_asked_to():
    charger = keba(cars=True)
    charger.slave.put(3, 1004, [0, 7])
    charger.slave.put(3, 1036, [1, 0x86A0])  # 100000 tenths of a Wh
    charger.apply(11000)
    expect((charger.box.connected, charger.box.energy_wh), (1, 10000))
    for cable, connected in ((0, 0), (3, 0), (5, 1), (6, -1)):
        charger.slave.put(3, 1004, [0, cable])
        charger.apply(11000)
        expect((cable, charger.box.connected), (cable, connected))
    charger.slave.silent = True
    charger.apply(11000)
    expect((charger.box.fault, charger.box.connected, charger.box.energy_wh), (True, -1, -1))


def scenario_a_charger_is_not_asked_of_its_car_without_need():
    charger = keba().apply(11000)
    asked = [r[2] << 8 | r[3] for r in charger.slave.requests]
    expect([register for register in (1004, 1036) if register in asked], [])
    expect((charger.box.connected, charger.box.energy_wh), (-1, -1))


def scenario_a_mennekes_tells_by_its_status():
    charger = mennekes(cars=True)
    words = [0, 0]
    encode.put_float(12500, 1000, 1, False, words)  # 12.5 kWh
    charger.slave.put(3, 0x1000, words)
    charger.apply(11000)
    expect((charger.box.connected, charger.box.energy_wh), (1, 12500))
    charger.slave.put(3, 0x100, [1])
    charger.apply(11000)
    expect(charger.box.connected, 0)
