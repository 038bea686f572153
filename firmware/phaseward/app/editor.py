"""Changes of parameters, by whoever asks: level, range, all or nothing, trial, and the log.

Every way to change a parameter ends here. `session` says who asks (`access/session.py`).
Failure behaviour: a ValueError that says what was expected, and nothing has changed.
"""

from ..store.parameters import DEFAULT, ID, LEVEL, RESTART, row
from ..store.relations import check_relations
from .access.levels import TECHNICIAN
from .trial import LONGEST_S, Trial
from .values import parse

BY_TRIAL = "trial"


class Editor:
    """`adopt()` hands the values in force to the decisions; `note(kind, numbers, origin)` logs."""

    def __init__(self, settings, clock, adopt, note):
        self.settings = settings
        self.trial = Trial(clock)
        self._adopt = adopt
        self._note = note

    def checked(self, name, text, session):
        """The value of `text`, where this session may give it to parameter `name`.

        A value that is in force anyway asks for no more than a technician, so that he can load a
        whole dump; one on trial does, since setting it would commit it.
        """
        value = parse(name, text)
        level = row(name)[LEVEL]
        if value == self.settings.values[name] and name not in self.trial.before:
            level = min(level, TECHNICIAN)
        session.require(level, "changing " + name)
        return value

    def set_all(self, pairs, session):
        """Puts (id, text) pairs in force, all of them or none. Returns id -> value in force."""
        fresh = {name: self.checked(name, text, session) for name, text in pairs}
        check_relations(self.settings.values, fresh)
        for name in fresh:
            self.trial.settle(name)
        self._put(fresh, session.origin())
        return fresh

    def try_all(self, pairs, seconds, session):
        """The same for `seconds`; then the former values come back."""
        if not 1 <= seconds <= LONGEST_S:
            raise ValueError("a trial lasts 1..%d s, not %d" % (LONGEST_S, seconds))
        fresh = {name: self.checked(name, text, session) for name, text in pairs}
        for name in fresh:
            session.require(row(name)[LEVEL], "trying " + name)
            if row(name)[RESTART]:
                raise ValueError("%s is taken up at a restart, which ends a trial: use set" % name)
        check_relations(self.settings.values, fresh)
        self.trial.start(self.settings.values, fresh, seconds)
        self._put(fresh, session.origin() + " try")
        return fresh

    def commit(self, session):
        """The values on trial stay in force; to be saved like others. Returns them."""
        names = self._on_trial(session)
        self._note("commit", (len(names),), session.origin())
        self.trial.end()
        return {name: self.settings.values[name] for name in names}

    def revert(self, session):
        """Ends the trial now. Returns the values in force."""
        self._on_trial(session)
        return self._go_back(session.origin())

    def tick(self):
        """Ends a trial whose time is over. Called about once a second; allocates nothing."""
        if self.trial.over():
            self._go_back(BY_TRIAL)

    def save(self, session):
        """Keeps the values in force over a restart. Refused during a trial."""
        session.require(TECHNICIAN, "saving")
        if self.trial.before:
            raise ValueError("values are on trial: commit or revert them first")
        self.settings.save()
        self._note("save", (len(self.settings.changed()),), session.origin())

    def defaults(self, session):
        """All values this session may change to the table's defaults, not saved."""
        self.set_all(self.default_pairs(session), session)

    def default_pairs(self, session):
        """(id, text) of the defaults that differ and that this session may set."""
        session.require(TECHNICIAN, "defaults")
        level = session.level()
        found = [row(name) for name in self.settings.changed()]
        return [(r[ID], str(r[DEFAULT])) for r in found if r[LEVEL] <= level]

    def factory(self):
        """All values to their defaults, and stored so."""
        self.trial.end()
        self.settings.set_defaults()
        self._adopt()
        self.settings.save()

    def _on_trial(self, session):
        names = list(self.trial.before)
        if not names:
            raise ValueError("nothing is on trial")
        for name in names:
            session.require(row(name)[LEVEL], "deciding on " + name)
        return names

    def _go_back(self, origin):
        before = self.trial.end()
        self._put(before, origin + " revert")
        return before

    def _put(self, fresh, origin):
        values = self.settings.values
        changed = [name for name in fresh if values[name] != fresh[name]]
        for name in changed:
            self._record(name, values[name], fresh[name], origin)
        self.settings.put(fresh)
        self._adopt()

    def _record(self, name, old, new, origin):
        if isinstance(new, str):
            self._note("set_" + name, (), origin + " " + new)
        else:
            self._note("set_" + name, (old, new), origin)
