"""Takes an update in chunks into the free slot, and resumes where it was interrupted.

What the manifest names is one stream of bytes; `expected` is the offset of the next one that is
missing. What lies on flash is the only memory of how far it got, so a sender begins again with the
same manifest after any interruption, and goes on at `expected`. How a slot stores the stream is
told in `folders.py` and `rom.py`.
Failure behaviour: UpdateError says what is wrong; the running application is never touched.
"""

from .. import VERSION
from .manifest import UpdateError, parse_version, signed_manifest_steps
from .places import places_of, public_key
from .selection import BASE, NONE, OTHER
from .steps import result_of


class Receiver:
    """Updates of the box whose files are in `storage`.

    selection : the box's Selection
    rom       : the region whose halves are the slots (`rom.py`), None where they are folders
    running   : the slot whose application runs: what is executed in place is never written
    """

    def __init__(self, storage, selection, rom=None, running=BASE):
        self._storage = storage
        self._selection = selection
        self._places = places_of(storage, rom)
        self._running = running
        self._stream = None

    @property
    def expected(self):
        """Offset of the next byte wanted; `total` where nothing is missing."""
        return self._wanted().expected

    @property
    def total(self):
        return self._wanted().total

    def begin(self, data):
        """Takes the manifest. Returns the offset to send from: not 0 where an update resumes."""
        return result_of(self.begin_steps(data))

    def begin_steps(self, data):
        """The same as a generator that yields where the box may do something else."""
        self._stream = None
        if self._selection.trial != NONE:
            raise UpdateError("an application is on trial: wait until it is committed")
        manifest = yield from signed_manifest_steps(data, public_key(self._storage))
        self._refuse_older(manifest)
        stream = self._places.stream(self._target(), manifest)
        if not stream.begun():
            stream.clear()
            self._selection.forget_bad()
            stream.put_manifest()
        stream.rewind()
        self._stream = stream
        return self.expected

    def write(self, offset, data):
        """Stores bytes of the stream. Returns the offset expected next. Bytes that are already
        there are passed over, so a chunk whose answer was lost may be sent again. A slot executed
        in place takes whole blocks only: the rest of `data` is to come again."""
        expected = self.expected
        if offset > expected:
            raise UpdateError("chunk at %d, expected %d" % (offset, expected))
        self._stream.write(memoryview(data)[expected - offset :])
        return self.expected

    def finish(self):
        """Checks everything and puts the application on trial from the next boot on."""
        return result_of(self.finish_steps())

    def finish_steps(self):
        """The same as a generator that yields where the box may do something else."""
        if self.expected < self.total:
            raise UpdateError("incomplete: expected more from offset %d" % self.expected)
        yield from self._stream.check_steps()
        self._selection.begin_trial(self._stream.slot)

    def _wanted(self):
        if self._stream is None:
            raise UpdateError("no update has been begun: send the manifest first")
        return self._stream

    def _target(self):
        free = self._selection.free
        return OTHER[free] if free == self._running else free

    def _refuse_older(self, manifest):
        running = parse_version(VERSION)
        if self._selection.confirmed != BASE:
            confirmed = self._places.manifest(self._selection.confirmed, None)
            running = max(running, confirmed.version) if confirmed else running
        if manifest.version < running:
            raise UpdateError("version %d.%d.%d is older than the running one" % manifest.version)
