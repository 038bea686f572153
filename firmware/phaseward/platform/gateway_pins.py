"""Outputs and inputs of a gateway: files, and pins of a Modbus I/O module.

A file holds `0` or `1` and is written in place, so the kernel's `value` files of GPIOs serve as
well as ordinary ones. Its read-back is the file itself or another one, `back`.
A pin of the module is a level that is wanted here and one that the module last confirmed; the
application carries them over Modbus (`app/remote_pins.py`).
"""

import os

from .ticks import Event

UNKNOWN = -1
COIL, DISCRETE, REGISTER = 1, 2, 3  # by the function that reads it
_PLACES = {"coil": COIL, "input": DISCRETE, "holding": REGISTER}
_LEVELS = (b"0\n", b"1\n")


def place_of(found):
    """(function, number) of a pin of the module from its settings."""
    for key in _PLACES:
        if key in found:
            return _PLACES[key], found[key]
    raise ValueError("expected file, coil, input or holding, not %s" % ", ".join(found))


class FileOutput:
    """One output, dropped (0) from the beginning. A file that cannot be used raises OSError."""

    def __init__(self, name, path, back=None):
        self.name = name
        self._file = _opened(path)
        self._back = FileInput(name, back) if back else None
        self._buffer = bytearray(1)
        self.set(0)

    def set(self, level):
        self._file.seek(0)
        self._file.write(_LEVELS[level])

    def read(self):
        return self._back.read() if self._back else _level_in(self._file, self._buffer)


class FileInput:
    """One input; a file that is missing or holds no number reads open (0)."""

    def __init__(self, name, path):
        self.name = name
        self._path = path
        self._file = None
        self._buffer = bytearray(1)

    def read(self):
        if self._file is None:
            try:
                self._file = open(self._path, "rb")
            except OSError:
                return 0
        return _level_in(self._file, self._buffer)


class OpenInput:
    """An input that is not there: always open."""

    def __init__(self, name):
        self.name = name

    def read(self):
        return 0


class Remote:
    """The pins of one Modbus I/O module. `changed.ready` when an output wants another level."""

    def __init__(self, module):
        self.host = module["host"]
        self.port = module["port"]
        self.unit = module["unit"]
        self.outputs = []
        self.inputs = []
        self.changed = Event()

    def output(self, name, function, number):
        pin = RemoteOutput(name, function, number, self.changed)
        self.outputs.append(pin)
        return pin

    def input(self, name, function, number):
        pin = RemoteInput(name, function, number)
        self.inputs.append(pin)
        return pin


class RemoteOutput:
    """`level` is wanted; `sent` was written; `confirmed` was read back; UNKNOWN each at first.

    Without a confirmation `read()` gives what is wanted: a module that cannot be reached is a
    fault that is reported, but no contact that sticks.
    """

    def __init__(self, name, function, number, changed):
        self.name = name
        self.function = function
        self.number = number
        self.level = 0
        self.sent = UNKNOWN
        self.confirmed = UNKNOWN
        self._changed = changed

    def set(self, level):
        self.level = level
        self.sent = UNKNOWN
        self._changed.ready = True

    def read(self):
        return self.level if self.confirmed == UNKNOWN else self.confirmed


class RemoteInput:
    """The level last read; open (0) until then, and as it was while the module is silent."""

    def __init__(self, name, function, number):
        self.name = name
        self.function = function
        self.number = number
        self.level = 0

    def read(self):
        return self.level


def _opened(path):
    """The file for reading and writing in place, made where it is not there."""
    try:
        os.stat(path)
    except OSError:
        open(path, "wb").close()
    return open(path, "r+b")


def _level_in(file, buffer):
    file.seek(0)
    return 1 if file.readinto(buffer) and buffer[0] == 49 else 0
