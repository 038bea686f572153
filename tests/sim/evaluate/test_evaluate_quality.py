"""EN 50160 statistics and unbalance, against numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phaseward_sim.evaluate import (
    En50160,
    UnbalanceMeter,
    sequence_voltages,
    u0_share,
    u2_share,
)

INTERVALS = 1008  # 10-minute intervals of a week
BALANCED = 230 * np.exp(1j * np.deg2rad([0, -120, 120]))


def week(bad, bad_v, good_v=230.0):
    """Node whose L2 spends `bad` intervals at bad_v, the rest of a week at good_v."""
    meter = En50160(1)
    for k in range(INTERVALS):
        meter.add(np.array([[230.0, bad_v if k < bad else good_v, 230.0]]), 600.0)
    return meter.weeks()[0]


def test_five_percent_of_a_week_may_lie_outside_ten_percent():
    # 5 % of 1008 intervals are 50.4: 50 pass, 51 fail.
    assert week(50, 206.9).voltage_passed
    assert not week(51, 206.9).voltage_passed
    assert week(51, 207.1).voltage_passed


def test_no_interval_may_lie_below_minus_15_percent():
    # 0.85 x 230 = 195.5 V.
    assert week(1, 195.6).voltage_passed
    assert not week(1, 195.4).voltage_passed


def test_above_plus_ten_percent_no_interval_is_allowed():
    assert not week(1, 253.1).voltage_passed
    assert week(1, 252.9).voltage_passed


def test_an_interruption_flags_its_interval_and_is_left_out():
    meter = En50160(2)
    for k in range(1200):
        u_v = np.full((2, 3), 230.0)
        if k == 700:
            u_v[1] = 0.0  # one second without supply, in the second interval
        meter.add(u_v, 1.0)
    whole, cut = meter.weeks()
    assert (whole.valid, whole.flagged) == (2, 0)
    assert (cut.valid, cut.flagged) == (1, 1)
    assert cut.in_10_share == 1.0 and not cut.whole


def test_intervals_are_rms_of_their_seconds():
    # Half at 220 V, half at 240 V: sqrt((220^2 + 240^2) / 2) = 230.217 V.
    meter = En50160(1)
    for k in range(600):
        meter.add(np.full((1, 3), 220.0 if k % 2 else 240.0), 1.0)
    assert meter.rows[0][0, 0] == pytest.approx(230.217, abs=1e-3)


def test_the_95th_percentile_of_u2_is_the_value_95_percent_do_not_exceed():
    meter = En50160(1)
    rows = []
    for k in range(100):
        meter.add(np.full((1, 3), 230.0), 600.0)
        rows.append(np.array([0.021 if k < 5 else 0.019]))
    assert meter.weeks(rows)[0].p95_u2 == 0.019
    rows[50][:] = 0.021
    verdict = meter.weeks(rows)[0]
    assert verdict.p95_u2 == 0.021 and not verdict.u2_passed


def test_each_week_gets_its_own_verdict():
    meter = En50160(1)
    for k in range(INTERVALS + 10):
        meter.add(np.full((1, 3), 230.0 if k < INTERVALS else 190.0), 600.0)
    first, second = meter.weeks()
    assert first.whole and first.voltage_passed
    assert not second.whole and not second.voltage_passed


def test_a_balanced_system_has_neither_u2_nor_u0():
    assert sequence_voltages(BALANCED) == pytest.approx([0, 230, 0], abs=1e-9)
    assert u2_share(BALANCED) == pytest.approx(0, abs=1e-12)


def test_swapped_phases_are_all_negative_sequence():
    zero, positive, negative = np.abs(sequence_voltages(BALANCED[[0, 2, 1]]))
    assert (zero, positive, negative) == pytest.approx((0, 0, 230), abs=1e-9)


def test_one_phase_low_by_30_volts():
    # (200, 230, 230) at 120 degrees: V1 = 220, V2 = V0 = -10: both 1/22 = 4.545 %.
    v = np.array([200, 230, 230]) * np.exp(1j * np.deg2rad([0, -120, 120]))
    assert u2_share(v) == pytest.approx(1 / 22)
    assert u0_share(v) == pytest.approx(1 / 22)


def test_without_supply_there_is_no_unbalance_to_state():
    assert np.isnan(u2_share(np.zeros(3)))


COMPLEX = st.complex_numbers(max_magnitude=400, allow_nan=False)


@given(st.tuples(COMPLEX, COMPLEX, COMPLEX))
def test_the_three_sequences_give_back_the_phases(v):
    zero, positive, negative = sequence_voltages(np.array(v))
    a = np.exp(2j * np.pi / 3)
    back = [zero + positive + negative, zero + a**2 * positive + a * negative,
            zero + a * positive + a**2 * negative]
    assert np.allclose(back, v, atol=1e-9)


def test_unbalance_is_averaged_over_ten_minutes_as_rms():
    # Half of the time u2 = u0 = 1/22, half 0: rms 1/22/sqrt(2) = 3.214 %.
    low = np.array([[200, 230, 230]]) * np.exp(1j * np.deg2rad([0, -120, 120]))
    meter = UnbalanceMeter(1)
    for k in range(600):
        meter.add(low if k < 300 else BALANCED[None], 1.0)
    assert meter.u2_max[0] == pytest.approx(1 / 22 / 2**0.5)
    assert meter.u0_max[0] == pytest.approx(1 / 22 / 2**0.5)
    assert len(meter.u2_rows) == 1
