"""Intervals against numbers calculated by hand, and pairing by seed."""

import math

import numpy as np
import pytest

from phaseward_sim.study.statistics import interval, paired


def test_interval_of_four_values_by_hand():
    # Mean 5, deviations -3, -1, 1, 3: s = sqrt(20/3); t(0.975, 3) = 3.1824; half = t s / 2.
    found = interval([2, 4, 6, 8], 0.95)
    half = 3.18245 * math.sqrt(20 / 3) / 2
    assert (found.mean, found.n) == (5, 4)
    assert (found.low, found.high) == pytest.approx((5 - half, 5 + half), abs=1e-4)
    assert found.clear


def test_too_few_values_have_no_interval():
    assert math.isnan(interval([3.0], 0.95).low) and interval([3.0], 0.95).mean == 3.0
    empty = interval([None, math.nan], 0.95)
    assert empty.n == 0 and math.isnan(empty.mean) and not empty.clear


def test_pairing_takes_what_the_seeds_share_out_of_the_difference():
    # The seeds differ by hundreds, the variants by 1 on each: only paired this is clear.
    reference = {1: 100.0, 2: 300.0, 3: 200.0, 4: 50.0}
    values = {seed: value - 1.0 for seed, value in reference.items()}
    assert paired(values, reference, 0.95) == interval([-1.0] * 4, 0.95)
    assert paired(values, {2: 300.0}, 0.95).n == 1
    assert paired({**values, 2: None}, reference, 0.95).n == 3


def test_intervals_cover_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(7)
    hits = sum(found.low <= 10.0 <= found.high for found in (
        interval(rng.normal(10.0, 3.0, 5), 0.9) for _ in range(2000)))
    # Binomial(2000, 0.9): standard deviation 13.4; four of them either way.
    assert abs(hits - 1800) < 54
