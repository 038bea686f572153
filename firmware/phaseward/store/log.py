"""The event log: what the box did and why, kept over power cuts within a byte budget.

Entries gather in RAM and are written together: once a period, when the ring is nearly full (as
often as the write allowance permits), and before a planned restart. A power cut loses what was
not yet written, never what was. What the ring had to drop is counted and said by an entry `lost`.
Sequence numbers go on over restarts; an entry whose check fails is skipped, and a page says so.
"""

from . import entry
from .segments import SEGMENT_BYTES, Segments

BUDGET_BYTES = 61440
RING = 48
LOST = "lost"
_NEARLY_FULL = 36
_PERIOD_S = 3600
_MOST_IN_SEGMENT = SEGMENT_BYTES // 20  # no entry is shorter


class Page:
    """`entries`: list of entry.Entry; `damaged`: lines skipped; `next`: where more is, or None."""

    def __init__(self, first):
        self.wanted = first  # the next sequence number that is of interest
        self.entries = []
        self.damaged = 0
        self.next = None


class EventLog:
    """The log in `folder`. `boot`: this boot's number.

    allowance : offers `take(uptime_s) -> bool` for writes that cannot wait for the period
    wall : called for the seconds since 1970, or None where the time of day is unknown
    """

    def __init__(self, folder, boot, allowance, wall=None, budget_bytes=BUDGET_BYTES):
        self._segments = Segments(folder, budget_bytes)
        self._boot = boot
        self._allowance = allowance
        self._wall = wall
        self._lines = []
        self._dropped = 0
        self._written_s = -1
        self.next = self._after_last()

    def note(self, uptime_s, kind, numbers=(), origin="box"):
        """Takes an entry into the ring. Nothing is written to flash."""
        if len(self._lines) >= RING:
            self._dropped += 1
        else:
            self._add(uptime_s, kind, numbers, origin)

    def _add(self, uptime_s, kind, numbers, origin):
        wall_s = self._wall() if self._wall else None
        self._lines.append(
            entry.encode(self.next, uptime_s, self._boot, wall_s, kind, numbers, origin)
        )
        self.next += 1

    def due(self, uptime_s):
        """Whether `flush` should be called now, in a moment when the bus is idle."""
        if self._written_s < 0:
            self._written_s = uptime_s
        if not self._lines:
            return False
        if uptime_s - self._written_s >= _PERIOD_S:
            return True
        return len(self._lines) >= _NEARLY_FULL and self._allowance.take(uptime_s)

    def flush(self, uptime_s):
        """Writes the ring. OSError leaves it as it is, to be written the next time."""
        self._written_s = uptime_s
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            self._add(uptime_s, LOST, (dropped,), "log")
        while self._lines:
            count = self._fitting()
            self._segments.append(entry.sequence(self._lines[0]), b"".join(self._lines[:count]))
            self._lines = self._lines[count:]

    def last(self):
        """The newest readable entry, or None where there is none at that place."""
        page = self.page(max(0, self.next - 1), 1)
        return page.entries[0] if page.entries else None

    def page(self, first=0, most=20):
        """At most `most` entries from sequence number `first` on, flash and ring alike."""
        page = Page(first)
        starts = self._segments.firsts()
        for i, start in enumerate(starts):
            if i + 1 < len(starts) and starts[i + 1] <= first:
                continue
            if not self._read_segment(page, start, most):
                return page
        self._read(page, self._lines, most)
        return page

    def _read_segment(self, page, start, most):
        """As `_read`; a segment that cannot be read counts as one damage."""
        try:
            with self._segments.open(start) as file:
                return self._read(page, file, most)
        except OSError:
            page.damaged += 1
            return True

    def _read(self, page, lines, most):
        """Adds the entries of `lines`; False where the page is full and there is more."""
        for line in lines:
            if not entry.valid(line):
                page.damaged += line != b"\n"
            elif entry.sequence(line) >= page.wanted:
                if len(page.entries) >= most:
                    page.next = page.wanted
                    return False
                page.entries.append(entry.Entry(line))
                page.wanted = page.entries[-1].sequence + 1
        return True

    def _fitting(self):
        """How many entries of the ring one segment takes."""
        size = 0
        for count, line in enumerate(self._lines):
            size += len(line)
            if size > SEGMENT_BYTES:
                return count
        return len(self._lines)

    def _after_last(self):
        """One more than the newest entry's number; no number is given twice."""
        starts = self._segments.firsts()
        if not starts:
            return 0
        try:
            return self._after_segment(starts[-1])
        except OSError:
            return starts[-1] + _MOST_IN_SEGMENT

    def _after_segment(self, start):
        last = start
        with self._segments.open(start) as file:
            for line in file:
                last += 1
                if entry.valid(line):
                    last = entry.sequence(line) + 1
        return last
