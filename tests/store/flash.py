"""A NOR flash in RAM whose power can be cut at any program or erase, with torn results.

Runs on CPython and on MicroPython. Programming only clears bits, erasing sets those of a block.
A cut leaves the operation undone, half done, or done but unreported; everything after it fails.
"""

UNDONE, HALF_DONE, DONE = range(3)
TEARS = (UNDONE, HALF_DONE, DONE)
BLOCK = 4096
NEVER = -1
_GARBAGE = 0xA5  # bits of a byte that programming had already reached, and not


class PowerCut(Exception):
    """The supply is gone."""


class Flash:
    """`data`: contents of `blocks` blocks of files and `rom` blocks behind them, from which
    updates are executed; erased where not given."""

    def __init__(self, blocks=48, data=None, rom=0):
        self.blocks = blocks
        self.rom = rom
        count = blocks + rom
        self.data = bytearray(data) if data is not None else bytearray(b"\xff" * count * BLOCK)
        self.operations = 0
        self.erases = [0] * count
        self.programmed = 0
        self.dead = False
        self._cut_at = NEVER
        self._tear = UNDONE

    def copy(self):
        return Flash(self.blocks, self.data, self.rom)

    def cut_after(self, operations, tear):
        """Cuts the power at the program or erase that follows `operations` more of them."""
        self._cut_at = self.operations + operations
        self._tear = tear

    def read(self, block, offset, size):
        at = block * BLOCK + offset
        return self.data[at : at + size]

    def program(self, block, offset, data):
        share = self._share(len(data))
        self.programmed += len(data)
        at = block * BLOCK + offset
        self._clear_bits(at, data, share)
        if share < len(data) and share:
            self.data[at + share] &= data[share] | _GARBAGE
        self._after()

    def erase(self, block):
        share = self._share(BLOCK)
        self.erases[block] += 1
        at = block * BLOCK
        self.data[at : at + share] = b"\xff" * share
        self._after()

    def _clear_bits(self, at, data, share):
        if self.data[at : at + share] == b"\xff" * share:
            self.data[at : at + share] = data[:share]
            return
        for i in range(share):
            self.data[at + i] &= data[i]

    def _share(self, size):
        """How many bytes of the operation are carried out."""
        if self.dead:
            raise PowerCut()
        self.operations += 1
        if self.operations - 1 != self._cut_at:
            return size
        self.dead = True
        return (0, size // 2, size)[self._tear]

    def _after(self):
        if self.dead:
            raise PowerCut()
