"""The box's two keys, kept in the store: 32 bytes for a technician, 32 for the manufacturer.

A box that never had keys is in commissioning. A box whose record of them is there but damaged is
locked: losing a key must not open the box. Both are told by `told()`.
"""

from ...store.slots import LOST
from .levels import MANUFACTURER, TECHNICIAN, AccessError

SCHEMA = 1
KEY_BYTES = 32
_WEAK_BELOW = 8  # different byte values; 32 random bytes have 30


class Keys:
    """`slots`: a SlotFile, or anything with `load()`, `save(payload, schema)` and `found`."""

    def __init__(self, slots):
        self._slots = slots
        self._keys = b""
        self.locked = False

    def load(self):
        payload = self._slots.load()
        self._keys = payload if payload is not None and len(payload) == 2 * KEY_BYTES else b""
        self.locked = self._slots.found == LOST or bool(payload) and not self._keys

    @property
    def commissioning(self):
        """Whether the box has never been given keys, or they were taken back."""
        return not self._keys and not self.locked

    def of(self, level):
        """The key of a level. AccessError where there is none."""
        if not self._keys:
            raise AccessError(self.told())
        start = KEY_BYTES * (level - TECHNICIAN)
        return self._keys[start : start + KEY_BYTES]

    def store(self, technician, manufacturer):
        """Takes new keys. AccessError for keys that are none; OSError keeps the old ones."""
        for level, key in ((TECHNICIAN, technician), (MANUFACTURER, manufacturer)):
            if len(key) != KEY_BYTES:
                raise AccessError("key %d has %d bytes, needs %d" % (level, len(key), KEY_BYTES))
            if len(set(key)) < _WEAK_BELOW:
                raise AccessError("key %d is not random: take %d random bytes" % (level, len(key)))
        if technician == manufacturer:
            raise AccessError("the two keys must differ")
        self._slots.save(technician + manufacturer, SCHEMA)
        self._keys, self.locked = technician + manufacturer, False

    def erase(self):
        """Back to commissioning."""
        self._slots.save(b"", SCHEMA)
        self._keys, self.locked = b"", False

    def told(self):
        """One sentence for people."""
        if self.locked:
            return "LOCKED: the record of the keys is damaged; only a factory reset opens the box"
        if self.commissioning:
            return "COMMISSIONING: no keys, so anybody here may change what a technician may"
        return "keys are set; reading is open, changing needs challenge and login"
