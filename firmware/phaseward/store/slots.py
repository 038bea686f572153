"""A small record in two slots, so that a power cut at any moment leaves one complete copy.

A save writes the older slot's replacement beside it, closes it, and renames it into place: the
newer slot is never touched. A load takes the newest valid slot, else the other, else nothing, and
says which. littlefs and POSIX rename atomically; nothing counts as written before close.

Slot file: magic "PW" | schema u16 | counter u32 | length u16 | CRC-32 u32 of all else | payload;
little endian.
"""

import os
import struct
from binascii import crc32

_MAGIC = b"PW"
_HEADER = "<2sHIH"
_HEADER_SIZE = struct.calcsize(_HEADER)
_CRC_SIZE = 4
LARGEST_PAYLOAD = 0xFFFF


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


class SlotFile:
    """The record `name` in `folder`.

    After `load()`: `schema` of what was found; `damaged` is True where a slot exists that is not
    valid, so that the record is the older one or lost.
    """

    def __init__(self, folder, name):
        self._paths = (folder + "/" + name + ".a", folder + "/" + name + ".b")
        self._counter = 0
        self._newest = 1  # index of the newest valid slot; the first save goes to slot a
        self.schema = 0
        self.damaged = False

    def load(self):
        """The newest valid payload, or None."""
        contents = [self._read(path) for path in self._paths]
        records = [unpack(data) if data is not None else None for data in contents]
        self.damaged = any(contents[i] is not None and records[i] is None for i in (0, 1))
        valid = [i for i in (0, 1) if records[i] is not None]
        if not valid:
            return None
        self._newest = max(valid, key=lambda i: records[i][1])
        self.schema, self._counter, payload = records[self._newest]
        return payload

    def save(self, payload, schema):
        """Writes the record. OSError where the storage refuses; the valid slot is then unharmed."""
        target = self._paths[1 - self._newest]
        fresh = target + ".new"
        with open(fresh, "wb") as file:
            file.write(pack(schema, self._counter + 1, payload))
        os.rename(fresh, target)
        self._counter += 1
        self._newest = 1 - self._newest
        self.schema = schema

    def _read(self, path):
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError:
            return None
