"""Energy of cars and rules of locks, by hand."""

import numpy as np
import pytest
from sim.fairness.fairness_cases import people

from phaseward_sim.fairness.cars import Cars
from phaseward_sim.fairness.laws import Locks
from phaseward_sim.fairness.profiles import PROFILES, in_haste


def test_a_car_draws_what_it_wants_to_the_watt_hour():
    cars = Cars([people(stays=((0, 600, 900, 1000.0),))], laws=1)
    drawn = []
    for t in range(595, 905):
        cars.come_and_go(t)
        cars.charge(np.full((1, 1, 1), 11040.0))
        drawn.append(float(cars.power_w[0, 0, 0]))
    # 1000 Wh at 184 Wh a minute: five whole minutes, then 80 Wh = 4800 W.
    assert drawn[:5] == [0.0] * 5
    assert drawn[5:12] == pytest.approx([11040.0] * 5 + [4800.0, 0.0])
    assert cars.left_wh[0, 0, 0] == 0.0


def test_a_limit_becomes_a_current_in_tenths_and_nothing_below_6_ampere():
    cars = Cars([people(cars=((0, 11040.0, 0b111), (0, 3680.0, 0b001)))], laws=1)
    limit_w = np.array([[[4200.0, 1379.0]]])
    # 4200 / 690 = 6.08 A -> 6.0 A on three phases; 1379 W / 230 V = 5.99 A -> none.
    assert cars.allowed_w(limit_w)[0, 0].tolist() == pytest.approx([4140.0, 0.0])
    assert cars.allowed_w(np.array([[[99e3, 1380.0]]]))[0, 0].tolist() == [11040.0, 1380.0]


def test_what_is_missing_at_the_departure_is_kept():
    cars = Cars([people(stays=((0, 600, 603, 1000.0),))], laws=2)
    for t in range(600, 605):
        cars.come_and_go(t)
        cars.charge(np.array([11040.0, 4140.0]).reshape(2, 1, 1))
    # Three minutes: 552 Wh at 11.04 kW, 207 Wh at 4.14 kW.
    assert cars.left_wh[:, 0, 0].tolist() == pytest.approx([448.0, 793.0])


def test_floors_are_of_the_whole_car_or_of_its_phases():
    max_w, phases = np.array([11040.0, 7360.0, 3680.0]), np.array([3, 1, 1])
    assert PROFILES["six_a"].floors_w(max_w, phases).tolist() == [4140.0, 1380.0, 1380.0]
    assert PROFILES["dim"].floors_w(max_w, phases).tolist() == [4200.0, 4200.0, 3680.0]
    assert PROFILES["pause"].floors_w(max_w, phases).tolist() == [0.0, 0.0, 0.0]


def test_haste_begins_where_the_slack_ends():
    # 5520 Wh at 11040 W are 30 min; 0.9 * (T - 15) = 30 at T = 48.3 min.
    left = np.array([49.0, 48.0, 10.0])
    assert in_haste(5520.0, 11040.0, left).tolist() == [False, True, True]
    assert not in_haste(0.0, 11040.0, np.array([0.0]))[0]


def locked_minutes(u, minutes, cold=False):
    locks, u = Locks((1,)), np.array([u])
    return [bool(locks.decide(u, np.array([cold]))[0]) for _ in range(minutes)]


def test_locks_last_two_hours_three_times_a_day_with_as_long_between():
    off = locked_minutes(0.0, 1440)
    assert off[:120] == [True] * 120 and off[120:240] == [False] * 120
    assert sum(off) == 360


def test_a_cold_room_is_not_locked():
    assert not any(locked_minutes(0.0, 60, cold=True))
