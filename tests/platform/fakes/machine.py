"""Stands for MicroPython's `machine` on a board: what was set can be seen, what comes in be given.

The pins' names are those of the board's pins.csv that the environment's PINS_CSV names.
"""

import os

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
cause = PWRON_RESET
mac = b"\x24\x0a\xc4\x12\x34\x56"
mem32 = {0x40064008: 0x100}
resets = []


def _names():
    with open(os.getenv("PINS_CSV")) as file:
        return dict([line.strip().split(",") for line in file if line.strip()])


class _Board:
    pass


class Pin:
    IN, OUT, PULL_UP = 1, 3, 2
    board = _Board()
    made = {}
    cpu_names = _names()

    def __init__(self, name, mode=-1, pull=-1, value=None):
        if isinstance(name, str) and name not in Pin.cpu_names:
            raise ValueError("unknown named pin")
        self.name = name
        if mode == Pin.OUT and pull in (0, 1):
            self.level = pull  # as the boards' code gives it: Pin(name, Pin.OUT, 0)
        else:
            self.level = 1 if pull == Pin.PULL_UP else 0
        self.mode = mode
        self.pull = pull
        Pin.made[name] = self

    def value(self, level=None):
        if level is None:
            return self.level
        self.level = level

    def toggle(self):
        self.level = 1 - self.level


for _name in Pin.cpu_names:
    setattr(Pin.board, _name, _name)


class UART:
    IRQ_RXIDLE = 0x1000

    def __init__(self, number, baud, parity=None, tx=None, rx=None, rxbuf=0):
        self.number, self.baud, self.parity, self.rxbuf = number, baud, parity, rxbuf
        self.pins = tx.name, rx.name
        self.sent = []
        self.received = b""
        self.done = True
        self.handler = None
        UART.last = self

    def init(self, baudrate, parity):
        self.baud, self.parity = baudrate, parity
        self.handler = None

    def irq(self, handler, trigger, hard):
        assert trigger == UART.IRQ_RXIDLE
        self.handler, self.hard = handler, hard

    def write(self, buf, n):
        self.sent.append(bytes(buf[:n]))
        return n

    def any(self):
        return len(self.received)

    def readinto(self, buf, n):
        part, self.received = self.received[:n], self.received[n:]
        buf[: len(part)] = part
        return len(part)

    def txdone(self):
        return self.done

    def bring(self, data):
        """Bytes come in, and then the line rests."""
        self.received += data
        self.handler(self)


class Timer:
    ONE_SHOT = 0
    made = []

    def __init__(self, number=-1):
        self.number = number
        self.periods = []
        Timer.made.append(self)

    def init(self, mode, period, tick_hz, callback):
        assert mode == Timer.ONE_SHOT and tick_hz == 1_000_000
        self.periods.append(period)
        self.callback = callback


class WDT:
    made = []

    def __init__(self, id=0, timeout=5000):
        self.timeout = timeout
        self.fed = 0
        WDT.made.append(self)

    def feed(self):
        self.fed += 1


def reset_cause():
    return cause


def unique_id():
    return mac


def reset():
    resets.append(1)
