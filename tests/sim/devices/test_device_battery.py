"""Batteries: balance of the house, limits, energy book-keeping by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phaseward_sim.devices.battery import BatteryFleet
from phaseward_sim.devices.course import Course

PORTS = np.array([[0, 1, 2]])


def battery(**settings):
    settings = {"capacity_wh": 10000.0, "max_w": 3000.0, "tau_s": 0.0, **settings}
    return BatteryFleet(PORTS, **settings)


def step(fleet, t_s, house_w, dt_s=60.0):
    """Power of the battery when the house (evenly on three phases) draws house_w."""
    p_w = np.full(3, house_w / 3)
    fleet.demand(t_s, dt_s, np.full(3, 230.0), p_w, np.zeros(3))
    return p_w.sum() - house_w


@pytest.mark.parametrize("house_w, battery_w", [
    (-2000.0, 2000.0), (1500.0, -1500.0), (-9000.0, 3000.0), (9000.0, -3000.0), (0.0, 0.0)])
def test_it_takes_surplus_and_serves_draw_within_its_rating(house_w, battery_w):
    assert step(battery(), 0.0, house_w) == pytest.approx(battery_w)


def test_efficiency_is_paid_both_ways():
    # 1 h at 1000 W in: 950 Wh stored; 1 h at 1000 W out: 1052.6 Wh taken.
    fleet = battery()
    step(fleet, 0.0, -1000.0, 3600.0)
    assert fleet.stored_wh[0] == pytest.approx(5950.0)
    step(fleet, 3600.0, 1000.0, 3600.0)
    assert fleet.stored_wh[0] == pytest.approx(5950.0 - 1052.63, abs=0.01)


def test_it_stops_when_full_and_at_its_reserve():
    full = battery(charge=0.99)
    # 100 Wh are free: 100 / 0.95 = 105.26 Wh may go in, in one hour.
    assert step(full, 0.0, -3000.0, 3600.0) == pytest.approx(105.26, abs=0.01)
    assert step(full, 3600.0, -3000.0, 3600.0) == pytest.approx(0.0, abs=1e-6)
    empty = battery(charge=0.06)
    # 100 Wh above the reserve of 5 %: 95 Wh come out.
    assert step(empty, 0.0, 3000.0, 3600.0) == pytest.approx(-95.0)


def test_a_limit_caps_charging_only():
    fleet = battery()
    fleet.limit_power(0, 500.0)
    assert step(fleet, 0.0, -2000.0) == pytest.approx(500.0)
    assert step(fleet, 60.0, 2000.0) == pytest.approx(-2000.0)
    fleet.limit_power(0, None)
    assert step(fleet, 120.0, -2000.0) == pytest.approx(2000.0)


def test_a_plan_is_followed_whatever_the_house_does():
    fleet = battery(plan=Course([2000.0, -1000.0], 60.0))
    assert [step(fleet, t, -500.0) for t in (0.0, 60.0)] == pytest.approx([2000.0, -1000.0])


def test_it_can_watch_other_ports_than_its_own():
    fleet = BatteryFleet([[0, -1, -1]], 10000.0, 3000.0, watch=[[1, 2]], tau_s=0.0)
    p_w = np.array([700.0, -400.0, -600.0])
    fleet.demand(0.0, 60.0, None, p_w, np.zeros(3))
    assert p_w.tolist() == [1700.0, -400.0, -600.0]


def test_the_response_is_first_order():
    fleet = battery(tau_s=2.0)
    powers = [step(fleet, float(t), -1000.0, 1.0) for t in range(2)]
    assert powers == pytest.approx([393.5, 632.1], abs=0.1)


@pytest.mark.parametrize("settings", [
    {"capacity_wh": 0.0}, {"max_w": -1.0}, {"efficiency": 1.2},
    {"plan": Course([[1.0, 2.0]], 60.0)}])
def test_impossible_batteries_are_refused(settings):
    with pytest.raises(ValueError, match="battery"):
        battery(**settings)


@given(st.lists(st.floats(-6000, 6000), min_size=1, max_size=80))
@settings(max_examples=60)
def test_the_store_stays_between_reserve_and_capacity_and_energy_is_never_made(house):
    fleet = battery()
    start_wh, into_wh = fleet.stored_wh[0], 0.0
    for k, house_w in enumerate(house):
        power_w = step(fleet, 600.0 * k, house_w, 600.0)
        into_wh += power_w * 600 / 3600
        assert 500.0 - 1e-6 <= fleet.stored_wh[0] <= 10000.0 + 1e-6
        assert -1e-9 <= power_w * -np.sign(house_w) <= 3000.0 + 1e-9 or house_w == 0
    assert fleet.stored_wh[0] - start_wh <= into_wh + 1e-6
