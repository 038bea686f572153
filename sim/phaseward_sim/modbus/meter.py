"""A Modbus energy meter: the metering model behind the register map of a meter profile.

Reads are possible in the profile's blocks (gaps inside a block read 0, as in the meters the
profiles describe); anything else is exception 2. Nothing can be written.
Faults beyond those of every slave: `frozen` (registers keep their values) and
`phases_swapped` (`order[k]` = the network phase wired to terminal k; `of` voltage, current or
all; a current swap takes the powers along as if each current met its own voltage, so the sign
and size of the powers stay plausible while their phase is wrong).
"""

from __future__ import annotations

from pymodbus.constants import ExcCodes

from . import profile as profiles
from .metering import COLUMNS, MeterModel
from .slave import Slave

_PAIRS = ((0, 1), (1, 2), (2, 0))


class MeterSlave(Slave):
    """A meter at an address.

    profile: id of a firmware meter profile or path of a JSON file. model, index: which meter
    of which MeterModel this is; by default a model of its own with default settings.
    """

    def __init__(self, profile, address: int, model: MeterModel | None = None, index: int = 0,
                 **slave_settings):
        super().__init__(address, **slave_settings)
        self.profile = profiles.load(profile, "meter")
        self.model = model or MeterModel(1, seed=slave_settings.get("seed", 0) + address)
        self._index = index
        self._shown = None
        self._rows = [(COLUMNS.index(name), row)
                      for name, row in self.profile["quantities"].items()]
        self._tables = {3: self.holding, 4: self.inputs}
        self._row_tables = [self._table_of(row) for _, row in self._rows]
        for block in self.profile["blocks"]:
            self._tables[block["function"]].declare(block["first"], block["count"])

    def update(self, t_s: float, u_ln, u_ll, i, p, f) -> None:
        """True values from t_s on: see MeterModel.update. Call on one slave per model."""
        self.model.update(t_s, u_ln, u_ll, i, p, f)

    def before_read(self, t_s: float) -> None:
        values = self.model.read(t_s)[self._index]
        swapped = self.faults.active("phases_swapped", t_s)
        state = (self.model.revision, swapped and tuple(swapped.items()))
        if state == self._shown or self.faults.active("frozen", t_s):
            return
        self._shown = state
        self._store(rewired(values, **swapped) if swapped else values)

    def write(self, t_s: float, first: int, values: list[int]) -> int:
        return ExcCodes.ILLEGAL_FUNCTION

    def _table_of(self, row: dict):
        for block in self.profile["blocks"]:
            if block["first"] <= row["register"] < block["first"] + block["count"]:
                return self._tables[block["function"]]
        raise profiles.ProfileError(f"{self.profile['file']}: register {row['register']} lies "
                                    "in no block")

    def _store(self, values) -> None:
        for (column, row), table in zip(self._rows, self._row_tables, strict=True):
            table.write(row["register"], profiles.encode(row, float(values[column])))


def rewired(values, order, of: str = "all", **_unused):
    """The 13 values of a meter whose terminal k is wired to network phase order[k]."""
    out = values.copy()
    if of in ("all", "voltage"):
        out[0:3] = values[list(order)]
        out[3:6] = [values[3 + _pair_index(order[a], order[b])] for a, b in _PAIRS]
    if of in ("all", "current"):
        out[6:9] = values[[6 + k for k in order]]
        out[9:12] = values[[9 + k for k in order]]
    return out


def _pair_index(a: int, b: int) -> int:
    return next(k for k, pair in enumerate(_PAIRS) if set(pair) == {a, b})
