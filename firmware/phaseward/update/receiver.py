"""Takes an update in chunks into the free slot, and resumes where it was interrupted.

The files of the manifest are one stream of bytes in the manifest's order; `expected` is the offset
of the next byte that is missing. What lies on flash is the only memory of how far it got, so a
sender begins again with the same manifest after any interruption, and goes on at `expected`.
Failure behaviour: UpdateError says what is wrong; the running application is never touched.
"""

import os

from .. import VERSION
from .ed25519 import result_of
from .manifest import UpdateError, parse_version, signed_manifest_steps
from .places import (
    BASE,
    clear,
    digest_of,
    folder_of,
    make_parents,
    manifest_in,
    public_key,
    put_manifest,
    read,
    remove,
    size_of,
)
from .selection import NONE

_BLOCK = 4096  # littlefs gives each file whole blocks
_SPARE_BLOCKS = 8  # for the folders and for what is written meanwhile


class Receiver:
    """Updates of the box whose files are in `storage`. `selection`: the box's Selection."""

    def __init__(self, storage, selection):
        self._storage = storage
        self._selection = selection
        self._manifest = None
        self._folder = None
        self._index = 0  # of the first incomplete file
        self._within = 0  # bytes of it that are there
        self._before = 0  # bytes of the files before it

    @property
    def expected(self):
        """Offset of the next byte wanted; `total` where nothing is missing."""
        return self._before + self._within

    @property
    def total(self):
        return self._wanted().total

    def begin(self, data):
        """Takes the manifest. Returns the offset to send from: not 0 where an update resumes."""
        return result_of(self.begin_steps(data))

    def begin_steps(self, data):
        """The same as a generator that yields where the box may do something else."""
        self._manifest = None
        if self._selection.trial != NONE:
            raise UpdateError("an application is on trial: wait until it is committed")
        manifest = yield from signed_manifest_steps(data, public_key(self._storage))
        self._refuse_older(manifest)
        self._folder = folder_of(self._storage, self._selection.free)
        if read(self._folder + "/manifest") != data:
            clear(self._folder)
            self._selection.forget_bad()
            self._refuse_without_room(manifest)
            put_manifest(self._folder, data)
        self._manifest = manifest
        self._rewind()
        return self.expected

    def write(self, offset, data):
        """Stores bytes of the stream. Returns the offset expected next. Bytes that are already
        there are passed over, so a chunk whose answer was lost may be sent again."""
        expected = self.expected
        self._wanted()
        if offset > expected:
            raise UpdateError("chunk at %d, expected %d" % (offset, expected))
        data = data[expected - offset :]
        while data and self._index < len(self._manifest.files):
            data = self._store(data)
        return self.expected

    def finish(self):
        """Checks all files and puts the application on trial from the next boot on."""
        return result_of(self.finish_steps())

    def finish_steps(self):
        """The same as a generator that yields where the box may do something else."""
        if self.expected < self._wanted().total:
            raise UpdateError("incomplete: expected more from offset %d" % self.expected)
        for path, _, digest in self._manifest.files:
            if digest_of(self._path(path)) != digest:
                remove(self._path(path))
                self._rewind()
                raise UpdateError(
                    "%s is not as the manifest says: send again from %d" % (path, self.expected)
                )
            yield
        self._selection.begin_trial(self._selection.free)

    def _wanted(self):
        if self._manifest is None:
            raise UpdateError("no update has been begun: send the manifest first")
        return self._manifest

    def _refuse_older(self, manifest):
        running = parse_version(VERSION)
        if self._selection.confirmed != BASE:
            confirmed = manifest_in(folder_of(self._storage, self._selection.confirmed), None)
            running = max(running, confirmed.version) if confirmed else running
        if manifest.version < running:
            raise UpdateError("version %d.%d.%d is older than the running one" % manifest.version)

    def _refuse_without_room(self, manifest):
        found = os.statvfs(self._storage)
        free = found[0] * found[3]
        blocks = sum([-(-size // _BLOCK) for _, size, _ in manifest.files]) + _SPARE_BLOCKS
        if free < blocks * _BLOCK:
            raise UpdateError("needs %d bytes of storage, %d are free" % (blocks * _BLOCK, free))

    def _rewind(self):
        """Finds the first incomplete file from what lies on flash."""
        self._index = 0
        self._before = 0
        self._settle()

    def _settle(self):
        """Passes over complete files from `_index` on; makes empty ones."""
        files = self._manifest.files
        self._within = 0
        while self._index < len(files):
            path, size, _ = files[self._index]
            there = size_of(self._path(path))
            if there > size:
                remove(self._path(path))
                there = -1
            if there < 0:
                self._create(path)
                there = 0
            if there < size:
                self._within = there
                return
            self._index += 1
            self._before += size

    def _create(self, path):
        make_parents(self._folder, path)
        with open(self._path(path), "wb"):
            pass

    def _store(self, data):
        """Appends what belongs to the present file; returns the rest that is still missing."""
        path, size, _ = self._manifest.files[self._index]
        count = min(len(data), size - self._within)
        with open(self._path(path), "ab") as file:
            file.write(data[:count])
        self._within += count
        if self._within < size:
            return b""
        end = self.expected
        self._settle_after(size)
        return data[count + self.expected - end :]

    def _settle_after(self, size):
        self._index += 1
        self._before += size
        self._settle()

    def _path(self, path):
        return self._folder + "/" + path
