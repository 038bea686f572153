"""k from own steps amid noise and neighbours' steps: within 20 % of the truth, seed by seed.

Feeder: the own phase's voltage is 232 V minus k times the own power, minus what the neighbours'
power costs on the common part of the path, plus the meter's noise, rounded to 0.1 V.
Polls are 1 s apart.
"""

import numpy as np
import pytest

from phaseward.core.sample import OK, POWER, U_LN, Sample
from phaseward.core.sensitivity import READY, Sensitivity

HOURS = 24
NOISE_V = 0.15


def own_power(rng, seconds):
    """A base load that wanders, appliances of 1.5 to 3 kW, and a car that comes and goes."""
    base = np.repeat(rng.gamma(2.0, 150, seconds // 20 + 1), 20)[:seconds]
    return base + switched(rng, seconds, 2200, 1200, 40) + switched(rng, seconds, 3700, 3600, 12)


def switched(rng, seconds, watts, mean_s, times):
    power = np.zeros(seconds)
    for start in rng.integers(0, seconds, times):
        power[start:start + int(rng.exponential(mean_s)) + 30] = watts
    return power


def neighbours(rng, seconds):
    """Ten houses: each a car of 3.7 or 11 kW on three phases, kettles and heaters."""
    total = np.zeros(seconds)
    for _ in range(10):
        total += switched(rng, seconds, 3700, 4000, 6) + switched(rng, seconds, 2000, 400, 60)
    return total


def learnt(seed, k_v_kw, shared=0.8):
    rng = np.random.default_rng(seed)
    seconds = HOURS * 3600
    own = own_power(rng, seconds)
    drop = k_v_kw * own / 1000 + shared * k_v_kw * neighbours(rng, seconds) / 1000
    volts = np.round((232 - drop + rng.normal(0, NOISE_V, seconds)) * 10) * 100
    sensitivity, sample = Sensitivity(), Sample()
    sample.state[U_LN] = sample.state[POWER] = OK
    for u, p in zip(volts.astype(int).tolist(), own.astype(int).tolist(), strict=True):
        sample.u_ln_mv[0], sample.p_w[0] = u, p
        sensitivity.step(1000, sample, True)
    return sensitivity


@pytest.mark.parametrize("k_v_kw", [0.15, 0.4, 1.2])
def test_a_day_of_own_steps_gives_k_within_a_fifth(k_v_kw):
    for seed in range(2):
        sensitivity = learnt(seed, k_v_kw)
        assert sensitivity.count >= READY
        assert abs(sensitivity.k_mv_kw() - 1000 * k_v_kw) < 200 * k_v_kw, (seed, sensitivity.k)
