"""What the decisions have learnt and counted, kept over a power cut: integers in two slots.

Two lists: the decision core's own snapshot, whose count is part of its meaning (a snapshot of
another firmware's length is not used, and the box learns anew), and the lifetime counters, which
are kept whatever becomes of the snapshot.
Payload, schema 2: twice (count u16, then count times i32): snapshot, counters. Schema 1 had the
snapshot alone. Little endian.
"""

import struct

SCHEMA = 2


def _packed(values, count):
    data = bytearray(2 + 4 * count)
    struct.pack_into("<H", data, 0, count)
    for i in range(count):
        struct.pack_into("<i", data, 2 + 4 * i, values[i])
    return data


def _unpacked(data, at):
    """(list, next place), or None where the bytes end too early."""
    if at + 2 > len(data):
        return None
    (count,) = struct.unpack_from("<H", data, at)
    end = at + 2 + 4 * count
    if end > len(data):
        return None
    return [struct.unpack_from("<i", data, at + 2 + 4 * i)[0] for i in range(count)], end


class History:
    """`counters`: those found by `load`, a list, empty where none are stored."""

    def __init__(self, slots):
        self._slots = slots
        self.counters = []

    def save(self, values, count, counters=()):
        """Stores the first `count` of `values`, and `counters`. OSError where storage refuses."""
        payload = _packed(values, count) + _packed(counters, len(counters))
        self._slots.save(payload, SCHEMA)

    def load(self):
        """The stored integers, or None where nothing valid is stored."""
        payload = self._slots.load()
        self.counters = []
        if payload is None or self._slots.schema not in (1, SCHEMA):
            return None
        snapshot = _unpacked(payload, 0)
        if snapshot is None:
            return None
        values, at = snapshot
        if self._slots.schema == SCHEMA:
            counters = _unpacked(payload, at)
            if counters is None:
                return None
            self.counters, at = counters
        return values if at == len(payload) else None
