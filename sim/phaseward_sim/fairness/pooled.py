"""Figures over feeders and seeds with 95 % intervals.

A cell is one feeder with one seed. Minutes are heavy-tailed (one seed with three cars on the same
phase outweighs four others), so reductions are ratios of sums over cells and their intervals come
from drawing whole cells again, within each feeder (percentile bootstrap, fixed seed): all laws of
a cell are drawn together, so differences between laws are paired.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DRAWS = 4000


@dataclass(frozen=True)
class Band:
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float


class Cells:
    """Figures by law and cell. results: those of units of kind main."""

    def __init__(self, results: list[dict]):
        self.results = results
        self.cells = [(k, str(seed)) for k, r in enumerate(results) for seed in r["seeds"]]
        self.rows = list(results[0]["rows"])
        self._draws = self._drawn()

    def _drawn(self) -> np.ndarray:
        """(DRAWS, cells) how often each cell is drawn."""
        rng = np.random.default_rng(20)
        feeder = np.array([k for k, _ in self.cells])
        counts = np.zeros((DRAWS, len(self.cells)))
        for k in range(len(self.results)):
            here = np.flatnonzero(feeder == k)
            picks = rng.choice(here, (DRAWS, len(here)))
            np.add.at(counts, (np.arange(DRAWS)[:, None], picks), 1.0)
        return counts

    def values(self, row: str, figure: str) -> np.ndarray:
        """(cells,) one figure of one law; nan where a feeder has none."""
        return np.array([self.results[k]["rows"][row][seed].get(figure, np.nan)
                         for k, seed in self.cells])

    def mean(self, row: str, figure: str) -> Band:
        """Mean over cells."""
        x = self.values(row, figure)
        good = np.isfinite(x)
        weights = self._draws[:, good]
        means = weights @ x[good] / np.maximum(weights.sum(axis=1), 1.0)
        return _band(float(x[good].mean()), means)

    def most(self, row: str, figure: str) -> float:
        """Largest over cells."""
        return float(np.nanmax(self.values(row, figure)))

    def least(self, row: str, figure: str) -> float:
        """Smallest over cells."""
        return float(np.nanmin(self.values(row, figure)))

    def reduction(self, row: str, figure: str = "low10_min") -> Band:
        """Share of what flexible load causes that the law takes away, in percent."""
        return _band(*self._reduction(row, figure))

    def alike(self, row: str, figure: str = "low10_min") -> Band:
        """The mean of the feeders' own reductions: a harsh feeder counts no more than a mild."""
        free, floor, law = (self.values(r, figure) for r in ("nothing", "no_flex", row))
        saved, caused = free - law, free - floor
        feeder = np.array([k for k, _ in self.cells])
        means, many = [], []
        for k in range(len(self.results)):
            here = feeder == k
            means.append(100.0 * saved[here].sum() / max(caused[here].sum(), 1e-9))
            draws = self._draws[:, here]
            drawn = draws @ caused[here]
            share = 100.0 * (draws @ saved[here]) / np.maximum(drawn, 1e-9)
            many.append(np.where(drawn > 0.0, share, means[-1]))  # nothing to take away
        return _band(float(np.mean(means)), np.mean(many, axis=0))

    def difference(self, row: str, other: str, figure: str = "low10_min") -> Band:
        """Reduction of one law minus that of another, in points."""
        (a, many_a), (b, many_b) = (self._reduction(name, figure) for name in (row, other))
        return _band(a - b, many_a - many_b)

    def _reduction(self, row, figure):
        free, floor, law = (self.values(r, figure) for r in ("nothing", "no_flex", row))
        saved, caused = free - law, free - floor
        many = 100.0 * (self._draws @ saved) / np.maximum(self._draws @ caused, 1e-9)
        return 100.0 * float(saved.sum() / max(caused.sum(), 1e-9)), many


def _band(value: float, many: np.ndarray) -> Band:
    low, high = np.percentile(many, (2.5, 97.5))
    return Band(value, float(low), float(high))
