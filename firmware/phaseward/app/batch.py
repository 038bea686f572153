"""Several changes collected first and then put in force together, or not at all.

A line is `id=value`; what follows a space (the mark of `diff`) and lines that begin with `#` do
not count. One wrong line refuses the whole batch, and each is named with its number. A batch that
nobody goes on with for a minute is dropped.
"""

from ..platform.ticks import ticks_diff
from ..store.migrations import SCHEMA, migrate
from .values import pair

IDLE_MS = 60_000
MOST = 400
_ERRORS_KEPT = 20


class Batch:
    """`open`: lines are being collected."""

    def __init__(self, editor, clock):
        self._editor = editor
        self._clock = clock
        self.open = False
        self._drop()

    def begin(self, session, schema=SCHEMA, fresh=False):
        """Starts anew. `schema`: of the ids and units to come. `fresh`: all else to defaults."""
        if not 1 <= schema <= SCHEMA:
            raise ValueError("schema %d: this firmware takes 1..%d" % (schema, SCHEMA))
        self._drop()
        self._pairs = dict(self._editor.default_pairs(session)) if fresh else {}
        self._schema = schema
        self._used_ms = self._clock.ticks_ms()
        self.open = True

    def add(self, text, session):
        """Takes one line. An error is kept and returned, else None."""
        self._used_ms = self._clock.ticks_ms()
        self.lines += 1
        text = text.strip()
        if not text or text.startswith("#"):
            return None
        try:
            self._take(text.split(" ")[0], session)
        except ValueError as error:
            told = "line %d: %s" % (self.lines, error)
            if len(self.errors) < _ERRORS_KEPT:
                self.errors.append(told)
            self.wrong += 1
            return told
        return None

    def _take(self, text, session):
        (name, value), = migrate([pair(text)], self._schema)
        if name in self._named:
            raise ValueError("%s is given twice" % name)
        if len(self._named) >= MOST:
            raise ValueError("a batch takes at most %d values" % MOST)
        self._editor.checked(name, value, session)
        self._named.add(name)
        self._pairs[name] = value

    def end(self, session, count=None):
        """Puts all in force, or raises ValueError. `count`: how many values must have come."""
        pairs, wrong, named = self._pairs, self.wrong, len(self._named)
        self._drop()
        if wrong:
            raise ValueError("%d wrong lines: nothing of the batch is taken" % wrong)
        if count is not None and count != named:
            raise ValueError("%d values came, not %d: nothing is taken" % (named, count))
        return self._editor.set_all(list(pairs.items()), session)

    def cancel(self):
        self._drop()

    def tick(self):
        """Drops a batch that was left. Allocates nothing."""
        if self.open and ticks_diff(self._clock.ticks_ms(), self._used_ms) > IDLE_MS:
            self._drop()

    def _drop(self):
        self.open = False
        self.lines = 0
        self.wrong = 0
        self.errors = []
        self._pairs = {}
        self._named = set()
        self._schema = SCHEMA
        self._used_ms = 0
