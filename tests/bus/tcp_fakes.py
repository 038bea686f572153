"""A scripted TCP stream, and a slave behind it. Runs on CPython and MicroPython. Times are ms."""

from bus_fakes import Clock, Event, Slave, Wait, sealed, words

from phaseward.bus.tcp import LOST, UP, WAITING, Master

UNIT = 255


def header(transaction, body, protocol=0, size=None):
    """A frame: the six bytes before the unit, then `body`, which begins with the unit."""
    return words(transaction, protocol, len(body) if size is None else size) + bytes(body)


class Stream:
    """`answer(request: bytes) -> list of (delay_ms, bytes)`; b"" closes the connection then."""

    def __init__(self, clock, answer=None):
        self.clock = clock
        self.answer = answer
        self.refuse = False  # no connection to be had
        self.stuck = False  # connecting never ends
        self.room = 1000  # bytes a write takes
        self.sent = []  # (ms, whole requests)
        self.connects = 0
        self.closes = 0
        self.coming = []
        self.rx_event = Event()
        self._out = b""
        self._up = False

    def connect(self):
        self.connects += 1
        self._up = False

    def state(self):
        if self.refuse:
            return LOST
        if self.stuck:
            return WAITING
        self._up = True
        return UP

    def close(self):
        self.closes += 1
        self.coming = []
        self._out = b""
        self._up = False

    def drop(self):
        """The server closes the connection now."""
        self.bring(self.clock.now_ms, b"")

    def bring(self, at_ms, data):
        self.coming.append((at_ms, bytes(data)))

    def write(self, buf, start, n):
        if not self._up:
            return -1
        n = min(n, self.room)
        self._out += bytes(buf[start : start + n])
        while len(self._out) >= 6 and len(self._out) >= 6 + (self._out[4] << 8 | self._out[5]):
            whole = 6 + (self._out[4] << 8 | self._out[5])
            self._take(self._out[:whole])
            self._out = self._out[whole:]
        return n

    def _take(self, request):
        self.sent.append((self.clock.now_ms, request))
        if self.answer:
            for delay_ms, data in self.answer(request):
                self.bring(self.clock.now_ms + delay_ms, data)

    def readinto(self, buf, start, n):
        count = 0
        while self.coming and self.coming[0][0] <= self.clock.now_ms and count < n:
            at_ms, data = self.coming.pop(0)
            if not data:
                return count or -1
            part = data[: n - count]
            for i in range(len(part)):
                buf[start + count + i] = part[i]
            count += len(part)
            if len(part) < len(data):
                self.coming.insert(0, (at_ms, data[len(part) :]))
        return count

    def next_arrival_ms(self):
        return None


class TcpSlave:
    """The registers of `slave` (a bus_fakes.Slave at UNIT), answering in TCP frames."""

    def __init__(self, slave):
        self.slave = slave

    def __call__(self, request):
        answers = self.slave(sealed(request[6:]))
        return [(delay, self.framed(request, data)) for delay, data in answers]

    def framed(self, request, data):
        return header(request[0] << 8 | request[1], data[:-2])


class Net:
    """A master, its stream and a slave with a few registers."""

    def __init__(self, answer=None, unit=UNIT):
        self.clock = Clock()
        self.wait = Wait()
        self.slave = Slave(unit)
        self.slave.delay_ms = 8
        self.slave.put(4, 0, [10, 20, 30, 40])
        self.slave.put(3, 5004, [0])
        self.stream = Stream(self.clock, answer or TcpSlave(self.slave))
        self.master = Master(self.stream, self.clock, self.wait)
        self.unit = unit
