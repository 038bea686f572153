"""Feed-in laws compared: days of sun and clouds on feeders where the far end would exceed +10 %.

Half of the homes have PV; each inverter has its own decision core (`phaseward.core.feed_in`),
which is stepped once a minute with the means its meter would tell, and keeps its limit in the
minute that follows. All laws and seeds of a feeder run side by side in one batch of power flows.
The base loads are those of the study of blocking, the sky that of the sites of the balancer; no
cars, no heat pumps. The inverters' own protection is not simulated.
`python -m phaseward_sim.fairness --feed-in` prints the tables. Units: W, Wh, V, minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phaseward.core.blocking import NORMAL
from phaseward.core.feed_in import FeedIn
from phaseward.core.means import Means
from phaseward.store import parameters as table

from ..evaluate.fairness import jain, max_min_ratio
from ..powerflow import solve_batch
from ..sites.course import sun_shares
from . import feeders
from .homes import DAY, draw
from .loop import TAN_BASE, TOLERANCE_V
from .measures import HIGH10_V

LEARN_DAYS, DAYS = 3, 10
_PV_SHARE, _THREE_PHASE = 0.5, 0.6  # of the homes; of the roofs
_KW_THREE, _KW_ONE = (6.0, 12.0), (3.0, 4.6)  # 4.6 kVA: the most on one phase, VDE-AR-N 4105
_CURVE = {"fi_curve": 1, "fi_enable": 0, "fi_crit_mv": 0}
_LOW = {"fi_curve_lo_mv": 248400, "fi_curve_hi_mv": 253000}
# Changes to the table's defaults; None: not limited at all.
LAWS = {
    "no control": None,
    "curve 253 to 257.6 V": _CURVE,
    "curve 248.4 to 253 V": _CURVE | _LOW,
    "ours, defaults": {"fi_enable": 1},
    "ours, fi_share_pm 40": {"fi_enable": 1, "fi_share_pm": 40},
    "ours, curve 250.7 to 255.3 V instead of critical": {
        "fi_enable": 1, "fi_crit_mv": 0, "fi_curve": 1, "fi_curve_lo_mv": 250700,
        "fi_curve_hi_mv": 255300},
}


@dataclass(frozen=True)
class Case:
    """length_factor and no_load_v (at the transformer) set how severe it is."""

    feeder: str
    length_factor: float
    no_load_v: float
    seeds: tuple[int, ...]


CASES = (Case("kerber_overhead", 2.8, 240.0, (1, 2, 3)),
         Case("kerber_village", 1.7, 240.0, (101, 102, 103)),
         Case("kerber_village", 3.4, 240.0, (101, 102, 103)),
         Case("ieee", 1.4, 240.0, (101, 102, 103)))


@dataclass(frozen=True)
class Roofs:
    """The PV of one seed: home, peak_w (E,); share (E, 3) of the power on each phase; sun (T,)."""

    home: np.ndarray
    peak_w: np.ndarray
    share: np.ndarray
    sun: np.ndarray


def roofs(homes: int, days: int, seed: int) -> Roofs:
    """Who has PV, and the sky above all of them."""
    rng = np.random.default_rng((seed, 20))
    count = max(1, round(_PV_SHARE * homes))
    home = np.sort(rng.permutation(homes)[:count])
    three = rng.random(count) < _THREE_PHASE
    kw = np.where(three, rng.uniform(*_KW_THREE, count), rng.uniform(*_KW_ONE, count))
    on = three[:, None] | (np.arange(3) == rng.integers(3, size=count)[:, None])
    sun = sun_shares(np.random.default_rng((seed, 21)), days)
    return Roofs(home, 1e3 * kw, on / on.sum(axis=1, keepdims=True), sun)


class Inverters:
    """The cores of one law on one seed, one per roof; `limit_w` (E,)."""

    def __init__(self, there: Roofs, changes: dict | None, loop_ohm, seed: int):
        self.cores: list[FeedIn] = []
        self.limit_w = there.peak_w.copy()
        self._means = Means()
        self._means.valid = self._means.power_valid = True
        if changes is not None:
            for k in range(len(there.home)):
                core = FeedIn(seed * 100003 + int(there.home[k]) * 7919 + 17)
                core.configure(_values(there, k, changes, loop_ohm))
                self.cores.append(core)

    def decide(self, u_mv: list, p_w: list) -> None:
        """A minute has passed with these means, (E, 3) whole mV and W."""
        means = self._means
        for k, core in enumerate(self.cores):
            means.u_mv, means.p_w = u_mv[k], p_w[k]
            core.minute(means, NORMAL)
            self.limit_w[k] = core.limit_w


def _values(there: Roofs, k: int, changes: dict, loop_ohm) -> dict:
    """Parameters of roof k's box, checked as the console would; k as a technician measures it."""
    on = there.share[k] > 0.0
    ohm = float(loop_ohm[there.home[k]][on].mean())
    own = {"fi_max_w": int(there.peak_w[k]) // 10 * 10, "fi_phases": int(on @ (1, 2, 4)),
           "bl_k_mv_kw": min(5000, round(ohm * 1e5 / 230.0) * 10)} | changes
    for name, value in own.items():
        table.check(name, value)
    return table.defaults() | own


@dataclass
class Outcome:
    """Of one law on one feeder. high_min (S, H) home-minutes above +10 %; could_wh, lost_wh
    (S, E): what the sun offered, and what of it was kept from the grid."""

    days: int
    high_min: np.ndarray
    could_wh: np.ndarray
    lost_wh: np.ndarray

    @property
    def shares(self) -> np.ndarray:
        """(S, E) curtailed share of each roof."""
        return self.lost_wh / self.could_wh

    def figures(self) -> dict[str, float]:
        """Means over the seeds; the worst roof and the ratio are of the worst seed."""
        return {"high_min_day": float(self.high_min.sum(axis=1).mean()) / self.days,
                "lost_percent": 100.0 * float(self.lost_wh.sum() / self.could_wh.sum()),
                "worst_percent": 100.0 * float(self.shares.max()),
                "jain": float(np.mean([jain(row) for row in self.shares])),
                "max_min": max(max_min_ratio(row) for row in self.shares)}


class Feeder:
    """One case with all its seeds, and a row of the batch for every law and seed."""

    def __init__(self, case: Case, laws: dict, days: int, learn_days: int = LEARN_DAYS):
        self.case, self.laws, self.learn, self.days = case, laws, learn_days, days
        factor = case.no_load_v / feeders.NO_LOAD_V
        self.site = feeders.site(feeders.by_name(case.feeder), case.length_factor)
        homes, whole = self.site.homes, days + learn_days
        people = [draw(homes, 0, 0, whole, seed) for seed in case.seeds]
        self.roofs = [roofs(homes, whole, seed) for seed in case.seeds]
        self._base = np.stack([p.base_w for p in people], axis=1)  # (T, S, H, 3)
        source = np.stack([p.source for p in people], axis=1)
        self._source = np.tile(self.site.source_pu * factor * source, len(laws))
        self._home = np.stack([r.home for r in self.roofs])
        self._share = np.stack([r.share for r in self.roofs])
        self._peak_w = np.stack([r.peak_w for r in self.roofs])
        self._sun = np.stack([r.sun for r in self.roofs], axis=1)
        self._to_ports = self.site.to_ports()
        ohm = self.site.loop_ohm()
        self.inverters = [[Inverters(there, changes, ohm, seed)
                           for there, seed in zip(self.roofs, case.seeds, strict=True)]
                          for changes in laws.values()]

    def run(self) -> dict[str, Outcome]:
        """All days; the days of learning are not counted."""
        grid, seeds = (len(self.laws), len(self.roofs)), np.arange(len(self.roofs))[:, None]
        high = np.zeros((*grid, self.site.homes), int)
        lost = np.zeros((*grid, self._home.shape[1]))
        v = np.repeat(self.site.model.v0(self._source[0, 0])[None, :], grid[0] * grid[1], axis=0)
        for t in range((self.learn + self.days) * DAY):
            could_w = self._sun[t][:, None] * self._peak_w
            limit_w = np.array([[one.limit_w for one in law] for law in self.inverters])
            pv_w = np.minimum(could_w, limit_w)
            p_w = np.repeat(self._base[t][None], grid[0], axis=0)
            p_w[:, seeds, self._home] -= pv_w[..., None] * self._share
            v = self._solved(t, p_w, v)
            u_v = np.abs(v)[:, self.site.home_ports].reshape(*grid, self.site.homes, 3)
            self._decide(u_v[:, seeds, self._home], p_w[:, seeds, self._home])
            if t >= self.learn * DAY:
                high += (u_v > HIGH10_V).any(axis=3)
                lost += (could_w - pv_w) / 60.0
        could = self._sun[self.learn * DAY:].sum(axis=0)[:, None] * self._peak_w / 60.0
        return {name: Outcome(self.days, high[k], could, lost[k])
                for k, name in enumerate(self.laws)}

    def _solved(self, t: int, p_w, v):
        rows = len(v)
        q_var = np.tile(TAN_BASE * self._base[t].reshape(len(self.roofs), -1), (len(self.laws), 1))
        return solve_batch(self.site.model, p_w.reshape(rows, -1) @ self._to_ports,
                           q_var @ self._to_ports, source_pu=self._source[t], v_start=v,
                           tol_v=TOLERANCE_V).v

    def _decide(self, u_v, p_w) -> None:
        u_mv, p_w = np.rint(u_v * 1e3).astype(int).tolist(), np.rint(p_w).astype(int).tolist()
        for k, law in enumerate(self.inverters):
            for s, one in enumerate(law):
                one.decide(u_mv[k][s], p_w[k][s])


HEAD = ("| law | home-minutes above +10 % a day | curtailed, % | worst roof, % | Jain's index | "
        "most / least |\n|---|---|---|---|---|---|")


def lines(found: dict[str, Outcome]) -> list[str]:
    """The table of one feeder."""
    rows = [HEAD]
    for name, outcome in found.items():
        f = outcome.figures()
        shared = (f"{f['jain']:.2f} | {f['max_min']:.1f}" if f["lost_percent"] > 0.0 else "- | -")
        rows.append(f"| {name} | {f['high_min_day']:.0f} | {f['lost_percent']:.1f} | "
                    f"{f['worst_percent']:.1f} | {shared} |")
    return rows


def show() -> None:
    """Run all cases and print their tables."""
    for case in CASES:
        feeder = Feeder(case, LAWS, DAYS)
        print(f"{case.feeder} ({feeders.by_name(case.feeder).half}): {feeder.site.homes} homes, "
              f"{len(feeder.roofs[0].home)} roofs, lines x {case.length_factor}, no load "
              f"{case.no_load_v} V, seeds {case.seeds}, {DAYS} days\n")
        print("\n".join(lines(feeder.run())), "\n", flush=True)
