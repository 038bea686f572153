"""From the counters of a run to the figures of one law and seed.

Per day and for the whole feeder unless the name says otherwise. Comfort is judged against the run
without control: the same stays, the same cars. Units in the names.
"""

from __future__ import annotations

import numpy as np

from ..evaluate.fairness import jain, max_min_ratio

SAME_WH = 100.0  # a stay that lacks less than this has "the same energy"


def figures(loop, law: int, seed: int, uncontrolled: int = 0) -> dict[str, float]:
    """All figures of row (law, seed); `uncontrolled`: number of the law that does nothing."""
    m, days, at = loop.measures, loop.setting.days, (law, seed)
    found = {
        "low10_min": m.low10[at].sum() / days, "low7_min": m.low7[at].sum() / days,
        "high10_min": m.high10[at].sum() / days,
        "low10_means": m.mean_low10[at].sum() / days, "low7_means": m.mean_low7[at].sum() / days,
        "lowest_v": m.lowest_v[at].min(), "peak_kw": m.peak_w[at] / 1e3,
        "transformer_pct": 100.0 * m.trafo[at], "line_pct": 100.0 * m.line[at],
        "rebound_pct": 100.0 * (m.peak_w[at] / m.peak_w[uncontrolled, seed] - 1.0)}
    able = loop.blockable[at]
    found |= _blocked(m.blocked[at][able], m.withheld[at][able], m.demanded[at][able], days)
    found |= _switching(m, at, days)
    found |= _comfort(loop.cars, law, seed, uncontrolled)
    found |= _pumps(m, at, days)
    return {name: float(value) for name, value in found.items()}


def _blocked(blocked, withheld, demanded, days) -> dict:
    """Cars above the floor (others cannot be blocked): blocked minutes per demanded minute, and
    per day."""
    if not len(demanded):
        return {}
    users = demanded > 0
    share = blocked[users] / demanded[users]
    return {"jain": jain(share), "max_min": max_min_ratio(share),
            "jain_withheld": jain(withheld[users] / demanded[users]),
            "blocked_min": blocked.mean() / days, "blocked_worst_min": blocked.max() / days,
            "withheld_min": withheld.mean() / days, "demanded_min": demanded.mean() / days}


def _switching(m, at, days) -> dict:
    return {"contacts": m.contacts[at].mean() / days, "starts": m.block_starts[at].mean() / days}


def _comfort(cars, law, seed, uncontrolled) -> dict:
    """Stays that ended within the measured days, against the run without control."""
    left, free = cars.left_wh[law, seed], cars.left_wh[uncontrolled, seed]
    ended = np.isfinite(left) & np.isfinite(free)
    lacking = np.maximum(left[ended] - free[ended], 0.0)
    homes = cars.seeds[seed]
    of_home = np.bincount(homes.car_home[homes.stay_car[np.flatnonzero(ended)]], lacking,
                          minlength=1)
    return {"comfort_pct": 100.0 * np.mean(lacking <= SAME_WH) if len(lacking) else 100.0,
            "stays": len(lacking), "missed_kwh": of_home.max() / 1e3}


def _pumps(m, at, days) -> dict:
    if not m.pumps.count:
        return {}
    wanted, blocked = m.pump_demanded[at], m.pump_blocked[at]
    share = blocked / np.maximum(wanted, 1.0)
    return {"pump_jain": jain(share), "pump_blocked_min": blocked.mean() / days,
            "pump_starts": m.pump_starts[at].mean() / days, "cold_k": m.kept_k()[at]}
