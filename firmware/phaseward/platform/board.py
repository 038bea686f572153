"""What boards with MicroPython's `machine` have in common: RS-485 on a UART, pins, console.

Pins are found by their names in the board's pins.csv:
    RS485_TX, RS485_RX, RS485_DE   the bus; DE high = the driver is on the line
    RELAY_L1 …, SG_A_L1 …          outputs, active high; named as in app/outputs.py
    BACK_RELAY_L1 …                what an output's wire really shows; without it the pin itself
    CONTACT_L1 …, FACTORY_RESET    inputs, active low, with the chip's own pull-up
    LED                            toggles with each feeding of the watchdog (optional)
A name the board has no pin for raises ValueError, which the application reports.

Nothing here allocates in the steady state. The processor sleeps in `idle`; the end of a received
frame, a typed character or the time wakes it.
"""

import io
import select
import sys
import time

import machine
import micropython
from machine import Pin

from .ticks import Event, ticks_add, ticks_diff

STORAGE = ""  # paths begin at the root of the flash file system
WATCHDOG_MS = 8388  # the RP2040's longest
IDENTITY_MASK = 0x3FFFFFFF
_CONTROL_BOX = "Phaseward"  # how the names of boards for the field begin (mpconfigboard.h)
_PARITY = (None, 0, 1)  # as machine.UART counts them
_RX_ROOM = 64
_RX_BUFFER = 512
_SILENCE_CHARS = 4  # a device answers after 3.5 characters at the earliest
_TELLING_CHARS = 2  # a shorter pause may be one inside a frame (Modbus serial V1.02, 2.5.1.1)
_LOOKS = 50  # then a device that is silent costs no more
_TYPED_ROOM = 256
_RESTART_PAUSE_MS = 50  # the last line goes out over USB


def for_the_field():
    """Whether this is a control box rather than a development board."""
    return sys.implementation._machine.startswith(_CONTROL_BOX)


def _pin(name, *settings):
    try:
        return Pin(name.upper(), *settings)
    except ValueError:
        raise ValueError("this board has no pin %s" % name.upper()) from None


class Clock:
    def __init__(self):
        self.ticks_ms = time.ticks_ms

    def ticks_diff(self, later, earlier):
        return ticks_diff(later, earlier)

    def ticks_add(self, ticks, delta):
        return ticks_add(ticks, delta)


class Bell(io.IOBase):
    """What `idle` waits for beside the console: an interrupt that came since it last slept."""

    def __init__(self):
        self.rung = False

    def ioctl(self, request, flags):
        return flags if self.rung else 0


class Port:
    """The RS-485 port. The driver is on the line from the first bit of a request to its last.

    A timer ends the sending: MicroPython's own transmit interrupt comes when the FIFO has nearly
    run empty, some characters too early. A second one looks whether the expected answer is there:
    its last byte would else be told of only after 32 bits of silence, 3.3 ms at 9600 baud.
    """

    def __init__(self, uart, timers, hard, bell, baud, bits_per_char, parity):
        """`uart`: its number; `timers`: two; `hard`: whether its interrupts may be hard ones."""
        self.rx_event = Event()
        self._bell = bell
        self._rx = bytearray(_RX_ROOM)
        self._enable = _pin("RS485_DE", Pin.OUT, 0)
        self._uart = machine.UART(
            uart,
            baud,
            parity=_PARITY[parity],
            tx=_pin("RS485_TX"),
            rx=_pin("RS485_RX"),
            rxbuf=_RX_BUFFER,
        )
        self.rested = False
        self._timer, self._count_timer = timers
        self._hard = hard
        self._sent = self._on_sent
        self._counted = self._on_counted
        self._paused = self._on_paused
        self._expected = 0  # bytes of the answer; 0 = not known
        self._pause_us = 0
        self._there = 0
        self._looks = 0
        self._set_pace(baud, bits_per_char)

    def set_line(self, baud, bits_per_char, parity):
        """Another speed and parity, between two requests."""
        self._uart.init(baudrate=baud, parity=_PARITY[parity])
        self._set_pace(baud, bits_per_char)

    def _set_pace(self, baud, bits_per_char):
        self.baud = baud
        self.bits_per_char = bits_per_char
        self._bit_us = 1_000_000 // baud
        self._char_us = bits_per_char * 1_000_000 // baud + 1
        self._uart.irq(self._on_rest, machine.UART.IRQ_RXIDLE, self._hard)

    def write(self, buf, n):
        self._enable.value(1)
        self._uart.write(buf, n)
        self._again_in((n * self.bits_per_char + 1) * self._bit_us)
        self.rested = False  # only now: the timer of the pause before might have come meanwhile
        if self._expected:
            self._there = 0
            self._looks = _LOOKS
            self._look_in(n + _SILENCE_CHARS + self._expected)

    def expect(self, n, pause_ms):
        """The answer to the next request has `n` bytes: `rx_event` comes as soon as they do, and
        again, with `rested`, when the line has been silent for `pause_ms` behind them."""
        self._expected = n
        self._pause_us = 1000 * pause_ms

    def readinto(self, buf, start, n):
        n = min(n, self._uart.any())
        if n <= 0:
            return 0
        if start == 0:  # as a rule: an answer is there as a whole
            self._uart.readinto(buf, n)
            return n
        n = min(n, _RX_ROOM)
        self._uart.readinto(self._rx, n)
        for i in range(n):
            buf[start + i] = self._rx[i]
        return n

    def discard(self):
        while self._uart.any():
            self._uart.readinto(self._rx, min(self._uart.any(), _RX_ROOM))
        self.rx_event.ready = False

    def tx_ms(self, n):
        return (n * self.bits_per_char * 1000 + self.baud - 1) // self.baud

    def _again_in(self, us):
        self._ring_in(us, self._sent)

    def _ring_in(self, us, callback):
        self._timer.init(
            mode=machine.Timer.ONE_SHOT, period=us, tick_hz=1_000_000, callback=callback
        )

    def _on_sent(self, timer):
        if self._uart.txdone():
            self._enable.value(0)
        else:
            self._again_in(self._bit_us)

    def _look_in(self, chars):
        self._count_timer.init(
            mode=machine.Timer.ONE_SHOT,
            period=chars * self._char_us,
            tick_hz=1_000_000,
            callback=self._counted,
        )

    def _on_counted(self, timer):
        """Tells of the answer where all of it is there, or where no more of it comes."""
        there = self._uart.any()
        if there >= self._expected:
            self._on_rest(None)
            self._ring_in(self._pause_us, self._paused)
            return
        if there and there == self._there:
            self._on_rest(None)
            return
        left = self._expected - there
        self._there = there if left >= _TELLING_CHARS else 0
        self._looks -= 1
        if self._looks:
            self._look_in(left)

    def _on_paused(self, timer):
        """Milliseconds that are counted would begin anywhere in one: the pause is timed here."""
        self.rested = not self._uart.any()
        self._on_rest(None)

    def _on_rest(self, uart):
        """Bytes have come, and then for some bits none (in the interrupt), or all that should."""
        self.rx_event.ready = True
        self._bell.rung = True


class Output:
    """One digital output; `read()` is what the wire shows where the board can see it."""

    def __init__(self, name):
        self.name = name
        self._pin = _pin(name, Pin.OUT, 0)
        try:
            self._back = _pin("back_" + name, Pin.IN)
        except ValueError:
            self._back = self._pin

    def set(self, level):
        self._pin.value(level)

    def read(self):
        return self._back.value()


class Input:
    """One contact to ground: 1 = closed."""

    def __init__(self, name):
        self.name = name
        self._pin = _pin(name, Pin.IN, Pin.PULL_UP)

    def read(self):
        return 1 - self._pin.value()


class Console:
    """The serial console. Where no one reads USB, MicroPython drops what is printed after half a
    second."""

    def __init__(self):
        self.rx_event = Event()
        self._one = bytearray(1)
        self._in = sys.stdin.buffer
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)

    def read(self):
        typed = b""
        self.rx_event.ready = False
        while self._readable():
            if len(typed) == _TYPED_ROOM:
                self.rx_event.ready = True  # the rest another time: a flood must not fill the heap
                break
            self._in.readinto(self._one)
            typed += self._one
        return typed

    def _readable(self):
        for _ in self._poll.ipoll(0):
            return True
        return False

    def write(self, text):
        sys.stdout.write(text)


class Watchdog:
    """Runs from its first feeding on."""

    def __init__(self):
        self._dog = None
        self._led = None
        if hasattr(Pin.board, "LED"):
            self._led = Pin("LED", Pin.OUT, 0)

    def feed(self):
        if self._dog is None:
            self._dog = machine.WDT(timeout=WATCHDOG_MS)
        self._dog.feed()
        if self._led is not None:
            self._led.toggle()


class BoardPlatform:
    """The small interface every platform offers to the application.

    A board's class gives `name`, `port` and what else it has. On a control box Ctrl-C is a
    character like any other: there is no prompt beside the access levels of the console. On a
    development board it ends the application.
    """

    def __init__(self, identity, reset_cause):
        if for_the_field():
            micropython.kbd_intr(-1)
        self.clock = Clock()
        self.storage_path = STORAGE
        self.identity = identity
        self.reset_cause = reset_cause
        self.console = Console()
        self.watchdog = Watchdog()
        self._bell = Bell()
        self._poll = select.poll()
        self._poll.register(self._bell, select.POLLIN)
        self._poll.register(sys.stdin, select.POLLIN)
        self._outputs = {}

    def output(self, name):
        if name not in self._outputs:
            self._outputs[name] = Output(name)
        return self._outputs[name]

    def input(self, name):
        return Input(name)

    def idle(self, ms):
        """Sleeps for `ms`, or until a frame has come in or something was typed."""
        for stream, _ in self._poll.ipoll(ms):
            if stream is self._bell:
                self._bell.rung = False
            else:
                self.console.rx_event.ready = True

    def restart(self, reason):
        time.sleep_ms(_RESTART_PAUSE_MS)
        machine.reset()
