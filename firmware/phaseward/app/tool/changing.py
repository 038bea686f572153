"""A tool's requests that change something; each says with what level, and answers with the values
in force. What is refused has changed nothing.
"""

from binascii import unhexlify

from ...store.migrations import SCHEMA
from ...store.parameters import RESTART, row
from ..access.gate import HEX
from ..access.keys import KEY_BYTES
from ..access.levels import MANUFACTURER, TECHNICIAN
from ..image_digest import digest
from ..scan import LAST_ADDRESS, read_registers, scan
from ..values import pair
from .words import integer, nothing_after, scan_range

_MOST_SECONDS = 100_000
_ROWS_A_PAGE = 12


class Changing:
    def __init__(self, service, session):
        self._service = service
        self._app = service.app
        self._editor = service.editor
        self._batch = service.new_batch()
        self._session = session
        self._job = None

    def table(self):
        return {
            "challenge": self.challenge,
            "login": self.login,
            "logout": self.logout,
            "provision": self.provision,
            "set": self.set,
            "try": self.try_,
            "commit": self.commit,
            "revert": self.revert,
            "save": self.save,
            "defaults": self.defaults,
            "begin": self.begin,
            "add": self.add,
            "apply": self.apply,
            "cancel": self.cancel,
            "scan": self.scan,
            "poll": self.poll,
            "digest": self.digest,
            "job": self.job,
            "stop": self.stop,
            "relay": self.relay,
            "probe": self.probe,
            "clock": self.clock,
            "car": self.car,
            "room": self.room,
            "relearn": self.relearn,
            "restart": self.restart,
        }

    def tick(self):
        self._batch.tick()

    # Access

    def challenge(self, words):
        nothing_after(words, 1)
        level_name = words[0] if words else "technician"
        return {
            "challenge": self._session.challenge(level_name),
            "identity": self._app.platform.identity,
        }

    def login(self, words):
        nothing_after(words, 1)
        self._session.login(words[0] if words else "")
        return {"level": self._session.level()}

    def logout(self, words):
        nothing_after(words, 0)
        self._session.logout()
        return {"level": self._session.level()}

    def provision(self, words):
        """provision TECHNICIAN MANUFACTURER: keys as 64 hex digits each."""
        if len(words) != 2:
            raise ValueError("expected provision TECHNICIAN_KEY MANUFACTURER_KEY")
        keys = self._service.keys
        if not keys.commissioning:
            self._session.require(MANUFACTURER, "new keys")
        origin = self._session.origin()
        keys.store(_key(words[0]), _key(words[1]))
        self._service.note("keys", (), origin)
        return {"level": self._session.level()}

    # Parameters

    def set(self, words):
        return _in_force(self._editor.set_all(_pairs(words), self._session))

    def try_(self, words):
        seconds = integer(words, 0, 1, _MOST_SECONDS)
        found = self._editor.try_all(_pairs(words[1:]), seconds, self._session)
        return {"values": found, "left_s": self._editor.trial.left_s()}

    def commit(self, words):
        nothing_after(words, 0)
        return {"values": self._editor.commit(self._session)}

    def revert(self, words):
        nothing_after(words, 0)
        return {"values": self._editor.revert(self._session)}

    def save(self, words):
        nothing_after(words, 0)
        self._editor.save(self._session)
        return {"unsaved": len(self._app.settings.unsaved())}

    def defaults(self, words):
        nothing_after(words, 0)
        self._editor.defaults(self._session)
        return {"changed": len(self._app.settings.changed())}

    # A batch over several frames

    def begin(self, words):
        """begin [SCHEMA [fresh]]"""
        nothing_after(words, 2)
        self._session.require(TECHNICIAN, "a batch")
        if len(words) == 2 and words[1] != "fresh":
            raise ValueError("expected begin [SCHEMA [fresh]]")
        number = integer(words, 0, 1, 999, SCHEMA)
        self._batch.begin(self._session, number, len(words) == 2)
        return {"schema": number}

    def add(self, words):
        self._open_batch()
        errors = [self._batch.add(text, self._session) for text in words]
        return {"lines": self._batch.lines, "errors": [error for error in errors if error][:4]}

    def apply(self, words):
        """apply COUNT: so many values must have come."""
        self._open_batch()
        count = integer(words, 0, 0, 999)
        found = self._batch.end(self._session, count)
        return {"applied": len(found), "restart": _restart(found)[:8]}

    def cancel(self, words):
        nothing_after(words, 0)
        self._batch.cancel()
        return {}

    def _open_batch(self):
        if not self._batch.open:
            raise ValueError("no batch is open: begin one; it lasts a minute from word to word")

    # The bus, outputs, the box

    def scan(self, words):
        """scan [all] [FIRST [LAST]]: begins; `job` tells what was found."""
        self._session.require(TECHNICIAN, "scan")
        return self._begin(scan(self._app, *scan_range(words, LAST_ADDRESS)))

    def poll(self, words):
        """poll ADDRESS FUNCTION REGISTER [COUNT]"""
        self._session.require(TECHNICIAN, "poll")
        numbers = [integer(words, i, 0, 65535) for i in range(3)]
        count = integer(words, 3, 1, 125, 1)
        return self._begin(read_registers(self._app, *numbers, count))

    def digest(self, words):
        """digest LENGTH: begins; the job's one row is the SHA-256 of the image's first bytes."""
        self._session.require(TECHNICIAN, "digest")
        return self._begin(digest(self._app, integer(words, 0, 1, 1 << 24)))

    def job(self, words):
        """job FIRST: rows of the job begun last, from that number on."""
        if self._job is None:
            raise ValueError("no job was begun")
        job = self._job
        first = integer(words, 0, 0, len(job.rows), 0)
        rows = job.rows[first : first + _ROWS_A_PAGE]
        more = first + len(rows) < len(job.rows)
        return {
            "job": job.name,
            "rows": rows,
            "next": first + len(rows),
            "done": 1 if job.done and not more else 0,
            "error": job.error,
        }

    def stop(self, words):
        nothing_after(words, 0)
        if self._job is not None:
            self._job.stop()
        return {}

    def relay(self, words):
        """relay LOAD SECONDS"""
        load, seconds = integer(words, 0, 1, 4), integer(words, 1, 1, _MOST_SECONDS)
        return {"output": self._service.test_output(load, seconds, self._session)}

    # What the box cannot measure

    def clock(self, words):
        return self._service.telling.clock(words, self._session)

    def car(self, words):
        return self._service.telling.car(words, self._session)

    def room(self, words):
        return self._service.telling.room(words, self._session)

    def relearn(self, words):
        return self._service.telling.relearn(words, self._session)

    def probe(self, words):
        """probe: begins; `wiring` tells what came of it."""
        nothing_after(words, 0)
        self._service.probe(self._session)
        return {}

    def restart(self, words):
        nothing_after(words, 0)
        self._service.restart(self._session)
        return {}

    def _begin(self, job):
        self._job = self._app.bus_jobs.submit(job)
        return {"job": job.name}


def _pairs(words):
    if not words:
        raise ValueError("expected ID=VALUE ...")
    return [pair(word) for word in words]


def _in_force(values):
    return {"values": values, "restart": _restart(values)}


def _restart(values):
    """Which of them are only taken up at a restart."""
    return [name for name in values if row(name)[RESTART]]


def _key(text):
    if len(text) != 2 * KEY_BYTES:
        raise ValueError("a key is %d hex digits in small letters" % (2 * KEY_BYTES))
    for digit in text:
        if digit not in HEX:
            raise ValueError("a key is %d hex digits in small letters" % (2 * KEY_BYTES))
    return unhexlify(text)
