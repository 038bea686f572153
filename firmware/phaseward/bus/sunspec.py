"""SunSpec: where a model begins in a device's registers, and values with a scale-factor register.

A SunSpec device shows "SunS" at one of three addresses, then a chain of models, each with its
number and length, ended by 0xFFFF. Source: sunspec/models (numbers, lengths,
scale factors); the three addresses from the SunSpec information model specification, unverified.
"""

from . import decode, status
from .operation import DONE, Operation

BASES = (40000, 50000, 0)
END = 0xFFFF
HOLDING = 3
MOST_MODELS = 64  # a chain longer than that is no chain
NOT_IMPLEMENTED = 0x8000  # a scale factor of that value


def scaled_by(factor, kind, high, low, num, den):
    """decode() of raw * 10**factor * num / den; `factor` is the scale factor's 16 bits."""
    if factor == NOT_IMPLEMENTED:
        return decode.NOT_AVAILABLE
    exponent = factor - 0x10000 if factor & 0x8000 else factor
    while exponent > 0 and num <= decode.MAX_SCALE:
        exponent -= 1
        if den % 10 == 0:
            den //= 10
        else:
            num *= 10
    while exponent < 0 and den <= decode.MAX_SCALE:
        exponent += 1
        if num % 10 == 0:
            num //= 10
        else:
            den *= 10
    if num > decode.MAX_SCALE or den > decode.MAX_SCALE:
        return decode.NOT_AVAILABLE
    return decode.decode(kind, high, low, num, den)


class Finder(Operation):
    """Finds a model. Afterwards `base` is the register of its number, or -1 with a `status`."""

    def __init__(self, master, address, model):
        Operation.__init__(self)
        self.master = master
        self.address = address
        self.model = model
        self.base = -1
        self.status = status.BUSY
        self.start()

    def start(self):
        """Search from the beginning. Returns self, to be awaited."""
        self._candidate = 0
        self._at = -1  # register of a model's number; -1 = still looking for "SunS"
        self._models = 0
        self._asking = False
        return self

    def step(self):
        while True:
            if not self._asking:
                self._ask()
            ms = self.master.step()
            if ms >= 0:
                return ms
            self._asking = False
            if self._take():
                return DONE

    def _ask(self):
        first = BASES[self._candidate] if self._at < 0 else self._at
        self.master.read(self.address, HOLDING, first, 2)
        self._asking = True

    def _take(self):
        """True when the search is over."""
        self.status = self.master.status
        if self._at < 0:
            return self._take_mark()
        if self.status != status.OK:
            return True
        return self._take_model()

    def _take_mark(self):
        if self.status == status.OK:
            if self.master.register(0) == 0x5375 and self.master.register(1) == 0x6E53:
                self._at = BASES[self._candidate] + 2
                return False
            self.status = status.DATA
        elif self.status < status.EXCEPTION:
            return True  # silent: the other addresses will be too
        self._candidate += 1
        return self._candidate == len(BASES)

    def _take_model(self):
        number = self.master.register(0)
        length = self.master.register(1)
        if number == self.model:
            self.base = self._at
            return True
        self._models += 1
        self._at += 2 + length
        if number == END or self._models == MOST_MODELS or self._at > 65533:
            self.status = status.DATA
            return True
        return False
