"""How much of MicroPython's heap is in use on an emulated board, looked at from outside.

Nothing runs on the board for it, so what is seen is the image as it is. The garbage collector's
table has two bits per block of 16 bytes: 0 = free (MicroPython, py/gc.c).
"""

import struct
import subprocess

from .chip import Chip
from .image import Image
from .node_packages import EmulatorError

BLOCK_BYTES = 16
_STATE_BYTES = 1024
_SYMBOLS = ("mp_state_ctx", "__GcHeapStart")


class Heap:
    """`used_bytes()` of one chip now; `size_bytes` of its heap."""

    def __init__(self, image: Image, chip: Chip):
        self._chip = chip
        self._state_at, self._start_at = _addresses(image)
        self._table_bytes = 0

    @property
    def size_bytes(self) -> int:
        return self._table() * 4 * BLOCK_BYTES

    def used_bytes(self) -> int:
        """Bytes in blocks that are not free, garbage included."""
        table = self._peek(self._start_at, self._table())
        used = sum(4 - _FREE_IN[byte] for byte in table)
        return used * BLOCK_BYTES

    def largest_free_bytes(self) -> int:
        """The longest run of free blocks."""
        longest = run = 0
        for byte in self._peek(self._start_at, self._table()):
            for shift in (0, 2, 4, 6):
                run = 0 if byte >> shift & 3 else run + 1
                longest = max(longest, run)
        return longest * BLOCK_BYTES

    def _table(self) -> int:
        """Length of the table, which lies at the beginning of the heap."""
        if not self._table_bytes:
            state = self._peek(self._state_at, _STATE_BYTES)
            at = state.find(struct.pack("<I", self._start_at))
            if at < 0:
                raise EmulatorError("the heap's table was not found in MicroPython's state")
            (self._table_bytes,) = struct.unpack_from("<I", state, at + 4)
        return self._table_bytes

    def _peek(self, address: int, count: int) -> bytes:
        return bytes.fromhex(self._chip.ask(peek=[address, count])["peeked"])


_FREE_IN = [sum((byte >> shift) & 3 == 0 for shift in (0, 2, 4, 6)) for byte in range(256)]


def _addresses(image: Image) -> list[int]:
    command = ["arm-none-eabi-nm", str(image.path.with_suffix(".elf"))]
    rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    found = {row.split()[2]: int(row.split()[0], 16) for row in rows if len(row.split()) == 3}
    return [found[name] for name in _SYMBOLS]
