"""A small record in two slots, so that a power cut at any moment leaves one complete copy.

A save writes the older slot's replacement beside it, closes it, and renames it into place: the
newer slot is never touched. A load takes the newest valid slot, else the other, else nothing, and
`told()` says which. littlefs and POSIX rename atomically; nothing counts as written before close.

Slot file: magic "PW" | schema u16 | counter u32 | length u16 | CRC-32 u32 of all else | payload;
little endian. The counter wraps; of two counters the newer is the one less than half the range
ahead.
"""

import os
import struct
from binascii import crc32

_MAGIC = b"PW"
_HEADER = "<2sHIH"
_HEADER_SIZE = struct.calcsize(_HEADER)
_CRC_SIZE = 4
_COUNTER_MASK = 0xFFFFFFFF
_HALF_RANGE = 0x80000000
_NO_SUCH_FILE = 2  # ENOENT
_NO_SPACE = 28  # ENOSPC
_FULL = (_NO_SPACE, 36)  # littlefs without room for a short name calls it too long: ENAMETOOLONG
LARGEST_PAYLOAD = 0xFFFF

# What `load` found.
EMPTY, BOTH, SINGLE, REMAINING, LOST = range(5)
_TOLD = (
    "nothing stored",
    "the newer of two copies",
    "the only copy",
    "one copy is damaged, the other is used",
    "stored, but no copy is valid",
)


def pack(schema, counter, payload):
    """The bytes of a slot file. ValueError where the payload is over 65535 bytes."""
    if len(payload) > LARGEST_PAYLOAD:
        raise ValueError("record of %d bytes, at most %d fit" % (len(payload), LARGEST_PAYLOAD))
    header = struct.pack(_HEADER, _MAGIC, schema, counter, len(payload))
    return header + struct.pack("<I", crc32(payload, crc32(header))) + payload


def unpack(data):
    """(schema, counter, payload), or None where the bytes are not one complete valid record."""
    if len(data) < _HEADER_SIZE + _CRC_SIZE:
        return None
    magic, schema, counter, length = struct.unpack(_HEADER, data[:_HEADER_SIZE])
    payload = data[_HEADER_SIZE + _CRC_SIZE :]
    if magic != _MAGIC or length != len(payload):
        return None
    (stated,) = struct.unpack("<I", data[_HEADER_SIZE : _HEADER_SIZE + _CRC_SIZE])
    if stated != crc32(payload, crc32(data[:_HEADER_SIZE])):
        return None
    return schema, counter, payload


def newer(counter, other):
    """Whether `counter` was counted after `other`, also across the wrap."""
    return 0 < (counter - other) & _COUNTER_MASK < _HALF_RANGE


class SlotFile:
    """The record `name` in `folder`.

    After `load()`: `schema` of what was found, `found` (EMPTY, BOTH, SINGLE, REMAINING, LOST), and
    `damaged`: a slot exists that is not valid, so the record is the other one's, or lost.
    """

    def __init__(self, folder, name):
        self.name = name
        self._paths = (folder + "/" + name + ".a", folder + "/" + name + ".b")
        self._counter = 0
        self._newest = 1  # index of the newest valid slot; the first save goes to slot a
        self._loaded = False
        self.schema = 0
        self.found = EMPTY

    @property
    def damaged(self):
        return self.found in (REMAINING, LOST)

    def told(self):
        """One sentence for people: which copy is in use."""
        return "%s: %s" % (self.name, _TOLD[self.found])

    def load(self):
        """The newest valid payload, or None."""
        contents = [_read(path) for path in self._paths]
        records = [unpack(data) if data is not None else None for data in contents]
        self._loaded = True
        self.found = _finding(contents, records)
        if records[0] is None and records[1] is None:
            return None
        self._newest = _newest(records)
        self.schema, self._counter, payload = records[self._newest]
        return payload

    def save(self, payload, schema):
        """Writes the record. OSError where the storage refuses, ENOSPC where it is full; the
        newest slot is unharmed."""
        if not self._loaded:
            self.load()  # else the fresh record might be counted older than a stored one
        target = self._paths[1 - self._newest]
        fresh = target + ".new"
        counter = (self._counter + 1) & _COUNTER_MASK
        data = pack(schema, counter, payload)
        try:
            with open(fresh, "wb") as file:
                file.write(data)
            os.rename(fresh, target)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise OSError(_NO_SPACE, "ENOSPC: no space left; what was kept before stays") from None
        self._counter = counter
        self._newest = 1 - self._newest
        self.schema = schema


def _newest(records):
    """Index of the newest of two records, one of which may be None."""
    if records[0] is None or records[1] is None:
        return 0 if records[1] is None else 1
    return 1 if newer(records[1][1], records[0][1]) else 0


def _finding(contents, records):
    files = sum(data is not None for data in contents)
    valid = sum(record is not None for record in records)
    if valid == 2:
        return BOTH
    if valid == 1:
        return SINGLE if files == 1 else REMAINING
    return LOST if files else EMPTY


def _read(path):
    """The file's bytes; None where there is no such file, b"" where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        return None if error.errno == _NO_SUCH_FILE else b""
