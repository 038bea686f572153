"""PV inverters: trips, waiting, soft start and curves by the grid code's numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phaseward_sim.devices.course import Course
from phaseward_sim.devices.inverter_settings import (
    TOR_AUSTRIA,
    VDE_AR_N_4105,
    VDE_Q_OF_U,
    InverterSettings,
)
from phaseward_sim.devices.moving_mean import MovingRms
from phaseward_sim.devices.pv import HIGH, LOW, LOWEST, MEAN_HIGH, PvFleet

THREE, ONE = np.array([[0, 1, 2]]), np.array([[2, -1, -1]])
SUN = Course([0.8], 1e9)


def run(fleet, start_s, seconds, volts, dt_s=1.0):
    """Power fed in at each step, W."""
    u_v = np.broadcast_to(np.asarray(volts, float), 3)
    fed = []
    for k in range(int(round(seconds / dt_s))):
        p_w, q_var = np.zeros(3), np.zeros(3)
        fleet.demand(start_s + k * dt_s, dt_s, u_v, p_w, q_var)
        fed.append(-p_w.sum())
    return np.array(fed)


def test_sun_times_peak_is_fed_in_evenly():
    fleet = PvFleet(THREE, 9000.0, SUN)
    p_w, q_var = np.zeros(3), np.zeros(3)
    fleet.demand(0.0, 1.0, np.full(3, 230.0), p_w, q_var)
    assert p_w == pytest.approx([-2400.0] * 3)
    assert not q_var.any()
    single = PvFleet(ONE, 5000.0, SUN)
    single.demand(0.0, 1.0, np.full(3, 230.0), p_w, q_var)
    assert p_w == pytest.approx([-2400.0, -2400.0, -6400.0])


@pytest.mark.parametrize("volts, seconds, cause", [
    (288.0, 1, HIGH),        # 0.1 s: within the first step
    (103.0, 1, LOWEST),      # 0.3 s
    (183.0, 3, LOW),         # 3 s: at the third step of 1 s
])
def test_instantaneous_limits_trip_after_their_delay(volts, seconds, cause):
    fleet = PvFleet(THREE, 9000.0, SUN)
    run(fleet, 0.0, 700, 230.0)
    fed = run(fleet, 700.0, seconds, volts)
    assert (fed[:-1] > 0).all() and fed[-1] == 0.0
    assert fleet.trips == [(700.0 + seconds - 1, 0, cause)]


def test_two_seconds_of_low_voltage_are_ridden_through():
    fleet = PvFleet(THREE, 9000.0, SUN)
    run(fleet, 0.0, 700, 230.0)
    run(fleet, 700.0, 2, 183.0)
    assert (run(fleet, 702.0, 60, 230.0) == 7200.0).all()
    assert fleet.trips == []


def test_the_ten_minute_mean_trips_when_it_passes_253_volts():
    # From 250 V to 256 V: the rms of x seconds at 256 and the rest at 250 passes 253 at
    # x = 600 (253^2 - 250^2) / (256^2 - 250^2) = 298.5 s; new value every 3 s: 300 s.
    fleet = PvFleet(THREE, 9000.0, SUN)
    run(fleet, 0.0, 900, 250.0)
    fed = run(fleet, 900.0, 310, 256.0)
    assert np.flatnonzero(fed == 0.0)[0] == pytest.approx(299, abs=1)
    assert fleet.trips[0][2] == MEAN_HIGH


def test_one_phase_too_high_is_enough():
    fleet = PvFleet(THREE, 9000.0, SUN)
    run(fleet, 0.0, 700, [230.0, 288.0, 230.0])
    assert fleet.trips[0][2] == HIGH and not fleet.connected[0]


def test_reconnection_waits_60_s_and_rises_10_percent_a_minute():
    fleet = PvFleet(THREE, 9000.0, SUN)
    run(fleet, 0.0, 10, 230.0)
    run(fleet, 10.0, 1, 288.0)
    fed = run(fleet, 11.0, 700, 230.0)
    first = np.flatnonzero(fleet_on := fed > 0)[0]
    assert 60 <= first <= 63 and fleet_on[first:].all()
    # 9000 W x 10 %/min = 900 W more each minute, until the sun's 7200 W.
    assert fed[first + 60] - fed[first] == pytest.approx(900.0)
    assert fed[first + 300] == pytest.approx(4500.0, abs=50)
    assert fed[-1] == 7200.0


def test_waiting_starts_again_when_the_voltage_leaves_the_reconnection_band():
    fleet = PvFleet(THREE, 9000.0, SUN)
    run(fleet, 0.0, 1, 100.0)
    run(fleet, 1.0, 50, 230.0)
    run(fleet, 51.0, 1, 190.0)
    fed = run(fleet, 52.0, 100, 230.0)
    assert 60 <= np.flatnonzero(fed > 0)[0] <= 63


def test_after_a_mean_trip_the_mean_must_be_good_again():
    fleet = PvFleet(THREE, 9000.0, SUN)
    run(fleet, 0.0, 1000, 255.0)
    fed = run(fleet, 1000.0, 900, 240.0)
    # The mean falls to 253 V after 600 (255^2 - 253^2) / (255^2 - 240^2) = 82 s; then 60 s.
    assert np.flatnonzero(fed > 0)[0] == pytest.approx(82 + 61, abs=4)


def test_lost_energy_is_what_the_sun_offered_and_the_grid_did_not_get():
    # 60 s off plus a ramp to 80 % in 480 s: 7200 W x 60 s + 7200 W x 480 s / 2 = 600 Wh.
    fleet = PvFleet(THREE, 9000.0, SUN)
    run(fleet, 0.0, 10, 230.0)
    run(fleet, 10.0, 1, 288.0)
    fed = run(fleet, 11.0, 1000, 230.0)
    assert fleet.lost_wh[0] == pytest.approx(600.0, rel=0.02)
    assert fleet.lost_wh[0] + fleet.fed_wh[0] == pytest.approx(7200.0 * 1011 / 3600)
    assert fed[-1] == 7200.0


@pytest.mark.parametrize("volts, share", [
    (210.0, -0.33), (218.5, -0.165), (230.0, 0.0), (241.5, 0.165), (250.0, 0.33)])
def test_q_of_u_absorbs_when_high_and_supplies_when_low(volts, share):
    fleet = PvFleet(THREE, 9000.0, SUN, InverterSettings(q_of_u=VDE_Q_OF_U))
    q_var = np.zeros(3)
    for k in range(60):
        q_var[:] = 0.0
        fleet.demand(float(k), 1.0, np.full(3, volts), np.zeros(3), q_var)
    assert q_var.sum() == pytest.approx(share * 9000.0, abs=1.0)


def test_p_of_u_reduces_between_253_and_257_6_volts():
    # Half way, 255.3 V: half of the rated power, 4500 W.
    fleet = PvFleet(THREE, 9000.0, SUN, InverterSettings(
        mean_high_v=260.0, p_of_u=TOR_AUSTRIA.p_of_u))
    assert run(fleet, 0.0, 60, 255.3)[-1] == pytest.approx(4500.0, abs=1.0)
    assert fleet.lost_wh[0] > 0


def test_the_profiles_hold_the_numbers_of_the_shipped_grid_codes():
    assert (VDE_AR_N_4105.mean_high_v, VDE_AR_N_4105.low_v, VDE_AR_N_4105.high_v) == (
        253.0, 184.0, 287.5)
    assert TOR_AUSTRIA.mean_high_v == 255.3


def test_two_inverters_trip_apart():
    ports = np.array([[0, -1, -1], [1, 2, -1]])
    fleet = PvFleet(ports, [1000.0, 2000.0], SUN)
    run(fleet, 0.0, 1, [230.0, 230.0, 290.0])
    assert fleet.connected.tolist() == [True, False]
    assert run(fleet, 1.0, 1, 230.0)[0] == 800.0


def test_a_sun_table_of_another_size_is_refused():
    with pytest.raises(ValueError, match="1 or 1 columns"):
        PvFleet(THREE, 9000.0, Course([[0.1, 0.2]], 60.0))


def test_the_moving_mean_is_an_rms():
    mean = MovingRms(1, window_s=6.0, block_s=3.0)
    for volts in [0.0] * 6 + [300.0] * 3:
        mean.add(np.array([volts]), 1.0)
    assert mean.value_v[0] == pytest.approx(300 / 2**0.5)


@given(st.lists(st.tuples(st.floats(0, 400), st.sampled_from([0.5, 1.0, 3.0, 7.0, 60.0])),
                min_size=1, max_size=60))
@settings(max_examples=60)
def test_the_moving_mean_stays_within_what_was_seen(steps):
    mean = MovingRms(1, window_s=30.0)
    seen = []
    for volts, dt_s in steps:
        seen.append(volts)
        mean.add(np.array([volts]), dt_s)
        assert min(seen) - 1e-6 <= mean.value_v[0] <= max(seen) + 1e-6


@given(st.lists(st.floats(0, 320), min_size=1, max_size=120))
@settings(max_examples=40)
def test_fed_and_lost_energy_always_add_up_to_the_suns(volts):
    fleet = PvFleet(THREE, 9000.0, SUN)
    for k, u in enumerate(volts):
        fed = run(fleet, 10.0 * k, 10.0, u, 10.0)
        assert 0.0 <= fed[0] <= 7200.0 + 1e-9
    assert fleet.lost_wh[0] + fleet.fed_wh[0] == pytest.approx(7200.0 * 10 * len(volts) / 3600)
