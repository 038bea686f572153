"""The files of the event log: numbered segments within a byte budget, the oldest removed first.

A segment is named by the sequence number of its first entry, so that a page is found without an
index. Appending and closing is one atomic commit on littlefs. Where it is not (POSIX, FAT), a
torn last line stays alone: the next append begins on a new line.
Failure behaviour: a segment that cannot be read or extended is left behind for a new one.
"""

import os

SEGMENT_BYTES = 3840  # with its file's overhead one 4 KB block of littlefs
_DIGITS = 10
_EXISTS = 17  # EEXIST


class Segments:
    """Segment files in `folder`, together at most `budget_bytes`. Two segments are the least."""

    def __init__(self, folder, budget_bytes):
        if budget_bytes < 2 * SEGMENT_BYTES:
            least = 2 * SEGMENT_BYTES
            raise ValueError("log budget of %d bytes, at least %d" % (budget_bytes, least))
        self._folder = folder
        self._most = budget_bytes // SEGMENT_BYTES

    def firsts(self):
        """First sequence number of each segment, ascending."""
        try:
            names = os.listdir(self._folder)
        except OSError:
            return []
        return sorted([int(name) for name in names if len(name) == _DIGITS and name.isdigit()])

    def open(self, first):
        """The segment for reading, binary; to be closed by the caller."""
        return open(self._path(first), "rb")

    def append(self, first, lines):
        """Writes `lines` (bytes) to the newest segment or, where it is full, to a new one whose
        first entry is number `first`. `lines` is at most SEGMENT_BYTES."""
        firsts = self.firsts()
        if not firsts or not self._extended(firsts[-1], lines):
            self._begin(firsts, first, lines)

    def _extended(self, newest, lines):
        """Whether `lines` could be added: there was room, and the file could be used."""
        try:
            if self._size(newest) + len(lines) + 1 > SEGMENT_BYTES:
                return False
            self._extend(newest, lines)
        except OSError:
            return False
        return True

    def _extend(self, newest, lines):
        torn = not self._ends_a_line(newest)
        with open(self._path(newest), "ab") as file:
            if torn:
                file.write(b"\n")
            file.write(lines)

    def _begin(self, firsts, first, lines):
        """Room is made first, so that the budget holds at every moment."""
        if not firsts:
            self._make_folder()
        for old in firsts[: max(0, len(firsts) + 1 - self._most)]:
            os.remove(self._path(old))
        with open(self._path(first), "wb") as file:
            file.write(lines)

    def _make_folder(self):
        try:
            os.mkdir(self._folder)
        except OSError as error:
            if error.errno != _EXISTS:
                raise

    def _ends_a_line(self, first):
        size = self._size(first)
        if not size:
            return True
        with self.open(first) as file:
            file.seek(size - 1)
            return file.read(1) == b"\n"

    def _size(self, first):
        return os.stat(self._path(first))[6]

    def _path(self, first):
        return "%s/%010d" % (self._folder, first)
