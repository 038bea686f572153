"""Run on MicroPython: prints the heap that the whole application allocates in N control cycles.

    micropython heap_of_cycle.py FIRMWARE_FOLDER STORAGE_FOLDER

The application is the real one with a meter, a relay, a power stage and an inverter; the port
hands out prepared answers without allocating. Prints one line: cycles, bytes allocated, in use,
longest free block before and after (in 16-byte blocks).
"""

import gc
import sys

sys.path.insert(0, sys.argv[1])

from phaseward.app.application import Application  # noqa: E402
from phaseward.bus.crc import crc16  # noqa: E402
from phaseward.platform.ticks import Event, ticks_add, ticks_diff  # noqa: E402

WARM_UP_CYCLES = 400  # longer than reconnect delay, ramp and the first 10-minute mean need
CYCLES = 1000
# bl_rise_pm: so slow that no limit ends meanwhile, whose entry in the log is text.
PARAMETERS = (
    "l1_kind=1\nio_l1_act=1\nbl_reconnect_s=0\nbl_enable=1\nbl_rise_pm=20\n"
    "bl_learn_min=0\npb_enable=1\nmb_stage_addr=30\nmb_poll_ms=2000\nmb_baud=19200\nsy_save_min=1440\n"
    "fi_addr=50\nfi_max_w=10000\nfi_safe_w=10000\nfi_curve=1\nbl_k_learn=1\nbl_spread=1\n"
    "l1_need_wh=27000\nl1_ready_min=360"
)


class Clock:
    now_ms = 0

    def ticks_ms(self):
        return self.now_ms

    ticks_diff = staticmethod(ticks_diff)
    ticks_add = staticmethod(ticks_add)


class Console:
    def __init__(self):
        self.rx_event = Event()
        self.shown = 0

    def read(self):
        return b""

    def write(self, text):
        self.shown += 1


class Pin:
    level = 0

    def set(self, level):
        self.level = level

    def read(self):
        return self.level


class Watchdog:
    fed = 0

    def feed(self):
        self.fed += 1


def sealed(*body):
    frame = bytearray(body) + b"\0\0"
    crc = crc16(frame, len(body))
    frame[-2], frame[-1] = crc & 0xFF, crc >> 8
    return frame


def reading(address, function, registers):
    body = [address, function, 2 * len(registers)]
    for value in registers:
        body += [value >> 8 & 0xFF, value & 0xFF]
    return sealed(*body)


def volts(*words):
    """Registers of float32 values given by their upper word: 0x4366 = 230.0, 0x4367 = 231.0."""
    out = []
    for word in words:
        out += [word, 0]
    return out


class Port:
    """Answers by (address, function, first register, count), two versions in turn."""

    def __init__(self):
        self.rx_event = Event()
        self.answers = {}
        self._now = None
        self._at = 0
        self._turn = 0

    def add(self, address, function, first, count, one, two):
        self.answers[self._key(address, function, first, count)] = (one, two)

    def _key(self, address, function, first, count):
        return ((address << 4 | function) << 10 | first & 0x3FF) << 7 | count & 0x7F

    def write(self, buf, n):
        key = self._key(buf[0], buf[1], buf[2] << 8 | buf[3], buf[4] << 8 | buf[5])
        pair = self.answers[key]
        self._turn = 1 - self._turn
        self._now = pair[self._turn]
        self._at = 0
        self.rx_event.ready = True

    def readinto(self, buf, start, n):
        if self._now is None:
            return 0
        count = 0
        while self._at < len(self._now) and count < n:
            buf[start + count] = self._now[self._at]
            self._at += 1
            count += 1
        return count

    def discard(self):
        self._now = None

    def tx_ms(self, n):
        return n


class Platform:
    name = "test"
    identity = 1

    def __init__(self, storage):
        self.storage_path = storage
        self.clock = Clock()
        self.console = Console()
        self.watchdog = Watchdog()
        self.the_port = Port()

    def port(self, index, baud, bits, parity=0):
        return self.the_port

    def output(self, name):
        return Pin()

    def input(self, name):
        return Pin()

    def restart(self, reason):
        raise SystemExit("restart: " + reason)


def prepare(port):
    line = volts(0x4366, 0x4366, 0x4366, 0x4000, 0x4000, 0x4000, 0x4400, 0x4400, 0x4400)
    other = volts(0x4365, 0x4366, 0x4367, 0x4000, 0x4000, 0x4000, 0x4400, 0x4400, 0x4400)
    port.add(1, 4, 0, 18, reading(1, 4, line), reading(1, 4, other))
    port.add(1, 4, 70, 2, *[reading(1, 4, volts(0x4248))] * 2)
    port.add(1, 4, 200, 6, *[reading(1, 4, volts(0x43C7, 0x43C7, 0x43C7))] * 2)
    stage = [20563, 1] + [0] * 14
    beating = [20563, 1] + [0] * 13 + [1]
    port.add(30, 4, 0, 16, reading(30, 4, stage), reading(30, 4, beating))
    port.add(30, 16, 7, 1, *[sealed(30, 16, 0, 7, 0, 1)] * 2)
    port.add(30, 16, 0, 7, *[sealed(30, 16, 0, 0, 0, 7)] * 2)
    port.add(30, 3, 0, 7, *[reading(30, 3, [0] * 7)] * 2)


def prepare_inverter(port):
    """SunSpec models 1, 121 (10 kW) and 123 (tenths of a percent); at full power throughout."""
    heads = ((0, (0x5375, 0x6E53)), (2, (1, 66)), (70, (121, 30)), (102, (123, 24)))
    for offset, words in heads:
        port.add(50, 3, 40000 + offset, 2, *[reading(50, 3, words)] * 2)
    port.add(50, 3, 40072, 21, *[reading(50, 3, [10000] + [0] * 20)] * 2)
    port.add(50, 3, 40125, 1, *[reading(50, 3, [0xFFFF])] * 2)
    port.add(50, 16, 40107, 5, *[sealed(50, 16, 40107 >> 8, 40107 & 0xFF, 0, 5)] * 2)
    port.add(50, 3, 40107, 5, *[reading(50, 3, [1000, 0, 60, 0, 0])] * 2)


class Changes:
    """Counts changed limits in place of reporting them: a report's text is the one thing that is
    allocated when something changes, and not part of the decision."""

    def __init__(self):
        self.seen = 0
        self._limit_w = -1

    def count(self, uptime_s, kinds, box):
        if box.decision.limit_w[0] != self._limit_w:
            self._limit_w = box.decision.limit_w[0]
            self.seen += 1


class Saves:
    """Counts writes of the history in place of making them: a file costs heap for a moment."""

    def __init__(self):
        self.count = 0

    def save(self):
        self.count += 1


class Means:
    """Counts 10-minute means in place of keeping them: text too, and not of the decision."""

    def __init__(self):
        self.count = 0

    def note(self, uptime_s, quality, blocked_s):
        self.count += 1


def run_cycles(app, platform, cycles):
    until = app.control.cycles + cycles
    while app.control.cycles < until:
        pause = app.scheduler.run_due()
        check = app.supervisor.check()
        app._judge_boot()
        platform.clock.now_ms = ticks_add(platform.clock.now_ms, min(pause, check))


def main(storage):
    from phaseward.store.slots import SlotFile

    SlotFile(storage, "params").save(PARAMETERS.encode(), 1)
    platform = Platform(storage)
    prepare(platform.the_port)
    prepare_inverter(platform.the_port)
    app = Application(platform)
    app._report_boot()
    app._add_tasks()
    changes = Changes()
    app.reports.decision = changes.count
    saves = Saves()
    app.records.save = saves.save
    means = Means()
    app.records.course._note = means.note
    run_cycles(app, platform, WARM_UP_CYCLES)
    gc.collect()
    gc.disable()
    before, seen = gc.mem_alloc(), changes.seen
    run_cycles(app, platform, CYCLES)
    after = gc.mem_alloc()
    stage, inverter = [output.device for output in app.outputs.on_bus]
    meter = app.master.device(1).counters
    print(
        "cycles %d allocated %d in_use %d changes %d meter_ok %d stage_fault %d inverter_fault %d"
        " fed %d saves %d means %d"
        % (
            CYCLES,
            after - before,
            before,
            changes.seen - seen,
            meter.ok,
            stage.fault,
            inverter.fault,
            platform.watchdog.fed,
            saves.count,
            means.count,
        )
    )


if __name__ == "__main__":
    main(sys.argv[2])
