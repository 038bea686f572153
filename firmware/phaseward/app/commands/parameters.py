"""Parameters on the console: seen by everybody, changed by those whose level permits it."""

from ...store import parameters as table
from ...store.migrations import SCHEMA
from ...store.parameters import row, rows
from ..access.levels import NAMES, TECHNICIAN
from ..tool.words import integer
from ..values import choices, pair, shown

_MOST_SECONDS = 100_000


class Parameters:
    ROWS = (
        ("get", "get [PART]", "parameters whose id contains PART, with range and meaning"),
        ("set", "set ID=VALUE ...", "change parameters until the next restart"),
        ("try", "try ID=VALUE ... SECONDS", "the same for SECONDS, then back by itself"),
        ("commit", "commit", "values on trial stay"),
        ("revert", "revert", "values on trial go back now"),
        ("diff", "diff", "parameters that differ from their defaults; * = not saved"),
        ("dump", "dump", "all parameters as a batch that can be loaded again"),
        ("load", "load [SCHEMA [fresh]]", "begin a batch of ID=VALUE; fresh: rest to default"),
        ("save", "save", "keep the parameters over a restart"),
        ("defaults", "defaults", "all parameters to their defaults, not saved"),
    )

    def __init__(self, service, session):
        self._service = service
        self._settings = service.app.settings
        self._editor = service.editor
        self._session = session

    def do_get(self, arguments):
        part = arguments[0] if arguments else ""
        found = False
        for r in rows():
            if part in r[0]:
                found = True
                yield self._shown(r)
        if not found:
            raise ValueError("no parameter's id contains %s; try get" % part)

    def do_set(self, arguments):
        pairs = _pairs(arguments)
        return self._in_force(pairs, self._editor.set_all(pairs, self._session))

    def do_try(self, arguments):
        if len(arguments) < 2:
            raise ValueError("expected try ID=VALUE ... SECONDS")
        seconds = integer(arguments, len(arguments) - 1, 1, _MOST_SECONDS)
        pairs = _pairs(arguments[:-1])
        found = self._editor.try_all(pairs, seconds, self._session)
        lines = self._in_force(pairs, found)
        return lines + ["back in %d s unless you commit" % self._editor.trial.left_s()]

    def do_commit(self, arguments):
        return self._listed(self._editor.commit(self._session))

    def do_revert(self, arguments):
        return self._listed(self._editor.revert(self._session))

    def do_diff(self, arguments):
        unsaved = self._settings.unsaved()
        differing = self._settings.changed()
        return [
            "%s=%s%s" % (name, self._settings.values[name], " *" if name in unsaved else "")
            for name in self._settings.ids()
            if name in differing or name in unsaved
        ]

    def do_dump(self, arguments):
        lines = ["load %d" % SCHEMA, "# " + self._service.told()]
        lines += self._listed(self._settings.values)
        return lines + ["end"]

    def do_save(self, arguments):
        self._editor.save(self._session)
        return []

    def do_defaults(self, arguments):
        self._editor.defaults(self._session)
        return []

    def do_load(self, arguments):
        """Begins a batch; its lines come to `batch_line` until `end` or `cancel`."""
        self._session.require(TECHNICIAN, "load")
        if len(arguments) > 1 and arguments[1:] != ["fresh"]:
            raise ValueError("expected load [SCHEMA [fresh]]")
        schema = integer(arguments, 0, 1, 999, SCHEMA)
        self._service.batch.begin(self._session, schema, len(arguments) > 1)
        return ["lines ID=VALUE, then end; cancel drops them"]

    def batch_line(self, line):
        """A line of the batch that is being collected. Its good lines are not answered."""
        batch = self._service.batch
        if line == "end":
            found = batch.end(self._session)
            return ["%d values in force, not saved" % len(found), "ok"]
        if line == "cancel":
            batch.cancel()
            return ["dropped", "ok"]
        wrong = batch.add(line, self._session)
        return ["error: " + wrong] if wrong else []

    def _in_force(self, pairs, values):
        """`id=value` in the order typed, and what has to wait for a restart."""
        lines = ["%s=%s" % (name, values[name]) for name, _ in pairs]
        late = [name for name, _ in pairs if row(name)[table.RESTART]]
        if late:
            lines.append("taken up at the next restart, save first: " + " ".join(late))
        return lines

    def _listed(self, values):
        return ["%s=%s" % (name, values[name]) for name in self._settings.ids() if name in values]

    def _shown(self, r):
        name = r[0]
        names = choices(r)
        limits = "%s..%s %s" % (r[table.MIN], r[table.MAX], r[table.UNIT])
        allowed = "|".join(names) if names else limits
        value = shown(r, self._settings.values[name])
        default = shown(r, r[table.DEFAULT])
        restart = ", at restart" if r[table.RESTART] else ""
        level = NAMES[r[table.LEVEL]]
        return "%s=%s (%s; default %s; %s%s) %s" % (
            name, value, allowed.strip(), default, level, restart, r[table.MEANING],
        )  # fmt: skip


def _pairs(arguments):
    """Pairs from `a=1 b=2`, also where there are spaces about a single `=`."""
    if not arguments:
        raise ValueError("expected ID=VALUE")
    joined = " ".join(arguments)
    if joined.count("=") == 1:
        return [pair(joined)]
    return [pair(text) for text in arguments]
