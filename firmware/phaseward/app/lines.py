"""Bytes from the port, made into lines without allocating per byte.

A line ends with CR or LF. `>` begins a tool's frame wherever it comes, and drops what came before:
so a frame is heard whatever noise precedes it. Backspace takes the last character back. Other
bytes that do not print are not part of a line. A line longer than its kind may be is refused
whole, so that noise can never become a command.
"""

LONGEST_LINE = 120
REQUEST, LONGEST_REQUEST = ">", 512  # of a tool: how a frame begins, and how long it may be
NOTHING, LINE, OVERLONG = 0, 1, 2
_BACKSPACE = b"\x08\x7f"
_REQUEST = ord(REQUEST)


class LineReader:
    """`feed(byte)`: LINE where `text()` is a complete one, OVERLONG where one was dropped."""

    def __init__(self):
        self._buffer = bytearray(LONGEST_LINE)
        self._count = 0
        self._longest = LONGEST_LINE
        self._overlong = False
        self._done = 0

    def feed(self, byte):
        if byte == 10 or byte == 13:
            return self._end()
        if byte == _REQUEST:
            if len(self._buffer) < LONGEST_REQUEST:
                self._buffer = bytearray(LONGEST_REQUEST)  # a box that no tool asks needs none
            self._start(LONGEST_REQUEST)
        if byte in _BACKSPACE:
            self._count -= 1 if self._count else 0
        elif 32 <= byte < 127:
            self._add(byte)
        return NOTHING

    def text(self):
        """The line just ended."""
        return bytes(self._buffer[: self._done]).decode().strip()

    def _start(self, longest):
        self._count = 0
        self._longest = longest
        self._overlong = False

    def _add(self, byte):
        if self._count >= self._longest:
            self._overlong = True
        else:
            self._buffer[self._count] = byte
            self._count += 1

    def _end(self):
        self._done = self._count
        overlong = self._overlong
        self._start(LONGEST_LINE)
        if overlong:
            return OVERLONG
        return LINE if self._done else NOTHING
