"""The parameter values in force, and those saved.

Values change in memory by `set` and survive a restart after `save`. Only values that differ from
the table's defaults are stored, as text lines `id=value`, so that a new firmware's better default
reaches a box that never changed it. A stored line that this firmware does not know or accept is
left out and reported in `rejected`; the others are kept. Lines of an older schema are converted
first (`store/migrations.py`).
"""

from ..store.migrations import SCHEMA, migrate
from ..store.parameters import DEFAULT, ID, TYPE, check, defaults, row, rows
from ..store.relations import broken


class Settings:
    """Parameters by id.

    slots : a SlotFile, or anything with `load()` and `save(payload, schema)`
    """

    def __init__(self, slots):
        self.slots = slots
        self.values = defaults()
        self._saved = {}  # those that differ from their defaults: a whole mapping takes 2 KB
        self.rejected = []
        self.revision = 0  # counts changes, so that users of values know when to read them again

    def load(self):
        """Takes the stored values; without any, the defaults stay."""
        lines = (self.slots.load() or b"").decode().split("\n")
        pairs = [tuple(line.split("=", 1)) for line in lines if "=" in line]
        for name, text in migrate(pairs, self.slots.schema):
            self._take(name, text)
        self._mend_relations()
        if self.slots.schema > SCHEMA:
            self.rejected.append("parameters were saved by a newer firmware: taken where known")
        self._saved = {name: self.values[name] for name in self.changed()}
        self.revision += 1

    def set(self, name, value):
        """Sets one value in memory. ParameterError names the id, the value and the range."""
        check(name, value)
        self.put({name: value})

    def put(self, values):
        """Sets checked values, id -> value, in memory, all at once."""
        self.values.update(values)
        self.revision += 1

    def set_defaults(self):
        """All values to the table's defaults, in memory."""
        self.put(defaults())

    def ids(self):
        """All ids in the table's order; a dict of MicroPython keeps none."""
        return [r[ID] for r in rows()]

    def told(self):
        """Which stored copy the values come from."""
        return self.slots.told()

    def changed(self):
        """Ids whose value differs from its default, in table order."""
        return [r[ID] for r in rows() if self.values[r[ID]] != r[DEFAULT]]

    def saved(self):
        """Pairs (id, stored value) of all, in table order."""
        for r in rows():
            yield r[ID], self._saved.get(r[ID], r[DEFAULT])

    def unsaved(self):
        """Ids whose value differs from the stored one, in table order."""
        return [name for name, value in self.saved() if self.values[name] != value]

    def save(self):
        """Stores the values in force. OSError leaves the stored ones as they were."""
        changed = self.changed()
        lines = ["%s=%s" % (name, self.values[name]) for name in changed]
        self.slots.save("\n".join(lines).encode(), SCHEMA)
        self._saved = {name: self.values[name] for name in changed}

    def _mend_relations(self):
        """Stored values that contradict each other give way to their defaults."""
        found = broken(self.values, self.values)
        while found:
            for name in (found[0], found[2]):
                self.values[name] = row(name)[DEFAULT]
            self.rejected.append("%s=%s must lie below %s=%s: both are at their defaults" % found)
            found = broken(self.values, self.values)

    def _take(self, name, text):
        try:
            value = text if row(name)[TYPE] == "text" else int(text)
            check(name, value)
        except ValueError as error:
            self.rejected.append("%s=%s: %s" % (name, text, error))
        else:
            self.values[name] = value
