"""The parameter rule 1 / (1 + (2 N - 1)(1 + d)) in the closed loop of `sites.stability`."""

import numpy as np
import pytest

from phaseward_sim.sites.stability import SWING_V, Feeder, line_ohm, rule, swing_v


@pytest.mark.parametrize(("units", "delay"), [(1, 4), (3, 1)])
def test_the_rule_is_stable_at_two_points(units, delay):
    assert swing_v(units, delay) <= SWING_V


def test_far_above_the_rule_the_same_feeder_swings():
    """That the loop can tell: four times the rule with a period of delay."""
    assert swing_v(3, 1, 4 * rule(3, 1)) > 4 * SWING_V


def test_the_plant_has_the_sensitivity_that_is_told_to_the_units():
    """A small transfer moves its phase by 2.5 R / U: k, times R / U at the voltage there."""
    feeder = Feeder(1, 0, wire=line_ohm(1.0))
    feeder._solve(np.zeros((1, 3)))
    before = np.abs(feeder.shared).copy()
    feeder._solve(np.array([[0.0, 100.0, -100.0]]))
    change = (np.abs(feeder.shared) - before) / 0.1  # V/kW
    assert abs((change[1] - change[2]) / 2 - 1.0) < 0.1


@pytest.mark.slow
@pytest.mark.parametrize("k_v_kw", [1.0, 1.5])
@pytest.mark.parametrize("delay", range(5))
@pytest.mark.parametrize("units", [1, 3, 6, 10])
def test_the_rule_is_stable_over_the_whole_map(units, delay, k_v_kw):
    """Also where the grid is half more sensitive than the units were told."""
    assert swing_v(units, delay, wire=line_ohm(k_v_kw)) <= SWING_V
