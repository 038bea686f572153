"""The opponents' decisions by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from phaseward_sim.fairness import laws
from phaseward_sim.fairness.profiles import PROFILES

CARS = SimpleNamespace(max_w=np.array([[11040.0]]), phases=np.array([[3]]))


def seen(t, volt, haste=False):
    one = np.full((1, 1, 1), float(volt))
    return laws.Seen(t, None, None, one, one, np.array([[[haste]]]), np.full((1, 1, 1), 21.0),
                     None, None)  # opponents ask no charger


def run(kind, volts, profile="six_a", start=0, **constants):
    law = kind([PROFILES[profile]], CARS, 1, **constants)
    watts = []
    for k, volt in enumerate(volts):
        law.decide(seen(start + k, volt))
        watts.append(float(law.limit_w[0, 0, 0]))
    return law, watts


def test_threshold_falls_at_once_and_rises_by_its_ramp():
    # Below 0.93 * 230 = 213.9 V; floor 4140 W; without a wait 10 % of 6900 W a minute.
    _, watts = run(laws.Threshold, [214.0, 213.0, 214.0, 214.0], wait_min=0)
    assert watts == pytest.approx([11040.0, 4140.0, 4830.0, 5520.0])


def test_threshold_waits_at_random_before_it_rises():
    _, watts = run(laws.Threshold, [213.0] + [220.0] * 30, wait_min=10)
    waited = watts[1:].count(4140.0)
    assert 0 <= waited <= 10 and watts[-1] == 11040.0


def test_droop_is_linear_between_its_voltages():
    # Half-way between 0.91 and 0.95 of 230 V: 213.9 V, u = 0.5.
    _, watts = run(laws.Droop, [213.9, 209.0, 230.0])
    assert watts == pytest.approx([4140 + 0.5 * 6900, 4140.0, 4830.0])


def test_static_times_hold_for_two_hours():
    _, watts = run(laws.Static, [230.0] * 122, start=17 * 60 - 1)
    assert watts[0] == watts[121] == 11040.0 and set(watts[1:121]) == {4140.0}


def test_a_spent_budget_releases_until_noon():
    _, watts = run(laws.Threshold, [200.0] * 130, profile="dim_2h", start=18 * 60)
    assert watts[:120] == [4200.0] * 120 and watts[120:] == [11040.0] * 10


def test_haste_lifts_a_pause():
    law, watts = run(laws.Threshold, [200.0], profile="pause")
    assert watts == [0.0]
    law.decide(seen(1, 200.0, haste=True))
    assert law.limit_w[0, 0, 0] == 11040.0
