"""Which application the box boots: one small record in two slots, changed by one rename.

    confirmed  the application that has proved itself (base, a or b)
    trial      one that has still to, or NONE; `tries` boots of it have been begun
    bad        the slot of an application that was taken back, or NONE
    outcome    what the last change was
Payload: five bytes in this order.
"""

BASE, SLOT_A, SLOT_B = 0, 1, 2
NAMES = ("base", "a", "b")
OTHER = (BASE, SLOT_B, SLOT_A)
RECORD = "update"
NONE = 255
SCHEMA = 1
MOST_TRIES = 3
UNCHANGED, COMMITTED, NOT_HEALTHY, NOT_VALID = range(4)
_TOLD = (
    "never updated",
    "committed after healthy control cycles",
    "taken back: it did not become healthy",
    "taken back: its files were not as signed",
)


class Selection:
    """`slots`: a SlotFile. Every change is saved at once; OSError leaves it unchanged."""

    def __init__(self, slots):
        self._slots = slots
        self.confirmed = BASE
        self.trial = NONE
        self.tries = 0
        self.bad = NONE
        self.outcome = UNCHANGED
        payload = slots.load()
        if payload is not None and len(payload) == 5 and slots.schema == SCHEMA:
            self._take(payload)

    def _take(self, payload):
        confirmed, trial, tries, bad, outcome = payload
        if confirmed in (BASE, SLOT_A, SLOT_B) and outcome <= NOT_VALID:
            self.confirmed, self.tries, self.bad, self.outcome = confirmed, tries, bad, outcome
            self.trial = trial if trial in (BASE, SLOT_A, SLOT_B) else NONE

    @property
    def free(self):
        """The slot that an update goes into."""
        return SLOT_B if self.confirmed == SLOT_A else SLOT_A

    def told(self):
        """For people: what runs, and how the last update ended."""
        if self.trial != NONE:
            return "application in %s on trial, try %d of %d; %s before" % (
                NAMES[self.trial],
                self.tries,
                MOST_TRIES,
                NAMES[self.confirmed],
            )
        return "application in %s; last update: %s" % (NAMES[self.confirmed], _TOLD[self.outcome])

    def begin_trial(self, slot):
        """The next boot runs `slot`."""
        self._save(self.confirmed, slot, 0, self.bad, self.outcome)

    def count_try(self):
        self._save(self.confirmed, self.trial, self.tries + 1, self.bad, self.outcome)

    def commit(self):
        """The application on trial is now the confirmed one."""
        bad = NONE if self.bad == self.trial else self.bad
        self._save(self.trial, NONE, 0, bad, COMMITTED)

    def take_back(self, outcome):
        """Back to the confirmed application."""
        self._save(self.confirmed, NONE, 0, self.trial, outcome)

    def forget_bad(self):
        """The bad application's slot has been emptied."""
        if self.bad != NONE:
            self._save(self.confirmed, self.trial, self.tries, NONE, self.outcome)

    def _save(self, *state):
        self._slots.save(bytes(state), SCHEMA)
        self.confirmed, self.trial, self.tries, self.bad, self.outcome = state
