"""Fakes at the byte-stream boundary, and the loop that drives an operation in virtual time.

Runs on CPython and MicroPython. Times are ms; a line of 9600 baud 8E1 (11 bits) unless told.
"""

import sys

from phaseward.bus.operation import TICKS_MASK


class Clock:
    def __init__(self, now_ms=0):
        self.now_ms = now_ms

    def ticks_ms(self):
        return self.now_ms & TICKS_MASK


class Wait:
    event = None


class Event:
    ready = False


class Port:
    """A serial line with scripted answers.

    `answer(request: bytes) -> list of (delay_ms, bytes)`, the delay counted from the end of the
    request; a negative delay falls into the request itself (an echo).
    """

    def __init__(self, clock, answer=None, baud=9600, event=True):
        self.clock = clock
        self.answer = answer
        self.baud = baud
        self.rx_event = Event() if event else None
        self.sent = []  # (ms, bytes)
        self.coming = []  # (ms, bytes), in order of arrival

    def tx_ms(self, n):
        return -(-n * 11000 // self.baud)

    def write(self, buf, n):
        request = bytes(buf[:n])
        self.sent.append((self.clock.now_ms, request))
        if self.answer:
            for delay_ms, data in self.answer(request):
                self.bring(self.clock.now_ms + self.tx_ms(n) + delay_ms, data)

    def bring(self, at_ms, data):
        """Bytes that arrive, whole, at that time."""
        if data:
            at = len(self.coming)
            while at and self.coming[at - 1][0] > at_ms:
                at -= 1
            self.coming.insert(at, (at_ms, bytes(data)))

    def readinto(self, buf, start, n):
        count = 0
        while self.coming and self.coming[0][0] <= self.clock.now_ms and count < n:
            at_ms, data = self.coming.pop(0)
            part = data[: n - count]
            for i in range(len(part)):
                buf[start + count + i] = part[i]
            count += len(part)
            if len(part) < len(data):
                self.coming.insert(0, (at_ms, data[len(part) :]))
        return count

    def discard(self):
        self.coming = [item for item in self.coming if item[0] > self.clock.now_ms]

    def next_arrival_ms(self):
        for at_ms, _ in self.coming:
            if at_ms > self.clock.now_ms:
                return at_ms
        return None


def run(operation, clock, port, wait):
    """Drive to the end, as the scheduler would. Returns the ms it took; 60 s is too long."""
    began = clock.now_ms
    while True:
        wait.event = None
        ms = operation.step()
        if ms < 0:
            return clock.now_ms - began
        due = clock.now_ms + ms
        arrival = port.next_arrival_ms()
        if wait.event is not None and arrival is not None and arrival < due:
            clock.now_ms = arrival
            wait.event.ready = True
        else:
            clock.now_ms = due
        if clock.now_ms - began > 60000:
            raise AssertionError("the operation does not end")


def crc_by_bits(data):
    """CRC-16/MODBUS bit by bit: slow, and not the implementation under test."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def sealed(*parts):
    """Bytes and ints joined, with their CRC."""
    body = b""
    for part in parts:
        body += bytes([part]) if isinstance(part, int) else bytes(part)
    crc = crc_by_bits(body)
    return body + bytes([crc & 0xFF, crc >> 8])


def words(*values):
    """Registers as bytes, big-endian."""
    out = bytearray()
    for value in values:
        out.append(value >> 8 & 0xFF)
        out.append(value & 0xFF)
    return bytes(out)


class Slave:
    """Registers by (function, address); answers what it is asked."""

    def __init__(self, address):
        self.address = address
        self.registers = {}
        self.delay_ms = 20
        self.silent = False
        self.refuse = 0  # exception code given to everything
        self.requests = []

    def put(self, table, first, values):
        for i in range(len(values)):
            self.registers[table, first + i] = values[i] & 0xFFFF

    def __call__(self, request):
        if self.silent or request[0] != self.address:
            return []
        self.requests.append(request)
        return [(self.delay_ms, self.reply(request))]

    def reply(self, request):
        function = request[1]
        if self.refuse:
            return sealed(self.address, function | 0x80, self.refuse)
        first = request[2] << 8 | request[3]
        if function == 6:
            self.registers[3, first] = request[4] << 8 | request[5]
            return bytes(request)
        count = request[4] << 8 | request[5]
        if function == 16:
            for i in range(count):
                self.registers[3, first + i] = request[7 + 2 * i] << 8 | request[8 + 2 * i]
            return sealed(request[:6])
        return self._read(function, first, count)

    def _read(self, function, first, count):
        values = [self.registers.get((function, first + i)) for i in range(count)]
        if None in values:
            return sealed(self.address, function | 0x80, 2)
        return sealed(self.address, function, 2 * count, words(*values))


class Tape:
    """A port that does not allocate once it knows the answers; learns them from a slave.

    Answers come 10 ms after the request. Told apart by function and first register.
    """

    def __init__(self, slave, clock):
        self.clock = clock
        self.ready_ms = 0
        self.slave = slave.reply if isinstance(slave, Slave) else slave
        self.rx_event = None
        self.answers = {}
        self.now = b""
        self.at = 0

    def tx_ms(self, n):
        return n

    def write(self, buf, n):
        key = buf[1] << 16 | buf[2] << 8 | buf[3]
        if key not in self.answers:
            self.answers[key] = self.slave(bytes(buf[:n]))
        self.now = self.answers[key]
        self.at = 0
        self.ready_ms = self.clock.now_ms + self.tx_ms(n) + 10

    def readinto(self, buf, start, n):
        if self.clock.now_ms < self.ready_ms:
            return 0
        count = min(n, len(self.now) - self.at)
        for i in range(count):
            buf[start + i] = self.now[self.at + i]
        self.at += count
        return count

    def run(self, operation):
        while True:
            ms = operation.step()
            if ms < 0:
                return
            self.clock.now_ms += ms


def heap_after(rounds, action):
    """Heap bytes in use before and after, on MicroPython; (0, 0) on CPython."""
    if sys.implementation.name != "micropython":
        for _ in range(rounds):
            action()
        return 0, 0
    import gc

    action()
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(rounds):
        action()
    after = gc.mem_alloc()
    gc.enable()
    return before, after


def expect(got, wanted):
    assert got == wanted, f"got {got!r}, wanted {wanted!r}"


def refused(call, part):
    try:
        call()
    except ValueError as error:
        assert part in str(error), error
    else:
        raise AssertionError(f"accepted, expected an error with {part}")
