"""EV chargers: currents, energies, departures, hand-calculated."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phaseward_sim.devices.ev import EvFleet, Session
from phaseward_sim.devices.ev_sessions import draw_cars, draw_sessions

U = np.full(3, 230.0)
THREE, ONE = np.array([[0, 1, 2]]), np.array([[1, -1, -1]])


def fleet(ports=THREE, energy_wh=1e6, phases=3, max_a=16.0, charger_a=16.0, response_s=0.0):
    stay = Session(0, 0.0, 36000.0, energy_wh, phases, max_a)
    return EvFleet(ports, [stay], charger_a, response_s)


def step(ev, t_s, dt_s=1.0, u_v=U):
    p_w, q_var = np.zeros(3), np.zeros(3)
    ev.demand(t_s, dt_s, u_v, p_w, q_var)
    return p_w


def test_uncontrolled_is_full_current_on_three_phases():
    assert step(fleet(), 0.0).tolist() == [3680.0] * 3  # 16 A x 230 V


def test_power_follows_the_voltage_at_constant_current():
    assert step(fleet(), 0.0, u_v=np.array([230.0, 207.0, 241.5])) == pytest.approx(
        [3680, 3312, 3864])


def test_a_one_phase_charger_uses_its_port_only():
    assert step(fleet(ONE, charger_a=32.0, max_a=32.0), 0.0).tolist() == [0, 7360, 0]


def test_a_one_phase_car_on_a_three_phase_charger_uses_l1():
    assert step(fleet(phases=1), 0.0).tolist() == [3680, 0, 0]


@pytest.mark.parametrize("limit_a, current_a", [
    (math.inf, 16), (10.0, 10), (6.0, 6), (5.9, 0), (0.0, 0), (32.0, 16)])
def test_the_offered_current_obeys_iec_61851(limit_a, current_a):
    ev = fleet()
    ev.set_limit_a(0, limit_a)
    assert step(ev, 0.0) == pytest.approx([current_a * 230.0] * 3)


@pytest.mark.parametrize("ports, limit_w, amperes", [
    (THREE, 4200.0, 6.0),    # 4200 / 230 / 3 = 6.087 -> 6.0 A
    (THREE, 4100.0, 0.0),    # 5.94 A: pause
    (ONE, 4200.0, 18.2),     # 4200 / 230 = 18.26 A on one phase
    (ONE, 1380.0, 6.0),      # exactly 6 A
])
def test_a_limit_in_watts_becomes_current_by_the_true_phase_count(ports, limit_w, amperes):
    ev = fleet(ports, charger_a=32.0, max_a=32.0)
    ev.limit_power(0, limit_w)
    assert step(ev, 0.0).max() == pytest.approx(amperes * 230.0)


def test_a_limit_in_watts_is_turned_again_when_a_one_phase_car_arrives():
    ev = fleet(phases=1, charger_a=32.0, max_a=32.0)
    ev.limit_power(0, 4200.0)
    assert step(ev, 0.0).tolist() == pytest.approx([18.2 * 230, 0, 0])


def test_a_limit_of_none_is_no_limit():
    ev = fleet()
    ev.limit_power(0, 0.0)
    ev.limit_power(0, None)
    assert step(ev, 0.0)[0] == 3680.0


def test_charging_stops_when_the_battery_has_what_it_wanted():
    # 11040 W; 2760 Wh take 900 s; in steps of 400 s: full, full, a quarter, nothing.
    ev = fleet(energy_wh=2760.0)
    powers = [step(ev, 400.0 * k, 400.0).sum() for k in range(4)]
    assert powers == pytest.approx([11040, 11040, 2760, 0])
    assert ev.charged_wh[0] == pytest.approx(2760.0)


def test_departure_records_what_is_missing():
    # 1 h at 11040 W of 20 kWh wanted: 8960 Wh are missing.
    ev = EvFleet(THREE, [Session(0, 0.0, 3600.0, 20000.0)], response_s=0.0)
    for k in range(61):
        step(ev, 60.0 * k, 60.0)
    assert [served.missing_wh for served in ev.served] == pytest.approx([8960.0])
    assert not ev.plugged[0] and step(ev, 3660.0).sum() == 0.0


def test_sessions_follow_each_other_at_their_times():
    stays = [Session(0, 100.0, 200.0, 1e6), Session(0, 300.0, 400.0, 1e6, 1)]
    ev = EvFleet(THREE, stays, response_s=0.0)
    phases = [int((step(ev, t) > 0).sum()) for t in (0.0, 100.0, 199.0, 200.0, 300.0, 400.0)]
    assert phases == [0, 3, 3, 0, 1, 0]
    assert [served.session for served in ev.served] == stays


def test_a_stay_skipped_by_one_long_step_is_booked_as_not_served():
    ev = EvFleet(THREE, [Session(0, 10.0, 20.0, 500.0)])
    step(ev, 0.0, 60.0)
    step(ev, 60.0, 60.0)
    assert ev.served[0].missing_wh == 500.0


def test_the_current_follows_with_its_time_constant():
    # tau = 2 s: after 2 s 63.2 %, after 10 s 99.3 %.
    ev = fleet(response_s=2.0)
    powers = [step(ev, float(t))[0] for t in range(10)]
    assert powers[1] == pytest.approx(3680 * 0.6321, rel=1e-3)
    assert powers[9] == pytest.approx(3680 * 0.9933, rel=1e-3)


@pytest.mark.parametrize("stays, says", [
    ([Session(1, 0, 1, 1)], "there are 1"),
    ([Session(0, 5, 5, 1)], "departure must follow"),
    ([Session(0, 0, 10, 1), Session(0, 5, 20, 1)], "before the one before it has left"),
])
def test_impossible_sessions_are_named(stays, says):
    with pytest.raises(ValueError, match=says):
        EvFleet(THREE, stays)


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(150, 260)), min_size=1, max_size=60),
       st.floats(0, 8000))
@settings(max_examples=60)
def test_energy_drawn_equals_energy_booked_and_never_exceeds_the_need(course, energy_wh):
    ev = EvFleet(THREE, [Session(0, 0.0, 1e9, energy_wh)], response_s=2.0)
    drawn_wh = 0.0
    for k, (limit_a, volts) in enumerate(course):
        ev.set_limit_a(0, limit_a)
        p_w = step(ev, 30.0 * k, 30.0, np.full(3, volts))
        drawn_wh += p_w.sum() * 30 / 3600
        assert (p_w >= -1e-9).all() and p_w.max() <= 16 * volts + 1e-6
    assert drawn_wh == pytest.approx(ev.charged_wh[0], abs=1e-6)
    assert drawn_wh <= energy_wh + 1e-6


def test_drawn_parks_have_the_mix_and_energy_of_the_study():
    cars = draw_cars(2000, seed=1)
    three = sum(car.phases == 3 for car in cars) / 2000
    fast = sum(car.max_a == 32.0 for car in cars) / 2000
    assert three == pytest.approx(0.5, abs=0.04) and fast == pytest.approx(0.2, abs=0.03)
    stays = draw_sessions(cars[:400], 10, seed=2)
    assert np.mean([s.energy_wh for s in stays]) == pytest.approx(9000, rel=0.1)
    assert len(stays) == pytest.approx(400 * 10 * 0.9, rel=0.05)


def test_drawn_sessions_fit_the_fleet_and_repeat():
    cars = draw_cars(30, seed=1)
    stays = draw_sessions(cars, 14, seed=2)
    assert stays == draw_sessions(cars, 14, seed=2) != draw_sessions(cars, 14, seed=3)
    EvFleet(np.tile(THREE, (30, 1)), stays)  # would refuse overlaps
    assert stays[:5] == draw_sessions(cars[:5], 14, seed=2)[:5]
