"""Seeded household loads: appliance events, cold appliances and light around a base load.

For each household: the appliances it owns and its level of use are drawn first, then for each
day the starts of each appliance (Poisson, hour of the day by `appliances`), the cold
appliances' cycling, light in the dark hours, and standby. Households draw from their own
generators: adding one changes no other. Assumptions, not measurements: see `appliances`.
Units: W, s. Failure: steps that do not divide a day raise ValueError.
"""

from __future__ import annotations

import math

import numpy as np

from .appliances import APPLIANCES, EVENING

DAY_S = 86400
_LIGHT_W = 250.0
_COLD_W, _COLD_ON_S, _COLD_PERIOD_S = 90.0, 900.0, 2700.0


def generate(n: int, days: int, step_s: float = 60.0, seed: int = 0, phases: int = 1):
    """Table of active power in W for n households over whole days.

    Returns (T, n) for phases=1, else (T, n, 3): per household the phases L1..L3, of which the
    base lies on a drawn one, each appliance on a drawn one, the hob on two.
    """
    steps = round(DAY_S / step_s)
    if abs(steps * step_s - DAY_S) > 1e-9:
        raise ValueError(f"step {step_s} s does not divide a day")
    if phases not in (1, 3):
        raise ValueError(f"phases {phases}: 1 or 3 expected")
    tables = [_household(days, steps, step_s, np.random.default_rng((seed, k)), phases)
              for k in range(n)]
    stacked = np.stack(tables, axis=1)
    return stacked[:, :, 0] if phases == 1 else stacked


def _household(days: int, steps: int, step_s: float, rng, phases: int):
    table = np.zeros((days * steps, phases))
    use = math.exp(rng.normal(-0.06, 0.35))  # mean 1, most households between 0.5 and 2
    own_phase = int(rng.integers(phases))
    table[:, own_phase] += _base(days, steps, step_s, rng, use)
    for appliance in APPLIANCES:
        if rng.random() > appliance.owned:
            continue
        where = _phases_of(appliance, rng, phases)
        for day in range(days):
            for start_s in _starts(appliance, rng, use):
                cycle = _cycle(appliance, rng, step_s)
                first = round((day * DAY_S + start_s) / step_s)
                _add(table, first, cycle, where)
    return table


def _base(days: int, steps: int, step_s: float, rng, use: float):
    """Standby, cold appliances cycling at their own pace, and light after dark."""
    t_s = np.arange(days * steps) * step_s
    standby = rng.uniform(40, 110)
    period_s = _COLD_PERIOD_S * rng.uniform(0.8, 1.25)
    cold = _COLD_W * (((t_s + rng.uniform(0, period_s)) % period_s) < _COLD_ON_S)
    weights = np.asarray(EVENING) / max(EVENING)
    hours = (t_s / 3600.0 + rng.normal(0.0, 0.5)) % 24.0
    # Rooms are lit and left at random: one level per quarter of an hour.
    quarter = (t_s // 900).astype(int)
    level = rng.uniform(0.3, 1.3, quarter[-1] + 1)[quarter]
    return standby + cold + _LIGHT_W * use * weights[hours.astype(int)] * level


def _phases_of(appliance, rng, phases: int) -> list[int]:
    first = int(rng.integers(phases))
    if appliance.three_phase and phases == 3:
        return [first, (first + 1) % 3]
    return [first]


def _starts(appliance, rng, use: float):
    """Start times within one day, s."""
    weights = np.asarray(appliance.hours, float)
    count = rng.poisson(appliance.per_day * use)
    hours = rng.choice(24, size=count, p=weights / weights.sum())
    return (hours + rng.random(count)) * 3600.0


def _cycle(appliance, rng, step_s: float):
    """Power over one use of the appliance, W per step."""
    minutes = appliance.minutes * rng.uniform(0.7, 1.3)
    steps = max(1, round(minutes * 60 / step_s))
    power_w = appliance.power_w * rng.uniform(0.85, 1.1)
    if appliance.duty >= 1.0:
        # A use shorter than a step keeps its energy.
        return np.full(steps, power_w * minutes * 60 / (steps * step_s))
    per_block = max(1, round(appliance.block_min * 60 / step_s))
    blocks = rng.random(steps // per_block + 1) < appliance.duty
    return np.where(np.repeat(blocks, per_block)[:steps], power_w, appliance.hold_w)


def _add(table, first: int, cycle, where) -> None:
    """Add a cycle from step `first`; what runs past the end of the table is left out."""
    part = cycle[: max(0, len(table) - first)]
    for phase in where:
        table[first : first + len(part), phase] += part / len(where)
