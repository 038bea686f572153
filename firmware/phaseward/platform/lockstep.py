"""Platform in lockstep with a simulated grid: virtual time, ports and pins over two byte streams.

The box runs until every task waits, says until when, and blocks. The simulator then moves time
on, hands over what arrived on the wires, and lets the box go. So a run is exact and repeatable,
and as fast as the two programs are.

Frames in both directions: kind (1 byte), length (2 bytes, little endian), payload.
    to the box    G now_ms(4)        go: this is the time
                  R port(1) bytes    bytes received on a serial port, then the line went idle
                  I name=0|1         level of an input or an output's read-back (a stuck contact)
                  C bytes            typed on the console
    from the box  W ms(4)            waiting this long, unless something arrives
                  T port(1) bytes    bytes sent on a serial port
                  L port(1) parity(1) baud(4)   the pace of a serial port from now on
                  O name=0|1         level of an output
                  F                  watchdog fed
                  P bytes            printed on the console
                  X text             restart wanted, with its reason; the process ends
The end of the input stream means the simulator is gone: the process ends.
"""

import sys

from .ticks import TICKS_MASK, Event, ticks_add, ticks_diff

_HEADER = 3
_RX_SIZE = 512
RESTART_CODE = 3
LINK_LOST_CODE = 4


class Link:
    """Frames over a reading and a writing stream (binary, blocking)."""

    def __init__(self, reading, writing):
        self._reading = reading
        self._writing = writing
        self._out = bytearray()

    def send(self, kind, payload=b""):
        self._out.extend(kind)
        self._out.extend(len(payload).to_bytes(2, "little"))
        self._out.extend(payload)

    def flush(self):
        self._writing.write(self._out)
        if hasattr(self._writing, "flush"):
            self._writing.flush()
        self._out = bytearray()

    def receive(self):
        """(kind, payload) of the next frame; ends the process where the stream has ended."""
        header = self._exactly(_HEADER)
        return header[:1], self._exactly(header[1] | header[2] << 8)

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            part = self._reading.read(count - len(data))
            if not part:
                sys.exit(LINK_LOST_CODE)
            data += part
        return data


class Clock:
    def __init__(self):
        self.now_ms = 0

    def ticks_ms(self):
        return self.now_ms & TICKS_MASK

    def ticks_diff(self, later, earlier):
        return ticks_diff(later, earlier)

    def ticks_add(self, ticks, delta):
        return ticks_add(ticks, delta)


class Port:
    """One serial port. Bytes beyond the receive buffer are lost, as on a board, and counted."""

    def __init__(self, link, index, baud, bits_per_char, parity):
        self._link = link
        self._index = index
        self.set_line(baud, bits_per_char, parity)
        self.rx_event = Event()
        self.overruns = 0
        self._rx = bytearray(_RX_SIZE)
        self._count = 0

    def set_line(self, baud, bits_per_char, parity):
        """Another speed and parity, between two requests."""
        self.baud = baud
        self.bits_per_char = bits_per_char
        self._link.send(b"L", bytes((self._index, parity)) + baud.to_bytes(4, "little"))

    def write(self, buf, n):
        self._link.send(b"T", bytes((self._index,)) + bytes(memoryview(buf)[:n]))

    def readinto(self, buf, start, n):
        n = min(n, self._count)
        buf[start : start + n] = self._rx[:n]
        self._count -= n
        self._rx[: self._count] = self._rx[n : n + self._count]
        return n

    def discard(self):
        self._count = 0
        self.rx_event.ready = False

    def tx_ms(self, n):
        return -(-n * self.bits_per_char * 1000 // self.baud)

    def received(self, data):
        room = min(len(data), _RX_SIZE - self._count)
        self._rx[self._count : self._count + room] = data[:room]
        self._count += room
        self.overruns += len(data) - room
        self.rx_event.ready = True


class Output:
    """One digital output. `read()` is what the wire shows, which a stuck contact can falsify."""

    def __init__(self, link, name):
        self._link = link
        self.name = name
        self.level = 0
        self.stuck = None

    def set(self, level):
        self.level = level
        self._link.send(b"O", ("%s=%d" % (self.name, level)).encode())

    def read(self):
        return self.level if self.stuck is None else self.stuck


class Input:
    def __init__(self, name):
        self.name = name
        self.level = 0

    def read(self):
        return self.level


class Console:
    """The serial console: bytes in, bytes out."""

    def __init__(self, link):
        self._link = link
        self.rx_event = Event()
        self._typed = b""

    def read(self):
        typed, self._typed = self._typed, b""
        self.rx_event.ready = False
        return typed

    def write(self, text):
        data = text.encode()
        for start in range(0, len(data), 1024):
            self._link.send(b"P", data[start : start + 1024])

    def typed(self, data):
        self._typed += data
        self.rx_event.ready = True


class Watchdog:
    def __init__(self, link):
        self._link = link

    def feed(self):
        self._link.send(b"F")


class LockstepPlatform:
    """The small interface every platform offers to the application.

    Parameters
    ----------
    reading, writing : binary streams to and from the simulator
    storage_path : folder that survives restarts
    identity : int, the device's own number, 31 bits
    start_ms : ticks at boot (tests start shortly before the wrap)
    """

    name = "unix"

    def __init__(self, reading, writing, storage_path, identity, start_ms=0):
        self._link = Link(reading, writing)
        self.clock = Clock()
        self.clock.now_ms = start_ms
        self.storage_path = storage_path
        self.identity = identity
        self.console = Console(self._link)
        self.watchdog = Watchdog(self._link)
        self._ports = {}
        self._inputs = {}
        self._outputs = {}

    def port(self, index, baud, bits_per_char, parity=0):
        """`parity`: 0 none, 1 even, 2 odd."""
        self._ports[index] = Port(self._link, index, baud, bits_per_char, parity)
        return self._ports[index]

    def output(self, name):
        if name not in self._outputs:
            self._outputs[name] = Output(self._link, name)
        return self._outputs[name]

    def input(self, name):
        if name not in self._inputs:
            self._inputs[name] = Input(name)
        return self._inputs[name]

    def idle(self, ms):
        """Nothing to do for `ms`: tell the simulator, and take what it brings until it says go."""
        self._link.send(b"W", ms.to_bytes(4, "little"))
        self._link.flush()
        while True:
            kind, payload = self._link.receive()
            if kind == b"G":
                self.clock.now_ms = int.from_bytes(payload, "little")
                return
            self._take(kind, payload)

    def restart(self, reason):
        self._link.send(b"X", reason.encode())
        self._link.flush()
        sys.exit(RESTART_CODE)

    def _take(self, kind, payload):
        if kind == b"R":
            self._ports[payload[0]].received(payload[1:])
        elif kind == b"C":
            self.console.typed(payload)
        elif kind == b"I":
            name, level = payload.decode().split("=")
            if name in self._outputs:
                self._outputs[name].stuck = int(level)
            else:
                self.input(name).level = int(level)
