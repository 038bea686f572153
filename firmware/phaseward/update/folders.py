"""Slots as folders of the box's file system: `app_a` and `app_b` beside the base firmware.

Each has a `manifest` and the files it names, and is imported into RAM. The stream of an update is
the files in the manifest's order. Failure behaviour: UpdateError says what is wrong.
"""

import os

from .manifest import UpdateError
from .places import (
    clear,
    digest_of,
    folder_of,
    make_parents,
    manifest_in,
    problem,
    put_manifest,
    read,
    remove,
    size_of,
)

_BLOCK = 4096  # littlefs gives each file whole blocks
_SPARE_BLOCKS = 8  # for the folders and for what is written meanwhile


class Folders:
    """The slots in `storage`."""

    def __init__(self, storage):
        self._storage = storage

    def manifest(self, slot, key):
        """As `places.manifest_in`."""
        return manifest_in(folder_of(self._storage, slot), key)

    def problem(self, slot, key):
        """As `places.problem`."""
        return problem(folder_of(self._storage, slot), key)

    def opened(self, slot):
        """Where to import the slot's application from."""
        return folder_of(self._storage, slot)

    def stream(self, slot, manifest):
        """What takes the update that `manifest` describes."""
        if not manifest.files:
            raise UpdateError("an image to be executed in place: this box takes files")
        return FileStream(self._storage, slot, manifest)


class FileStream:
    """The update into one folder."""

    def __init__(self, storage, slot, manifest):
        self.slot = slot
        self.total = manifest.total
        self._storage = storage
        self._folder = folder_of(storage, slot)
        self._manifest = manifest
        self._index = 0  # of the first incomplete file
        self._within = 0  # bytes of it that are there
        self._before = 0  # bytes of the files before it

    @property
    def expected(self):
        """Offset of the next byte wanted."""
        return self._before + self._within

    def begun(self):
        """Whether this very update has been begun here before."""
        return read(self._folder + "/manifest") == self._manifest.data

    def clear(self):
        """Empties the slot."""
        clear(self._folder)

    def put_manifest(self):
        self._refuse_without_room()
        put_manifest(self._folder, self._manifest.data)

    def rewind(self):
        """Finds the first incomplete file from what lies on flash."""
        self._index = 0
        self._before = 0
        self._settle()

    def write(self, data):
        """Stores the stream's next bytes."""
        while data and self._index < len(self._manifest.files):
            data = self._store(data)

    def check_steps(self):
        """Compares every file with the manifest; a wrong one is removed, to be sent again."""
        for path, _, digest in self._manifest.files:
            if digest_of(self._path(path)) != digest:
                remove(self._path(path))
                self.rewind()
                raise UpdateError(
                    "%s is not as the manifest says: send again from %d" % (path, self.expected)
                )
            yield

    def _refuse_without_room(self):
        found = os.statvfs(self._storage)
        free = found[0] * found[3]
        files = self._manifest.files
        blocks = sum([-(-size // _BLOCK) for _, size, _ in files]) + _SPARE_BLOCKS
        if free < blocks * _BLOCK:
            raise UpdateError("needs %d bytes of storage, %d are free" % (blocks * _BLOCK, free))

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
