"""Unbalance from six magnitudes against complex phasors in floating point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phaseward.core.phasors import Phasors, deviation_bp, factor_bp

A = np.exp(2j * np.pi / 3)


def magnitudes(u0, u1, u2, step_mv=1):
    """mV of L1..L3 to neutral and L1-L2, L2-L3, L3-L1, as a meter of that resolution shows."""
    u = np.array([u0 + u1 + u2, u0 + A**2 * u1 + A * u2, u0 + A * u1 + A**2 * u2])
    lines = np.array([u[0] - u[1], u[1] - u[2], u[2] - u[0]])
    both = np.rint(np.abs([u, lines]) * 1000 / step_mv).astype(int) * step_mv
    return both[0].tolist(), both[1].tolist()


def solved(u0, u1, u2, step_mv=1):
    p = Phasors()
    assert p.solve(*magnitudes(u0, u1, u2, step_mv))
    return p


def draws(n, seed):
    """u0 and u2 up to 3 % of 230 V, any angle."""
    rng = np.random.default_rng(seed)
    r = 230 * 0.03 * np.sqrt(rng.uniform(size=(n, 2)))
    return r * np.exp(2j * np.pi * rng.uniform(size=(n, 2)))


def errors_percent(step_mv, n=400):
    u0_errors, u2_errors = [], []
    for u0, u2 in draws(n, 7):
        p = solved(u0, 230, u2, step_mv)
        u0_errors.append(abs(factor_bp(p.u0_mv, p.u1_mv) / 100 - abs(u0) / 2.30))
        u2_errors.append(abs(factor_bp(p.u2_mv, p.u1_mv) / 100 - abs(u2) / 2.30))
    return np.array(u0_errors), np.array(u2_errors)


def test_exact_magnitudes_give_u0_and_u2_to_the_resolution_of_the_result():
    """The result is cut off to 0.01 %; 0.002 % more for mV and integer roots."""
    u0_errors, u2_errors = errors_percent(step_mv=1)
    assert u0_errors.max() <= 0.012
    assert u2_errors.max() <= 0.012


def test_a_meter_of_a_tenth_of_a_volt_is_good_enough():
    """Monte Carlo bounds: mean 0.014 %, 99 % 0.043 % for u0; 0.005 % and 0.013 % for u2; the
    result's own resolution adds up to 0.01 %."""
    u0_errors, u2_errors = errors_percent(step_mv=100)
    assert u0_errors.mean() <= 0.014 + 0.01 and np.quantile(u0_errors, 0.99) <= 0.043 + 0.01
    assert u2_errors.mean() <= 0.005 + 0.01 and np.quantile(u2_errors, 0.99) <= 0.013 + 0.01


def test_a_meter_of_one_volt_is_too_coarse_for_a_limit_of_two_percent():
    u0_errors, u2_errors = errors_percent(step_mv=1000)
    assert 0.1 < np.quantile(u0_errors, 0.99) < 0.5
    assert 0.05 < np.quantile(u2_errors, 0.99) < 0.5


def test_the_sixth_magnitude_uncovers_swapped_wires():
    """L2 and L3 exchanged on the phase-to-neutral side only, 14 V apart: 3 V of contradiction."""
    u, lines = magnitudes(0, 230, 8j)
    p = Phasors()
    p.solve(u, lines)
    assert p.mismatch_mv < 50
    p.solve([u[0], u[2], u[1]], lines)
    assert p.mismatch_mv > 2900


def test_balanced_voltages_have_no_unbalance():
    p = solved(0, 230, 0)
    assert p.u2_mv <= 2 and p.u0_mv <= 2 and abs(p.u1_mv - 230000) <= 30


def test_lost_neutral_shows_as_zero_sequence():
    """Neutral point shifted by 40 V towards L1: u0 = 40 V, the triangle is untouched."""
    p = solved(40, 230, 0)
    assert abs(p.u0_mv - 40000) <= 10 and p.u2_mv <= 2


@pytest.mark.parametrize("lines", [[400000, 100000, 100000], [0, 0, 0], [999, 400000, 400000]])
def test_magnitudes_that_close_no_triangle_are_refused(lines):
    assert not Phasors().solve([230000] * 3, lines)


@given(st.lists(st.integers(0, 700000), min_size=6, max_size=6))
def test_any_magnitudes_are_taken_without_an_error(values):
    p = Phasors()
    if p.solve(values[:3], values[3:]):
        assert 0 <= factor_bp(p.u2_mv, p.u1_mv) <= 10000
        assert 0 <= factor_bp(p.u0_mv, p.u1_mv) <= 10000


def test_deviation_from_the_mean_by_hand():
    """210, 230, 235 V: mean 225 V, largest deviation 15 V: 6.66 %."""
    assert deviation_bp([210000, 230000, 235000]) == 666
    assert deviation_bp([0, 0, 0]) == 10000
