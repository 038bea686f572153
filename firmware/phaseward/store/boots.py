"""How often the box has booted, and how many boots in a row did not become healthy.

A boot counts as good after the application has run healthily for a while (`good()`). After
`SAFE_MODE_AFTER` boots in a row that did not, the box starts in safe mode: outputs in their safe
state, console alive, no control. Payload: two u32, boots and unfinished boots.
Failure behaviour: where storage refuses, `refused` says so and the box boots all the same.
"""

import struct

SCHEMA = 1
SAFE_MODE_AFTER = 5
_MASK = 0x3FFFFFFF


class Boots:
    def __init__(self, slots):
        self.slots = slots
        self.count = 0
        self.unfinished = 0
        self.refused = ""

    def begin(self):
        """Counts this boot. Returns True where the box must start in safe mode."""
        self._load()
        safe_mode = self.unfinished >= SAFE_MODE_AFTER
        self.count = (self.count + 1) & _MASK
        self.unfinished += 1
        self._save()
        return safe_mode

    def forgive(self):
        """Ends the row of bad boots: its cause, an application on trial, has been taken back."""
        self._load()
        self.good()

    def good(self):
        """This boot is healthy: the row of bad ones is over."""
        if self.unfinished:
            self.unfinished = 0
            self._save()

    def _load(self):
        payload = self.slots.load()
        if payload is not None and len(payload) == 8:
            self.count, self.unfinished = struct.unpack("<II", payload)

    def _save(self):
        try:
            self.slots.save(struct.pack("<II", self.count, self.unfinished), SCHEMA)
        except OSError as error:
            self.refused = "boots are not counted, storage refuses: %s" % error
