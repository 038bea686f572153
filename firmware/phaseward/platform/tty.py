"""A serial line on Linux: a tty (USB adapter, UART, pseudo-terminal), raw, never blocking.

The driver of RS-485 is the adapter's business: it must switch direction by itself.
Failure behaviour: a tty that is missing or was pulled out takes nothing and gives nothing, which
the master sees as silence; it is opened anew at a later request. A speed the kernel has no
standard number for raises ValueError. Without a path there is no line, and all is silence.
"""

import select
import termios
import time

from .ticks import Event, ticks_diff

# Linux' numbers of the speeds (asm-generic/termbits-common.h).
_SPEEDS = {
    1200: 9, 2400: 11, 4800: 12, 9600: 13, 19200: 14, 38400: 15, 57600: 0x1001, 115200: 0x1002,
}  # fmt: skip
_CS8, _CREAD, _PARENB, _PARODD, _CLOCAL = 0x30, 0x80, 0x100, 0x200, 0x800
_INPCK = 0x10  # characters of a wrong parity come as zeros: the checksum catches them
_PARITY = (0, _PARENB, _PARENB | _PARODD)
_VTIME, _VMIN = 5, 6
_ROOM = 256
_REOPEN_MS = 2000
_TROUBLE = select.POLLERR | select.POLLHUP


def set_raw(fd, baud, parity):
    """Raw, 8 data bits, one stop bit, no flow control; a read gives what is there."""
    speed = _SPEEDS[baud]
    special = termios.tcgetattr(fd)[6]
    special[_VMIN] = special[_VTIME] = 0
    check = _INPCK if parity else 0
    mode = _CS8 | _CREAD | _CLOCAL | _PARITY[parity]
    termios.tcsetattr(fd, 0, [check, 0, mode, 0, speed, speed, special])


class TtyPort:
    """`path`: of the tty, None where there is no line. `poll`: what the platform sleeps on."""

    def __init__(self, path, baud, bits_per_char, parity, poll):
        if baud not in _SPEEDS:
            known = ", ".join([str(speed) for speed in sorted(_SPEEDS)])
            raise ValueError("mb_baud = %d: a tty knows %s" % (baud, known))
        self.baud = baud
        self.bits_per_char = bits_per_char
        self.rx_event = Event()
        self._path = path
        self._parity = parity
        self._poll = poll
        self._room = select.poll()
        self._file = None
        self._rx = bytearray(_ROOM)
        self._failed_ms = None
        self._open()

    def write(self, buf, n):
        if self._file is None and not self._reopened():
            return
        for _, events in self._room.ipoll(0):
            if events & _TROUBLE:
                self._lost()
            elif events & select.POLLOUT:
                self._tried(self._file.write, memoryview(buf)[:n])

    def readinto(self, buf, start, n):
        if self._file is None:
            return 0
        count = self._tried(self._file.readinto, memoryview(self._rx)[: min(n, _ROOM)])
        for i in range(count):
            buf[start + i] = self._rx[i]
        if not count:
            self._listen()
        return count

    def discard(self):
        while self._file is not None and self._tried(self._file.readinto, self._rx):
            pass
        self.rx_event.ready = False
        self._listen()

    def tx_ms(self, n):
        return (n * self.bits_per_char * 1000 + self.baud - 1) // self.baud

    def set_line(self, baud, bits_per_char, parity):
        """Another speed and parity. ValueError where the tty has no such speed."""
        if baud not in _SPEEDS:
            raise ValueError("a tty has no speed of %d Bd" % baud)
        self.baud, self.bits_per_char, self._parity = baud, bits_per_char, parity
        if self._file is not None:
            set_raw(self._file.fileno(), baud, parity)

    def heard(self, events):
        """The platform slept until something happened here. It is not told again before all has
        been read: bytes that nobody is waiting for must not keep the box awake."""
        if events & _TROUBLE:
            self._lost()
            return
        self.rx_event.ready = True
        self._poll.modify(self._file, 0)

    def _listen(self):
        if self._file is not None:
            self._poll.modify(self._file, select.POLLIN)

    def _open(self):
        if self._path is None:
            return
        try:
            self._file = open(self._path, "r+b")
            set_raw(self._file.fileno(), self.baud, self._parity)
        except OSError:
            self._file = None
            self._failed_ms = time.ticks_ms()
            return
        self._room.register(self._file, select.POLLOUT)
        self._poll.register(self._file, select.POLLIN)

    def _reopened(self):
        now_ms = time.ticks_ms()
        if self._failed_ms is not None and ticks_diff(now_ms, self._failed_ms) < _REOPEN_MS:
            return False
        self._open()
        return self._file is not None

    def _lost(self):
        self._poll.unregister(self._file)
        self._room.unregister(self._file)
        self._file.close()
        self._file = None
        self._failed_ms = time.ticks_ms()
        self.rx_event.ready = True

    def _tried(self, move, data):
        """Bytes moved; 0 where none could be."""
        try:
            return move(data) or 0
        except OSError:
            self._lost()
            return 0
