"""A slave's register tables: sparse, with declared ranges.

Registers are 16-bit unsigned integers by zero-based PDU address. What was never declared does
not exist: reading or writing it is Modbus exception 2 (illegal data address), which the slave
derives from the KeyError raised here.
"""

from __future__ import annotations


class Registers:
    """One table (holding or input registers) of one slave."""

    def __init__(self):
        self._values: dict[int, int] = {}

    def declare(self, first: int, count: int = 1, fill: int = 0) -> None:
        """Make `count` registers from `first` exist; those that exist keep their value."""
        for address in range(first, first + count):
            self._values.setdefault(address, fill & 0xFFFF)

    def read(self, first: int, count: int) -> list[int]:
        """Values of `count` registers; KeyError if one does not exist."""
        return [self._values[address] for address in range(first, first + count)]

    def write(self, first: int, values) -> None:
        """Set registers; KeyError, and nothing changed, if one does not exist."""
        self.read(first, len(values))
        for offset, value in enumerate(values):
            self._values[first + offset] = value & 0xFFFF

    def __len__(self) -> int:
        return len(self._values)
