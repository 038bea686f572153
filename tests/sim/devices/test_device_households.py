"""Household tables: energy kept, plausible numbers, repeatable by seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from phaseward_sim.devices.course import Course
from phaseward_sim.devices.household_generator import generate
from phaseward_sim.devices.household_profiles import interpolated, with_switching
from phaseward_sim.devices.households import HouseholdFleet, split_over_phases

MEANS = arrays.arrays(float, st.tuples(st.integers(1, 12), st.integers(1, 3)),
                      elements=st.floats(0, 5000))


def test_each_port_gets_its_column_and_its_reactive_power():
    # Power factor 0.8: tan phi = 0.75, so 1000 W draw 750 var.
    fleet = HouseholdFleet([2, 0], Course([[1000.0, 400.0], [0.0, 100.0]], 60.0), 0.8)
    p_w, q_var = np.zeros(3), np.zeros(3)
    fleet.demand(30.0, 1.0, None, p_w, q_var)
    assert p_w == pytest.approx([400, 0, 1000])
    assert q_var == pytest.approx([300, 0, 750])
    fleet.demand(60.0, 1.0, None, p_w, q_var)
    assert p_w == pytest.approx([500, 0, 1000])


@pytest.mark.parametrize("factor", [0.0, 1.1])
def test_an_impossible_power_factor_is_refused(factor):
    with pytest.raises(ValueError, match="power factor"):
        HouseholdFleet([0], Course([[1.0]], 60.0), factor)


def test_a_table_that_does_not_fit_the_ports_is_refused():
    with pytest.raises(ValueError, match="2 ports"):
        HouseholdFleet([0, 1], Course([[1.0]], 60.0))


def test_customers_are_split_over_phases_by_their_shares():
    table = split_over_phases([[300.0, 90.0]], [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]])
    assert table.tolist()[0] == pytest.approx([300, 0, 0, 30, 30, 30])
    with pytest.raises(ValueError, match="customer 0: .* 0.9"):
        split_over_phases([[1.0]], [[0.9, 0, 0]])


def test_interpolation_of_a_constant_is_the_constant():
    assert (interpolated(np.full((4, 1), 500.0), 900, 60) == 500.0).all()


def test_interpolation_rises_within_the_interval_between_lower_and_higher_neighbours():
    fine = interpolated([[100.0], [200.0], [300.0]], 900, 300)[:, 0]
    # Middles 100, 200, 300: straight line 33.3 W per step; the middle interval needs no scaling.
    assert fine[3:6] == pytest.approx([166.67, 200, 233.33], abs=0.01)


@given(MEANS)
@settings(max_examples=50)
def test_interpolation_keeps_the_energy_of_every_interval(means_w):
    fine = interpolated(means_w, 900, 60)
    assert fine.reshape(len(means_w), 15, -1).mean(axis=1) == pytest.approx(means_w, abs=1e-6)
    assert (fine >= 0).all()


@given(MEANS, st.integers(0, 5), st.floats(0, 1))
@settings(max_examples=50)
def test_switching_keeps_the_energy_of_every_interval(means_w, seed, share):
    fine = with_switching(means_w, 900, 60, seed, share)
    assert fine.reshape(len(means_w), 15, -1).mean(axis=1) == pytest.approx(means_w, abs=1e-6)
    assert (fine >= -1e-9).all()


def test_switching_makes_bursts_up_to_their_height():
    means_w = np.full((96, 4), 800.0)
    fine = with_switching(means_w, 900, 60, seed=1, burst_w=2500.0)
    assert 2000 < fine.max() <= 800 + 2500
    assert np.abs(np.diff(fine, axis=0)).max() > 1000


def test_switching_differs_between_households_and_repeats_with_the_seed():
    means_w = np.full((20, 2), 500.0)
    one = with_switching(means_w, 900, 60, seed=7)
    assert (one == with_switching(means_w, 900, 60, seed=7)).all()
    assert (one[:, 0] != one[:, 1]).any()
    assert (one != with_switching(means_w, 900, 60, seed=8)).any()


@pytest.mark.parametrize("make, says", [
    (lambda: interpolated([[-1.0]], 900, 60), "row 0, column 0: -1.0 W"),
    (lambda: interpolated([[np.nan]], 900, 60), "row 0, column 0"),
    (lambda: interpolated([[1.0]], 900, 70), "does not divide"),
    (lambda: with_switching([[1.0]], 900, 60, 0, share=2), "share 2"),
])
def test_unusable_profiles_are_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_generated_households_use_a_plausible_amount_of_energy():
    # The data behind the generator aims at 7 kWh a day; 60 households x 7 days average it.
    table = generate(60, 7, 60.0, seed=3)
    per_day_kwh = table.mean(axis=0) * 24 / 1000
    assert per_day_kwh.mean() == pytest.approx(7.0, rel=0.15)
    assert per_day_kwh.min() > 2.0 and per_day_kwh.max() < 25.0
    assert table.min() >= 40.0


def test_generated_evenings_are_busier_than_nights():
    by_hour = generate(60, 3, 60.0, seed=3).reshape(3, 24, 60, 60).mean(axis=(0, 2, 3))
    assert by_hour[18:21].min() > 2.5 * by_hour[2:5].max()


def test_one_more_household_changes_no_other():
    assert (generate(3, 1, seed=5) == generate(4, 1, seed=5)[:, :3]).all()


def test_three_phase_households_have_three_columns_of_unequal_power():
    table = generate(5, 1, 300.0, seed=2, phases=3)
    assert table.shape == (288, 5, 3)
    assert table.sum() / 5 * 300 / 3.6e6 == pytest.approx(7.0, rel=0.5)
    shares = table.mean(axis=0) / table.mean(axis=0).sum(axis=1, keepdims=True)
    assert shares.max() > 0.4


def test_the_step_changes_the_detail_but_hardly_the_energy():
    coarse, fine = generate(30, 3, 60.0, seed=4), generate(30, 3, 10.0, seed=4)
    assert fine.mean() == pytest.approx(coarse.mean(), rel=0.05)


@pytest.mark.parametrize("settings", [{"step_s": 7.0}, {"phases": 2}])
def test_impossible_generator_settings_are_refused(settings):
    with pytest.raises(ValueError):
        generate(1, 1, **settings)
