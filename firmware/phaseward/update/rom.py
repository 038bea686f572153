"""Slots that are executed in place: the two halves of a region of flash, each a ROMFS image.

Bytecode and constants of a slot stay in flash, as those of the frozen base do. A half is
    block 0           the signed manifest; behind it one mark for each block of the image: a byte
                      of 0xff where the block is missing, anything else where it is there
    block 1 and on    the image (MicroPython's ROMFS, extmod/vfs_rom.c)
An erased block 0 is an empty slot. Programming only clears bits, so a mark needs no erase; it is
made after its block has been read back. A cut between the two costs that block alone.

A region is (device, memoryview of all its bytes): a block device with blocks of 4096 bytes that
programs and erases (MicroPython's vfs.AbstractBlockDev), and the flash where it can be read.
Failure behaviour: UpdateError says what is wrong; OSError comes from the device.
"""

from hashlib import sha256

from .manifest import Manifest, UpdateError, hex_of, signed_manifest
from .selection import NAMES, SLOT_A

BLOCK = 4096
PAGE = 256  # what the chip programs at once
MANIFEST_BYTES = 2048  # at most, in block 0; the marks are behind it
_COUNT, _ERASE = 4, 6  # of a block device's ioctl
_ERASED = 0xFF


class RomSlots:
    """Both halves of `region`."""

    def __init__(self, region):
        self._device, self._bytes = region
        self.blocks = self._device.ioctl(_COUNT, 0) // 2  # of one half

    def manifest(self, slot, key):
        """The slot's manifest, or None. UpdateError where it is not valid.

        key : the manufacturer's, or None where the signature has been checked before
        """
        data = bytes(self.part(slot, 0, MANIFEST_BYTES)).rstrip(b"\xff")
        if not data:
            return None
        found = Manifest(data) if key is None else signed_manifest(data, key)
        if not found.image or not fits(found, self.blocks):
            raise UpdateError("manifest: names no image that fits")
        return found

    def problem(self, slot, key):
        """What is wrong with the application in a slot, as text, or None."""
        try:
            found = self.manifest(slot, key)
            if found is None:
                return "there is no application"
            size, digest = found.image
            return None if self.digest(slot, size) == digest else "the image is not as signed"
        except (UpdateError, OSError) as error:
            return str(error)

    def opened(self, slot):
        """Mounts the slot's image; where to import its application from."""
        import vfs

        end = self.blocks * BLOCK
        path = "/app_" + NAMES[slot]
        vfs.mount(vfs.VfsRom(self.part(slot, BLOCK, end)), path)
        return path

    def stream(self, slot, manifest):
        """What takes the update that `manifest` describes."""
        if not manifest.image:
            raise UpdateError("a package of files: this box executes an image in place")
        if not fits(manifest, self.blocks):
            raise UpdateError(
                "an image of %d bytes, a slot holds %d"
                % (manifest.total, (self.blocks - 1) * BLOCK)
            )
        return RomStream(self, slot, manifest)

    def part(self, slot, first, end):
        """Bytes of a half, where they lie."""
        at = self._at(slot) * BLOCK
        return self._bytes[at + first : at + end]

    def digest(self, slot, size):
        """SHA-256 in hex of the first `size` bytes of the slot's image."""
        found = sha256()
        for at in range(0, size, BLOCK):
            found.update(self.part(slot, BLOCK + at, BLOCK + min(size, at + BLOCK)))
        return hex_of(found.digest())

    def erase(self, slot, block):
        self._device.ioctl(_ERASE, self._at(slot) + block)

    def program(self, slot, block, first, data):
        """Whole pages, into an erased part or to clear more bits."""
        self._device.writeblocks(self._at(slot) + block, data, first)

    def _at(self, slot):
        return 0 if slot == SLOT_A else self.blocks


def fits(manifest, blocks):
    """Whether manifest and image fit into a half of so many blocks."""
    room = (blocks - 1) * BLOCK
    return len(manifest.data) <= MANIFEST_BYTES and manifest.image[0] <= room


class RomStream:
    """The update into one half: the image, block by block."""

    def __init__(self, slots, slot, manifest):
        self.slot = slot
        self.total = manifest.total
        self.expected = 0
        self._slots = slots
        self._manifest = manifest
        self._page = bytearray(PAGE)

    def begun(self):
        """Whether this very update has been begun here before."""
        data = self._manifest.data
        there = self._slots.part(self.slot, 0, MANIFEST_BYTES)
        return there[: len(data)] == data and _is_erased(there[len(data) :])

    def clear(self):
        """Empties the slot."""
        self._slots.erase(self.slot, 0)

    def put_manifest(self):
        if not _is_erased(self._slots.part(self.slot, 0, BLOCK)):
            raise UpdateError("the flash does not erase: the box needs service")
        data = self._manifest.data
        for at in range(0, len(data), PAGE):
            self._program(0, at, data[at : at + PAGE])

    def rewind(self):
        """Finds the first block that is missing."""
        marks = self._slots.part(self.slot, MANIFEST_BYTES, BLOCK)
        block = 0
        while block * BLOCK < self.total and marks[block] != _ERASED:
            block += 1
        self.expected = min(block * BLOCK, self.total)

    def write(self, data):
        """Stores whole blocks of the stream's next bytes, and its end."""
        while self.expected < self.total:
            count = min(BLOCK, self.total - self.expected)
            if len(data) < count:
                return
            self._store(self.expected // BLOCK, data[:count])
            self.expected += count
            data = data[count:]

    def check_steps(self):
        """Compares the image with the manifest; where it is wrong all is to be sent again."""
        yield
        if self._slots.digest(self.slot, self.total) != self._manifest.image[1]:
            self.clear()
            self.put_manifest()
            self.expected = 0
            raise UpdateError("the image is not as the manifest says: send again from 0")

    def _store(self, block, data):
        """One block of the image; read back, then marked."""
        self._slots.erase(self.slot, block + 1)
        for at in range(0, len(data), PAGE):
            self._program(block + 1, at, data[at : at + PAGE])
        first = (block + 1) * BLOCK
        if self._slots.part(self.slot, first, first + len(data)) != data:
            raise UpdateError("flash block %d does not hold what was written" % block)
        at = MANIFEST_BYTES + block
        self._program(0, at - at % PAGE, b"\xff" * (at % PAGE) + b"\x00")

    def _program(self, block, first, data):
        """Up to a page; what is behind `data` stays erased. From RAM: flash cannot be read
        meanwhile."""
        page = self._page
        page[: len(data)] = data
        for i in range(len(data), PAGE):
            page[i] = _ERASED
        self._slots.program(self.slot, block, first, page)


def _is_erased(data):
    for byte in data:
        if byte != _ERASED:
            return False
    return True
