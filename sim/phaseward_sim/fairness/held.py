"""Rows of the best possible that keep a floor as a charger would: never below it until full.

A car that still wants energy draws at least its floor. Whether it is full at the end of a slot is
a whole number (0 or 1) per slot between its earliest end, at full power, and its latest, at the
floor. Cars whose floor is their full power charge as without control. An allowance counts, for
all minutes in which the car still wants, how deep its mean power lies under full power.
Units: W, Wh, minutes; columns of the programme are mean powers of slots.
"""

from __future__ import annotations

import numpy as np

SLOT_MIN = 15
SLOT_H = SLOT_MIN / 60.0
_SAME_W = 1.0


class Held:
    """starts: first column of each stay; first: number of the first column that is free.

    columns: how many are added; whole (columns,) 1 where whole; rows: (column, value) lists of
    `<= right`; low, up: {column: bound} of powers.
    """

    def __init__(self, stays, starts, floors_w, budget_min: int, first: int):
        self.first, self.whole = first, []
        self.rows: list[list[tuple[int, float]]] = []
        self.right: list[float] = []
        self.low: dict[int, float] = {}
        self.up: dict[int, float] = {}
        self._costs: dict[int, list[int]] = {}
        for stay, start in zip(stays, starts[:-1], strict=True):
            floor_w = float(floors_w[stay.car])
            if floor_w >= stay.max_w - _SAME_W:
                self._fixed(stay, int(start))
            elif floor_w > 0.0:
                self._stay(stay, int(start), floor_w, budget_min)
        for columns in self._costs.values():
            self._row([(c, 1.0) for c in columns], budget_min)

    @property
    def columns(self) -> int:
        """How many columns are added."""
        return len(self.whole)

    def _row(self, parts, right: float) -> None:
        self.rows.append(parts)
        self.right.append(right)

    def _column(self, whole: bool) -> int:
        self.whole.append(int(whole))
        return self.first + len(self.whole) - 1

    def _fixed(self, stay, start: int) -> None:
        drawn = np.minimum(np.cumsum(stay.max_w * stay.share) * SLOT_H, stay.need_wh)
        for k, wh in enumerate(np.diff(drawn, prepend=0.0)):
            self.low[start + k] = self.up[start + k] = min(wh / SLOT_H,
                                                           stay.max_w * stay.share[k])

    def _stay(self, stay, start: int, floor_w: float, budget_min: int) -> None:
        enough = stay.need_wh - 1e-6
        most, least = (np.cumsum(w * stay.share) * SLOT_H for w in (stay.max_w, floor_w))
        last = len(most) - 1
        early, late = (int(np.argmax(x >= enough)) if x[-1] >= enough else last
                       for x in (most, least))
        before = -1
        for k in range(late + 1):
            column, full = start + k, -1
            if k < early:
                self.low[column] = floor_w * stay.share[k]
            elif k < late:
                full = self._full(stay, start, k, floor_w, before)
                before = full
            if budget_min and k < max(late, early + 1):
                self._cost(stay, k, column, full, floor_w)
        for k in range(late + 1, last + 1):
            self.up[start + k] = 0.0

    def _full(self, stay, start, k, floor_w, before) -> int:
        """The column that says whether the car is full at the end of slot k."""
        full, part = self._column(True), floor_w * stay.share[k]
        self._row([(start + k, -1.0), (full, -part)], -part)
        self._row([(full, stay.need_wh), *((start + j, -SLOT_H) for j in range(k + 1))], 0.0)
        if before >= 0:
            self._row([(before, 1.0), (full, -1.0)], 0.0)
        return full

    def _cost(self, stay, k, column, full, floor_w) -> None:
        """What the allowance pays for slot k, unless the car gets full in it."""
        paid = self._column(False)
        self._costs.setdefault(stay.car, []).append(paid)
        per_w = SLOT_MIN / (stay.max_w - floor_w)
        whole = per_w * stay.max_w * stay.share[k]
        parts = [(paid, -1.0), (column, -per_w)]
        if full >= 0:
            parts.append((full, -whole))
        self._row(parts, -whole)
