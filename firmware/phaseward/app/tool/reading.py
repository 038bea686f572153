"""A tool's requests that only read: open to everybody."""

from ... import VERSION
from ...store.migrations import SCHEMA
from .. import schema, telemetry
from ..build import SOURCES
from ..lines import LONGEST_REQUEST
from ..scan import meter_profiles, profile_names
from .words import integer, nothing_after

PROTOCOL = 1
ROWS_A_PAGE = 5
VALUES_A_PAGE = 32
ENTRIES_A_PAGE = 6
PROFILES_A_PAGE = 3
MEANS_A_PAGE = 12
_MOST = 1 << 29


class Reading:
    def __init__(self, service, session):
        self._service = service
        self._app = service.app
        self._session = session

    def table(self):
        return {
            "identify": self.identify,
            "schema": self.schema,
            "values": self.values,
            "get": self.get,
            "status": self.status,
            "loads": self.loads,
            "explain": self.explain,
            "quality": self.quality,
            "bus": self.bus,
            "outputs": self.outputs,
            "wiring": self.wiring,
            "selector": self.selector,
            "meters": self.meters,
            "log": self.log,
            "means": self.means,
        }

    def wiring(self, words):
        nothing_after(words, 0)
        return telemetry.wiring(self._app)

    def selector(self, words):
        nothing_after(words, 0)
        return telemetry.selector(self._app)

    def identify(self, words):
        platform, keys = self._app.platform, self._service.keys
        nothing_after(words, 0)
        return {
            "protocol": PROTOCOL,
            "firmware": VERSION,
            "sources": SOURCES,
            "board": platform.name,
            "identity": platform.identity,
            "boot": self._app.boots.count,
            "schema": self._service.schema_hash.text(),
            "parameters": schema.count(),
            "ids": SCHEMA,
            "columns": schema.COLUMNS,
            "longest": LONGEST_REQUEST,
            "commissioning": 1 if keys.commissioning else 0,
            "locked": 1 if keys.locked else 0,
            "level": self._session.level(),
        }

    def schema(self, words):
        """schema FIRST: rows from that number on, in the order of identify's columns."""
        first = integer(words, 0, 0, schema.count(), 0)
        rows = schema.page(first, ROWS_A_PAGE)
        return {"first": first, "rows": rows, "next": _next(first + len(rows), schema.count())}

    def values(self, words):
        """values FIRST: values in force in the schema's order, and which of them are not saved."""
        settings = self._app.settings
        pairs = list(settings.saved())
        first = integer(words, 0, 0, len(pairs), 0)
        page = pairs[first : first + VALUES_A_PAGE]
        return {
            "first": first,
            "values": [settings.values[name] for name, _ in page],
            "saved": [value for _, value in page],
            "next": _next(first + len(page), len(pairs)),
        }

    def get(self, words):
        """get ID ...: values in force."""
        if not words:
            raise ValueError("expected get ID ...")
        values = self._app.settings.values
        for name in words:
            if name not in values:
                raise ValueError("%s: no such parameter" % name)
        return {"values": {name: values[name] for name in words}}

    def status(self, words):
        nothing_after(words, 0)
        found = telemetry.now(self._app)
        found["trial"] = list(self._service.editor.trial.before)[:20]
        found["trial_left_s"] = self._service.editor.trial.left_s()
        found["unsaved"] = len(self._app.settings.unsaved())
        found["testing"] = self._service.output_test.running()
        found["level"] = self._session.level()
        return found

    def loads(self, words):
        """loads N: what blocking sees at load N, or which loads there are."""
        found = telemetry.loads(self._app)
        if not words:
            return {"loads": [load["load"] for load in found]}
        number = integer(words, 0, 1, 4)
        for load in found:
            if load["load"] == number:
                return load
        raise ValueError("load %d is not configured" % number)

    def explain(self, words):
        nothing_after(words, 0)
        return {"reasons": telemetry.explain(self._app)}

    def quality(self, words):
        nothing_after(words, 0)
        return telemetry.quality(self._app)

    def bus(self, words):
        """bus FIRST: counters of the devices from that place in the list on."""
        devices = telemetry.bus(self._app)
        first = integer(words, 0, 0, len(devices), 0)
        page = devices[first : first + 5]
        return {"devices": page, "next": _next(first + len(page), len(devices))}

    def outputs(self, words):
        nothing_after(words, 0)
        return {"outputs": telemetry.outputs(self._app)}

    def meters(self, words):
        """meters FIRST: a few at a time, as reading each takes a board a while."""
        names = profile_names(self._app)
        first = integer(words, 0, 0, len(names), 0)
        page = names[first : first + PROFILES_A_PAGE]
        found = [
            [name, meter.maker, meter.model] for name, meter in meter_profiles(self._app, page)
        ]
        return {"first": first, "meters": found, "next": _next(first + len(page), len(names))}

    def log(self, words):
        """log FIRST: entries of the event log from that sequence number on."""
        page = self._service.log_page(integer(words, 0, 0, _MOST, 0), ENTRIES_A_PAGE)
        entries = [
            [e.sequence, e.uptime_s, e.boot, e.wall_s, e.kind, e.numbers, e.origin]
            for e in page.entries
        ]
        return {"entries": entries, "damaged": page.damaged, "next": page.next}

    def means(self, words):
        """means FIRST: 10-minute means from that number on; without it, where they begin."""
        book = self._app.records.course.log
        first = integer(words, 0, 0, _MOST, 0)
        page = book.page(first, MEANS_A_PAGE if words else 1)
        entries = [[e.sequence, e.uptime_s, e.boot, e.numbers] for e in page.entries]
        return {"entries": entries, "damaged": page.damaged, "next": page.next, "end": book.next}


def _next(place, count):
    return place if place < count else None
