"""An update on its way into the box: collected in RAM, written and checked between control cycles.

Flash is written and signatures are checked as a job on the bus (`bus_jobs.py`), so that no byte of
the meter's answer is lost and the control cycle is not held up. While `busy` nothing is taken.
`error` is what the last job ended with; an update goes on where it was after any error.
"""

from ..update.manifest import LARGEST, UpdateError
from ..update.receiver import Receiver
from ..update.selection import BASE
from .bus_jobs import PAUSE, Job

_BUFFER = 4096  # one flash block at a time


class Updating:
    def __init__(self, app):
        self._app = app
        platform = app.platform
        self._receiver = Receiver(
            platform.storage_path,
            app.selection,
            getattr(platform, "rom", None),
            getattr(platform, "running", BASE),
        )
        self._manifest = b""
        self._buffer = b""
        self._job = None
        self._begun = False
        self.ready = False

    @property
    def busy(self):
        return self._job is not None and not self._job.done

    @property
    def error(self):
        return "" if self._job is None else self._job.error

    @property
    def expected(self):
        """Offset of the next byte wanted, those in RAM counted as received."""
        return self._receiver.expected + len(self._buffer) if self._begun else 0

    @property
    def total(self):
        return self._receiver.total if self._begun else 0

    def take_manifest(self, offset, data):
        """Collects the manifest; offset 0 begins anew. Returns how much there is."""
        if offset == 0:
            self._manifest = b""
        if offset != len(self._manifest):
            raise UpdateError("manifest: part at %d, expected %d" % (offset, len(self._manifest)))
        if offset + len(data) > LARGEST:
            raise UpdateError("manifest of more than %d bytes" % LARGEST)
        self._manifest += data
        return len(self._manifest)

    def begin(self):
        self._begun = self.ready = False
        self._buffer = b""
        self._submit(self._begin_turns())

    def take(self, offset, data):
        """Takes a chunk, unless busy. Returns the offset expected next."""
        if not self._begun:
            raise UpdateError("no update has been begun: send the manifest first")
        expected = self.expected
        if self.busy:
            return expected
        if offset > expected:
            raise UpdateError("chunk at %d, expected %d" % (offset, expected))
        self._buffer += data[expected - offset :]
        if len(self._buffer) >= _BUFFER:
            self._submit(self._write_turns())
        return self.expected

    def finish(self):
        if not self._begun:
            raise UpdateError("no update has been begun: send the manifest first")
        self._submit(self._finish_turns())

    def _submit(self, turns):
        if self.busy:
            raise UpdateError("busy: ask again")
        job = Job("update", str)
        job.turns = turns
        self._job = self._app.bus_jobs.submit(job)

    def _begin_turns(self):
        yield from self._slowly(self._receiver.begin_steps(self._manifest))
        self._begun = True

    def _write_turns(self):
        self._write()
        yield PAUSE

    def _finish_turns(self):
        self._write()
        yield PAUSE
        yield from self._slowly(self._receiver.finish_steps())
        self.ready = True

    def _write(self):
        """A slot executed in place takes whole blocks; the rest waits for more."""
        data, self._buffer = self._buffer, b""
        first = self._receiver.expected
        self._buffer = data[self._receiver.write(first, data) - first :]

    def _slowly(self, steps):
        """One step a turn."""
        for _ in steps:
            yield PAUSE
