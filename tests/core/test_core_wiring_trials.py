"""Wiring self-identification under load noise: how often it is wrong, undecided, and its angle.

Trial: a random one of the six ways, angle 12 .. 37 degrees of either sign, loads that switch at
random (exponential sizes, 800 W), meter noise 0.05 V. Noise and sizes are synthetic, own choice.
"""

import numpy as np
import pytest

from phaseward.core.probing import FOUND, LEGS, RUNNING, Probing


def trial(seed, k=0.45, probe_w=1000, resolution_v=0.1, per_s=0.2):
    """(probing after its end, true legs, true angle)."""
    rng = np.random.default_rng(seed)
    probing = Probing()
    probing.configure({"pb_probe_w": probe_w, "pb_probe_s": 5, "pb_probe_most": 40,
                       "pb_probe_z": 6})
    legs = LEGS[rng.integers(6)]
    angle = rng.uniform(12, 37) * rng.choice([-1, 1])
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle)) / np.sqrt(3)
    matrix = k / 1000 * np.array([[c, -s, s], [s, c, -s], [-s, s, c]])
    base, load = np.array([225.0, 231.0, 235.0]) + rng.normal(0, 2, 3), np.zeros(3)
    at_work = [np.zeros(3)] * 2
    probing.start()
    while probing.state == RUNNING:
        for phase in range(3):
            if rng.random() < per_s / 3:
                load[phase] = 0.95 * load[phase] + rng.choice([-1, 1]) * rng.exponential(800)
        u = base - 1.04e-3 * k * load + matrix @ at_work[0] + rng.normal(0, 0.05, 3)
        probing.step(1000, [round(v) for v in np.rint(u / resolution_v) * resolution_v * 1000])
        p = np.zeros(3)
        for leg in range(3):
            p[legs[leg]] = probing.power_w[leg]
        at_work = [at_work[1], p]
    return probing, legs, angle


CASES = [{}, {"probe_w": 500, "per_s": 0.05}, {"k": 1.0}, {"k": 3.0},
         {"resolution_v": 1.0}, {"k": 1.0, "resolution_v": 1.0}]


def tally(count, **case):
    """Wrong legs, wrong signs of the angle, undecided, errors of k in percent."""
    wrong = turned = undecided = 0
    errors = []
    for seed in range(count):
        probing, legs, angle = trial(seed, **case)
        if probing.state != FOUND:
            undecided += 1
        elif LEGS[probing.legs] != legs:
            wrong += 1
        else:
            turned += probing.angle_sure and probing.angle_deg * angle < 0
            errors.append(100 * (probing.k_mv_kw / 1000 / case.get("k", 0.45) - 1))
    return wrong, turned, undecided, np.abs(errors)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_few_trials_are_never_wrong(case):
    wrong, turned, undecided, errors = tally(8, **case)
    assert wrong == turned == 0 and undecided <= 2
    assert np.median(errors) < 15


@pytest.mark.slow
@pytest.mark.parametrize("case", [CASES[0], CASES[4]], ids=str)
def test_a_thousand_trials_are_wrong_in_less_than_half_a_percent(case):
    wrong, turned, undecided, errors = tally(1000, **case)
    assert wrong < 5 and turned < 5, (wrong, turned)
    assert undecided <= 50 and np.median(errors) < 10


def test_with_a_meter_of_one_volt_no_angle_is_told():
    for seed in range(6):
        assert not trial(seed, k=1.0, resolution_v=1.0)[0].angle_sure
