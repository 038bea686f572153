"""Energies, comfort and fairness, by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phaseward_sim.evaluate import (
    ComfortMeter,
    EnergyMeter,
    HeldBackMeter,
    PeakMeter,
    ev_service,
    jain,
    max_min_ratio,
)
from phaseward_sim.evaluate.energy import network_losses_w

AMOUNTS = st.lists(st.floats(0, 1e9), min_size=1, max_size=50)


def test_jain_of_equal_shares_is_one_and_of_one_bearer_one_over_n():
    assert jain([3, 3, 3]) == pytest.approx(1.0)
    assert jain([0, 0, 5]) == pytest.approx(1 / 3)
    # (1+2+3)^2 / (3 x 14) = 36/42.
    assert jain([1, 2, 3]) == pytest.approx(36 / 42)


def test_where_nobody_bears_anything_all_are_equal():
    assert jain([0, 0]) == 1.0 and max_min_ratio([0, 0]) == 1.0


def test_max_min_ratio():
    assert max_min_ratio([10, 40]) == 4.0
    assert max_min_ratio([0, 40]) == math.inf


@given(AMOUNTS)
def test_jain_lies_between_one_over_n_and_one(values):
    assert 1 / len(values) - 1e-9 <= jain(values) <= 1 + 1e-9


@given(AMOUNTS, st.floats(1e-3, 1e3))
def test_jain_does_not_depend_on_the_unit(values, scale):
    assert jain(np.array(values) * scale) == pytest.approx(jain(values), rel=1e-6)


@pytest.mark.parametrize("values", [[], [-1, 2], [math.nan], [math.inf, 1]])
def test_fairness_of_nonsense_is_refused(values):
    with pytest.raises(ValueError, match="fairness"):
        jain(values)


def test_powers_become_energies_by_name():
    meter = EnergyMeter()
    for _ in range(1800):
        meter.add(1.0, losses_w=200.0, pv_w=np.array([1000.0, 500.0]))
    assert meter.wh["losses_wh"] == pytest.approx(100.0)
    assert meter.wh["pv_wh"] == pytest.approx([500.0, 250.0])
    with pytest.raises(ValueError, match="ends in _w"):
        meter.add(1.0, losses_kw=1.0)


def test_losses_are_what_enters_and_does_not_leave():
    assert network_losses_w(5100.0, np.array([4000.0, 2000.0, -1000.0])) == 100.0


def test_peaks_keep_the_time_they_were_first_reached():
    peak = PeakMeter(2)
    for t_s, values in enumerate([[1.0, 5.0], [3.0, 5.0], [2.0, 4.0]]):
        peak.add(float(t_s), np.array(values))
    assert peak.value.tolist() == [3, 5] and peak.t_s.tolist() == [1, 0]
    single = PeakMeter()
    single.add(4.0, 0.7)
    single.add(5.0, 0.6)
    assert (float(single.value), float(single.t_s)) == (0.7, 4.0)


def test_warmth_is_judged_against_set_point_less_tolerance():
    # Comfort ends at 20 degC; 2 h at 19.5 degC are 1 K h; 2 of 4 h are kept.
    meter = ComfortMeter(2, 21.0, tolerance_k=1.0)
    meter.add(np.array([21.0, 20.0]), 7200.0)
    meter.add(np.array([19.5, 20.5]), 7200.0)
    assert meter.cold_s.tolist() == [7200, 0]
    assert meter.cold_kh == pytest.approx([1.0, 0.0])
    assert meter.kept_share == pytest.approx([0.5, 1.0])
    assert meter.coldest_c.tolist() == [19.5, 20.0]


def test_energy_not_charged_is_summed_per_charger():
    service = ev_service(3, [(0, 9000, 0), (1, 8000, 1000), (1, 3000, 500)])
    assert service.missing_wh.tolist() == [0, 1500, 0]
    assert service.served_share == pytest.approx(1 - 1500 / 20000)
    assert ev_service(2, []).served_share == 1.0


def test_a_limit_nobody_feels_is_held_back_time_but_no_burden():
    meter = HeldBackMeter([11000.0, 11000.0, 11000.0])
    meter.add([11000.0, 4200.0, 4200.0], [11000.0, 0.0, 11000.0], 60.0)
    assert meter.held_s.tolist() == [0, 60, 60]
    assert meter.demanded_s.tolist() == [0, 0, 60]
