"""Heat pumps: the house's physics by hand, thermostat, lock and its limits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phaseward_sim.devices.course import Course
from phaseward_sim.devices.heat_pump import LOCK, HeatPumpFleet, daily_outdoor

THREE, ONE = np.array([[0, 1, 2]]), np.array([[0, -1, -1]])
COLD = Course([0.0], 1e9)


def pump(ports=THREE, room_c=21.0, running=False, outdoor=COLD, **sizes):
    sizes = {"gain_w": 0.0, **sizes}
    fleet = HeatPumpFleet(ports, 3000.0, outdoor, **sizes)
    fleet.room_c[:] = room_c
    fleet.running[:] = running
    return fleet


def run(fleet, start_s, seconds, dt_s=10.0):
    """Powers of the first port, one per step."""
    powers = []
    for k in range(int(seconds / dt_s)):
        p_w, q_var = np.zeros(3), np.zeros(3)
        fleet.demand(start_s + k * dt_s, dt_s, None, p_w, q_var)
        powers.append(p_w.sum())
    return np.array(powers)


def test_an_unheated_house_cools_exponentially():
    # tau = 8000 Wh/K / 180 W/K = 44.44 h; after 10 h: 21 exp(-10/44.44) = 16.769 degC.
    fleet = pump()
    fleet.set_lock(0, True)
    run(fleet, 0.0, 36000.0 + 10.0)
    assert fleet.room_c[0] == pytest.approx(21.0 * math.exp(-10 / (8000 / 180)), abs=1e-6)


def test_cop_is_a_share_of_carnot():
    # 0.45 x 308.15 / 35 = 3.962 at 0 degC; at 30 degC the lift counts as 10 K: 13.87.
    fleet = pump()
    assert fleet.cop(0.0) == pytest.approx(3.9619, abs=1e-4)
    assert fleet.cop(30.0) == fleet.cop(25.0) == pytest.approx(13.867, abs=1e-3)


def test_a_running_machine_heats_towards_its_balance():
    # 3000 W x 3.9619 = 11 886 W heat; balance at 66.03 degC; after 600 s from 20 degC:
    # 66.03 - 46.03 exp(-600/160 000) = 20.1723 degC. Electric energy 500 Wh.
    fleet = pump(room_c=20.0, running=True)
    run(fleet, 0.0, 610.0)
    assert fleet.room_c[0] == pytest.approx(20.1723, abs=1e-3)
    assert fleet.energy_wh[0] == pytest.approx(500.0)
    assert fleet.heat_wh[0] == pytest.approx(1981.0, abs=0.5)


def test_power_is_split_over_the_phases_with_its_reactive_part():
    fleet = pump(room_c=20.0, running=True)
    p_w, q_var = np.zeros(3), np.zeros(3)
    fleet.demand(0.0, 1.0, None, p_w, q_var)
    assert p_w == pytest.approx([1000.0] * 3)
    assert q_var == pytest.approx([328.68] * 3, abs=0.01)  # power factor 0.95
    single = pump(ONE, room_c=20.0, running=True)
    assert run(single, 0.0, 10.0)[0] == 3000.0


def test_the_thermostat_switches_at_the_edges_of_its_hysteresis():
    fleet = pump(room_c=20.6)
    powers, rooms = [], []
    for k in range(8640):
        powers.append(run(fleet, 10.0 * k, 10.0)[0] > 0)
        rooms.append(fleet.room_c[0])
    on = np.diff(np.array(powers, int))
    assert set(np.round(np.array(rooms)[1:][on == 1], 1)) == {20.5}
    # Heating is quicker than the least run time allows: it stops at 21.5 or after 600 s.
    assert min(np.array(rooms)[1:][on == -1]) > 21.49


def test_least_run_and_rest_times_are_kept():
    # A light house (200 Wh/K) is warm within a minute and cold within minutes.
    fleet = pump(room_c=20.4, capacity_wh_per_k=200.0)
    running = run(fleet, 0.0, 40_000.0) > 0
    edges = np.flatnonzero(np.diff(running.astype(int))) + 1
    spans = np.diff(edges) * 10
    assert len(spans) > 20 and spans.min() >= 600
    assert fleet.short_runs[0] == 0


def test_a_lock_acts_at_the_next_step_and_is_counted_as_a_short_run():
    fleet = pump(room_c=20.0)
    assert run(fleet, 0.0, 30.0, 1.0)[-1] == 3000.0
    fleet.set_lock(0, True)
    assert run(fleet, 30.0, 1.0, 1.0)[0] == 0.0
    assert fleet.short_runs[0] == 1


def test_after_a_lock_the_rest_time_holds_before_it_starts_again():
    fleet = pump(room_c=20.0)
    run(fleet, 0.0, 100.0)
    fleet.set_lock(0, True)
    run(fleet, 100.0, 100.0)
    fleet.set_lock(0, False)
    powers = run(fleet, 200.0, 700.0)
    assert (powers[: (700 - 200) // 10] == 0).all() and powers[50] == 3000.0


def test_locked_time_and_the_coldest_room_are_kept():
    fleet = pump(room_c=20.0)
    fleet.set_sg_ready(0, 1, 0)
    run(fleet, 0.0, 7210.0)
    fleet.set_sg_ready(0, 0, 0)
    run(fleet, 7210.0, 7200.0)
    assert fleet.locked_s[0] == pytest.approx(7210.0, abs=10)
    assert fleet.coldest_c[0] == pytest.approx(20.0 * math.exp(-7200 / 160_000), abs=0.02)


@pytest.mark.parametrize("contacts, room_c, runs", [
    ((0, 0), 20.9, False), ((0, 1), 21.4, True), ((0, 1), 21.6, False),
    ((1, 1), 22.4, True), ((1, 1), 23.1, False), ((1, 0), 15.0, False)])
def test_the_four_sg_ready_states(contacts, room_c, runs):
    fleet = pump(room_c=room_c)
    fleet.set_sg_ready(0, *contacts)
    assert bool(run(fleet, 0.0, 10.0)[0]) == runs


@pytest.mark.parametrize("least_w, limit_w, power_w", [
    (None, 2999.0, 0.0), (None, 3000.0, 3000.0), (None, None, 3000.0),
    (1200.0, 2000.0, 2000.0), (1200.0, 1199.0, 0.0), (1200.0, 9000.0, 3000.0)])
def test_a_limit_throttles_what_can_be_throttled_and_stops_the_rest(least_w, limit_w, power_w):
    fleet = pump(room_c=20.0, running=True, least_w=least_w)
    fleet.limit_power(0, limit_w)
    assert run(fleet, 0.0, 10.0)[0] == power_w


def test_long_steps_follow_the_same_house():
    short, long = pump(room_c=21.4), pump(room_c=21.4)
    for fleet in (short, long):
        fleet.set_lock(0, True)
    run(short, 0.0, 7210.0, 10.0)
    run(long, 0.0, 7260.0, 60.0)
    assert long.room_c[0] == pytest.approx(short.room_c[0], abs=1e-6)


def test_the_daily_sine_is_warmest_at_three_in_the_afternoon():
    day = daily_outdoor(2.0, 3.0)
    assert day.at(15 * 3600.0) == pytest.approx(5.0, abs=0.01)
    assert day.at(3 * 3600.0 + 86400) == pytest.approx(-1.0, abs=0.01)
    assert day.values.mean() == pytest.approx(2.0)


@pytest.mark.parametrize("sizes", [{"loss_w_per_k": 0.0}, {"capacity_wh_per_k": -1.0}])
def test_impossible_houses_are_refused(sizes):
    with pytest.raises(ValueError, match="must be positive"):
        pump(**sizes)


@given(st.lists(st.sampled_from([(0, 0), (1, 0), (0, 1), (1, 1)]), min_size=5, max_size=40),
       st.floats(-15, 15))
@settings(max_examples=40)
def test_a_locked_machine_never_draws_and_heat_is_power_times_cop(contacts, outdoor_c):
    fleet = pump(outdoor=Course([outdoor_c], 1e9), running=True)
    for k, pair in enumerate(contacts):
        fleet.set_sg_ready(0, *pair)
        powers = run(fleet, 300.0 * k, 300.0)
        if fleet.mode[0] == LOCK:
            assert not powers.any()
        assert set(powers) <= {0.0, 3000.0}
    assert fleet.heat_wh[0] == pytest.approx(fleet.energy_wh[0] * fleet.cop(outdoor_c))
