"""One table of time series: the same quantity for many items, sampled on one time axis.

A table is preallocated, so that recording a step is one array assignment. Values are SI floats
kept as float32 (a voltage to about 0.02 mV); times are float64 seconds since the scenario's
start. With `every` > 1 a row stands for that many steps and is stamped with the last of them,
as meters stamp their means. A value of the wrong shape raises ValueError from numpy.
"""

from dataclasses import dataclass

import numpy as np

from phaseward_sim.results.errors import ResultError

PHASES = ("l1", "l2", "l3")
REDUCTIONS = ("last", "mean", "min", "max")
_DECIMALS = {"V": 3, "A": 3, "W": 1, "var": 1, "VA": 1, "pct": 4, "degC": 3, "Wh": 1, "pu": 5}


@dataclass(frozen=True)
class TableSpec:
    """Says what a table holds.

    kind: what the items are ("bus", "stage", "ev", "heat_pump", "box" ...).
    quantity: "u", "p", "q", "limit", "soc" ...; the table's name is `kind_quantity`.
    unit: as written in SI, "V", "W", "var", "pct"; in column names in lower case.
    items: names of the nodes or devices, axis 1 of the values.
    parts: names along axis 2 (`PHASES`, or ("u2", "u0")); empty for one value per item.
    every, reduce: how many steps make a row, and how they are joined.
    """

    kind: str
    quantity: str
    unit: str
    items: tuple[str, ...]
    parts: tuple[str, ...] = ()
    every: int = 1
    reduce: str = "last"
    decimals: int | None = None
    text: str = ""

    def __post_init__(self) -> None:
        if self.reduce not in REDUCTIONS:
            raise ResultError(f"table {self.name}: reduce is {self.reduce!r}, "
                              f"expected one of {', '.join(REDUCTIONS)}")
        if self.every < 1:
            raise ResultError(f"table {self.name}: every is {self.every}, expected 1 or more")
        if len(set(self.items)) != len(self.items):
            raise ResultError(f"table {self.name}: an item is named twice")

    @property
    def name(self) -> str:
        return f"{self.kind}_{self.quantity}"

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one row: (items,) or (items, parts)."""
        return (len(self.items), len(self.parts)) if self.parts else (len(self.items),)

    def columns(self) -> list[str]:
        """Column names in the order of a flattened row, e.g. `bus_h07_u_l1_v`."""
        unit = self.unit.lower()
        parts = [f"{p}_{unit}" for p in self.parts] or [unit]
        return [f"{self.kind}_{i}_{self.quantity}_{p}" for i in self.items for p in parts]

    def places(self) -> int:
        """Digits after the point in CSV."""
        return _DECIMALS.get(self.unit, 4) if self.decimals is None else self.decimals


class Table:
    """Values of one `TableSpec`: `t_s` (rows,), `values` (rows, items[, parts])."""

    def __init__(self, spec: TableSpec, steps: int) -> None:
        rows = -(-steps // spec.every)
        self.spec = spec
        self.rows = 0
        self._t_s = np.zeros(rows)
        self._values = np.full((rows, *spec.shape), np.nan, dtype=np.float32)
        self._sum = np.zeros(spec.shape)
        self._joined = 0
        if spec.every == 1:
            self.put = self._put_single
        elif spec.reduce == "last":
            self.put = self._put_last
        else:
            self.put = self._put_mean if spec.reduce == "mean" else self._put_extreme

    @classmethod
    def filled(cls, spec: TableSpec, t_s: np.ndarray, values: np.ndarray) -> "Table":
        """A table of finished rows: t_s (rows,), values (rows, items[, parts])."""
        table = cls(spec, 0)
        table._t_s = np.asarray(t_s, dtype=np.float64)
        table._values = np.asarray(values, dtype=np.float32).reshape(len(t_s), *spec.shape)
        table.rows = len(table._t_s)
        return table

    def __reduce__(self) -> tuple:
        """Sent between processes as its finished rows."""
        return Table.filled, (self.spec, self.t_s, self.values)

    @property
    def t_s(self) -> np.ndarray:
        return self._t_s[:self.rows]

    @property
    def values(self) -> np.ndarray:
        return self._values[:self.rows]

    def of(self, item: str, part: str | None = None) -> np.ndarray:
        """The series (rows,) of one item and part, or (rows, parts) without a part."""
        column = self.values[:, self._index("item", self.spec.items, item)]
        if part is None:
            return column
        return column[:, self._index("part", self.spec.parts, part)]

    def _index(self, what: str, names: tuple[str, ...], name: str) -> int:
        if name not in names:
            raise ResultError(f"table {self.spec.name} has no {what} {name!r}, "
                              f"it has {', '.join(names) or 'none'}")
        return names.index(name)

    def _put_single(self, step: int, t_s: float, value: np.ndarray) -> None:
        self._values[step] = value
        self._t_s[step] = t_s
        self.rows = step + 1

    def _put_last(self, step: int, t_s: float, value: np.ndarray) -> None:
        self._put_single(step // self.spec.every, t_s, value)

    def _put_mean(self, step: int, t_s: float, value: np.ndarray) -> None:
        row, place = divmod(step, self.spec.every)
        if place == 0:
            self._sum[...] = 0.0
            self._joined = 0
        self._sum += value
        self._joined += 1
        # Written each time, so that a run stopped in mid-row still holds a true mean.
        self._put_single(row, t_s, self._sum / self._joined)

    def _put_extreme(self, step: int, t_s: float, value: np.ndarray) -> None:
        row, place = divmod(step, self.spec.every)
        if place:
            join = np.minimum if self.spec.reduce == "min" else np.maximum
            value = join(self._values[row], value)
        self._put_single(row, t_s, value)
