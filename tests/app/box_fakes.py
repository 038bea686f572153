"""A whole box in this process, on either Python: the real application on a platform of the test's.

Nothing answers on the bus. Time is a number that `Bench.pass_s` moves on.
"""

import os

from phaseward.app.access.gate import response
from phaseward.app.application import Application
from phaseward.app.console import BUSY_POLL_MS
from phaseward.bus.crc import crc16
from phaseward.platform.ticks import Event, ticks_add, ticks_diff
from phaseward.store.migrations import SCHEMA
from phaseward.store.slots import SlotFile

IDENTITY = 4711
TECHNICIAN = bytes(range(1, 33))
MANUFACTURER = bytes(range(101, 133))
STEP_MS = 100


class Clock:
    def __init__(self, now_ms):
        self.now_ms = now_ms

    def ticks_ms(self):
        return self.now_ms

    def ticks_diff(self, later, earlier):
        return ticks_diff(later, earlier)

    def ticks_add(self, ticks, delta):
        return ticks_add(ticks, delta)


class Terminal:
    def __init__(self):
        self.rx_event = Event()
        self.typed = b""
        self.shown = []

    def read(self):
        typed, self.typed = self.typed, b""
        self.rx_event.ready = False
        return typed

    def write(self, text):
        self.shown.append(text)


class Pin:
    level = 0

    def set(self, level):
        self.level = level

    def read(self):
        return self.level


class Watchdog:
    def feed(self):
        pass


class SilentPort:
    """`paces`: every (baud, bits, parity) that it was set to."""

    def __init__(self):
        self.rx_event = Event()
        self.requests = 0
        self.paces = []

    def set_line(self, baud, bits, parity):
        self.paces.append((baud, bits, parity))

    def write(self, buf, n):
        self.requests += 1

    def readinto(self, buf, start, n):
        return 0

    def discard(self):
        pass

    def tx_ms(self, n):
        return n


class Restarted(Exception):
    """The box has asked for a restart."""


class Platform:
    name = "test"
    identity = IDENTITY

    def __init__(self, folder, start_ms):
        self.storage_path = folder
        self.clock = Clock(start_ms)
        self.console = Terminal()
        self.watchdog = Watchdog()
        self.bus = SilentPort()
        self.pins = {}

    def port(self, index, baud, bits, parity=0):
        return self.bus

    def output(self, name):
        return self.pins.setdefault(name, Pin())

    def input(self, name):
        return self.pins.setdefault(name, Pin())

    def restart(self, reason):
        raise Restarted(reason)


def fresh_folder(name):
    """An empty folder of that name below the working directory's `scratch`."""
    for path in ("scratch", "scratch/" + name):
        try:
            os.mkdir(path)
        except OSError:
            pass
    path = "scratch/" + name
    for file in os.listdir(path):
        os.remove(path + "/" + file)
    return path


class Bench:
    """One box. `keys`: whether it has been given keys; `changed`: its stored parameters."""

    def __init__(self, folder, keys=True, start_ms=0, platform=Platform, **changed):
        self.folder = folder
        if keys:
            SlotFile(folder, "keys").save(TECHNICIAN + MANUFACTURER, 1)
        if changed:
            lines = ["%s=%s" % (name, changed[name]) for name in changed]
            SlotFile(folder, "params").save("\n".join(lines).encode(), SCHEMA)
        self.number = 0
        self._platform = platform
        self.boot(start_ms)

    def boot(self, start_ms=0):
        """Switches the box on, with what is in its storage."""
        self.platform = self._platform(self.folder, start_ms)
        self.app = Application(self.platform)
        self.app._report_boot()
        self.app._add_tasks()
        self.pass_s(1)

    def pass_s(self, seconds):
        clock = self.platform.clock
        for _ in range(seconds * 1000 // STEP_MS):
            self.app.scheduler.run_due()
            if self.app._restart_reason is not None:
                self.app._restart(self.app._restart_reason)
            clock.now_ms = ticks_add(clock.now_ms, STEP_MS)

    def send(self, data):
        """What the box prints after these bytes, without reports, as lines."""
        terminal = self.platform.console
        terminal.shown = []
        terminal.typed += data
        terminal.rx_event.ready = True
        clock = self.platform.clock
        self.app.scheduler.run_due()
        while self.app.reception.bus_busy():
            clock.now_ms = ticks_add(clock.now_ms, STEP_MS)
            self.app.scheduler.run_due()
        clock.now_ms = ticks_add(clock.now_ms, BUSY_POLL_MS)
        while self.app.scheduler.run_due() == 0:
            pass  # pauses between the lines of an answer
        lines = "".join(terminal.shown).split("\n")
        return [line for line in lines if line and not line.startswith("!")]

    def ask(self, line):
        return self.send(line.encode() + b"\n")

    def values(self):
        return self.app.settings.values

    def login(self, level="technician"):
        """A person logs in; what the box says."""
        challenge = self.ask("challenge " + level)[0].split(" ")[-1]
        return self.ask("login " + answer(level, challenge))

    def request(self, words, number=None):
        """The reply's text after number and sign, with its sign: `+{...}` or `-{...}`."""
        if number is None:
            self.number = number = (self.number + 1) & 0xFFFF
        lines = self.send(framed(words, number))
        assert len(lines) == 1, lines
        assert lines[0][:6] == "<%04x " % number, lines
        data = lines[0][:-5].encode()
        assert lines[0][-5:] == "*%04x" % crc16(data, len(data)), lines
        return lines[0][6:-5]

    def tool_login(self, level="technician"):
        found = self.request("challenge " + level)
        at = found.index('"challenge": "') + 14
        return self.request("login " + answer(level, found[at : at + 32]))


def framed(words, number=1):
    body = (">%04x %s" % (number, words)).encode()
    return body + b"*%04x\n" % crc16(body, len(body))


def answer(level, challenge):
    key, number = (TECHNICIAN, 1) if level == "technician" else (MANUFACTURER, 2)
    return response(key, number, IDENTITY, challenge)
