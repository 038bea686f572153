"""A slave whose registers come from a profile's `registers` table (actuators).

Holding registers have `low`, `high`, `default` in raw counts: a write outside is exception 3
and changes nothing. A subclass says what a written register does and what registers read.
"""

from __future__ import annotations

from pymodbus.constants import ExcCodes

from . import profile as profiles
from .slave import Slave


class MappedSlave(Slave):
    """A slave with named registers. kind: the profile kind it expects."""

    kind = ""

    def __init__(self, profile, address: int, **slave_settings):
        super().__init__(address, **slave_settings)
        self.profile = profiles.load(profile, self.kind)
        self.rows = self.profile["registers"]
        self._holding_names = {}
        for name, row in self.rows.items():
            holding = row["table"] == "holding"
            table = self.holding if holding else self.inputs
            table.declare(row["register"], profiles.width(row), row.get("default", 0))
            if holding:
                self._holding_names[row["register"]] = name

    def show(self, name: str, value_si: float) -> None:
        """Put a value (SI) into the register `name`; names the map lacks are skipped."""
        row = self.rows.get(name)
        if row is not None:
            table = self.holding if row["table"] == "holding" else self.inputs
            table.write(row["register"], profiles.encode(row, value_si))

    def held(self, name: str) -> float:
        """The SI value in the holding register `name`."""
        row = profiles.row_of(self.profile, "registers", name)
        return profiles.decode(row, self.holding.read(row["register"], profiles.width(row)))

    def write(self, t_s: float, first: int, values: list[int]) -> int:
        written, at = {}, 0
        while at < len(values):
            name = self._holding_names[first + at]
            row = self.rows[name]
            words = values[at : at + profiles.width(row)]
            if len(words) < profiles.width(row) or not _allowed(row, words):
                return ExcCodes.ILLEGAL_VALUE
            written[name] = profiles.decode(row, words)
            at += len(words)
        code = self.accept(t_s, written)
        if not code:
            self.holding.write(first, values)
        return code

    def accept(self, t_s: float, written: dict[str, float]) -> int:
        """Act on written registers (SI values by name); return 0 or an exception code."""
        raise NotImplementedError(f"{type(self).__name__} accepts no writes")


def _allowed(row, words) -> bool:
    """Whether the raw number in `words` lies within the row's limits."""
    raw = profiles.decode({**row, "scale_num": 1, "scale_den": 1, "unit": ""}, words)
    return row["low"] <= raw <= row["high"]
