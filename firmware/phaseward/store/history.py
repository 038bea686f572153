"""What the decisions have learnt, kept over a power cut: a list of integers in two slots.

The integers are the decision core's own snapshot; their count is part of their meaning, so a
snapshot of another length (another firmware) is not used, and the box learns anew.
Payload: count u16, then count times i32, little endian.
"""

import struct

SCHEMA = 1


class History:
    def __init__(self, slots):
        self._slots = slots

    def save(self, values, count):
        """Stores the first `count` of `values`. OSError where the storage refuses."""
        payload = bytearray(2 + 4 * count)
        struct.pack_into("<H", payload, 0, count)
        for i in range(count):
            struct.pack_into("<i", payload, 2 + 4 * i, values[i])
        self._slots.save(payload, SCHEMA)

    def load(self):
        """The stored integers, or None where nothing valid is stored."""
        payload = self._slots.load()
        if payload is None or self._slots.schema != SCHEMA or len(payload) < 2:
            return None
        (count,) = struct.unpack_from("<H", payload, 0)
        if len(payload) != 2 + 4 * count:
            return None
        return [struct.unpack_from("<i", payload, 2 + 4 * i)[0] for i in range(count)]
