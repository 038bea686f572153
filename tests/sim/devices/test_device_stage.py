"""Balancer stages: ratings by hand, zero sum always, watchdog, protection, losses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phaseward_sim.devices.stage import (
    FAULTED,
    INTERNAL,
    LEG_CURRENT,
    NEUTRAL_CURRENT,
    OVER_TEMPERATURE,
    RUNNING,
    STARTING,
    STOPPED,
    U_HIGH,
    U_LOW,
    WATCHDOG,
    StageFleet,
)
from phaseward_sim.devices.stage_limits import limited, neutral_current

PORTS = np.array([[0, 1, 2]])


def stage(rated_va=15000.0, **settings):
    settings = {"loss_standby_w": 0.0, "loss_share": 0.0, "watchdog_s": 1e9, **settings}
    return StageFleet(PORTS, rated_va, **settings)


def run(fleet, start_s, seconds, volts=230.0, dt_s=1.0):
    """Injected P and Q per phase after the steps."""
    u_v = np.broadcast_to(np.asarray(volts, float), 3)
    p_w, q_var = np.zeros(3), np.zeros(3)
    for k in range(int(round(seconds / dt_s))):
        p_w, q_var = np.zeros(3), np.zeros(3)
        fleet.demand(start_s + k * dt_s, dt_s, u_v, p_w, q_var)
    return -p_w, -q_var


def arrays(*rows):
    return [np.array([row], float) for row in rows]


def test_two_to_one_pattern_is_bound_by_the_neutral_at_s_over_4_5():
    # 15 kVA, equal legs, 230 V: pattern (2,-1,-1) moves S/4.5 = 3333 W off the worst phase.
    p, q, u = arrays([6000, -3000, -3000], [0] * 3, [230] * 3)
    leg_a = np.array([15000 / 3 / 230])
    p, _, legs, neutral = limited(p, q, u, leg_a, leg_a, np.array([15000.0]))
    assert p[0] == pytest.approx([3333.3, -1666.7, -1666.7], abs=0.1)
    assert neutral[0]


def test_one_against_one_is_bound_by_the_neutral_at_root_three():
    # (1,-1,0): I_N = sqrt(3) x leg current, so 5000 / sqrt(3) = 2886.8 W.
    p, q, u = arrays([5000, -5000, 0], [0] * 3, [230] * 3)
    leg_a = np.array([15000 / 3 / 230])
    p, *_ = limited(p, q, u, leg_a, leg_a, np.array([15000.0]))
    assert p[0] == pytest.approx([2886.75, -2886.75, 0], abs=0.01)


def test_with_a_stronger_neutral_the_leg_binds_at_a_third_of_the_rating():
    fleet = stage(neutral_factor=2.0)
    fleet.command(0, 0.0, [8000, -4000, -4000], [0] * 3, True)
    p_w, _ = run(fleet, 0.0, 10)
    assert p_w == pytest.approx([5000, -2500, -2500])
    assert fleet.limiting[0] == LEG_CURRENT and fleet.faults[0] == 0


def test_active_power_goes_first_and_q_gets_the_rest():
    # Legs of 5000 VA, 4000 W on one: sqrt(5000^2 - 4000^2) = 3000 var for each phase.
    p, q, u = arrays([4000, -2000, -2000], [4500] * 3, [230] * 3)
    leg_a, rated = np.array([15000 / 3 / 230]), np.array([15000.0])
    p, q, *_ = limited(p, q, u, leg_a, leg_a * 3, rated)
    assert p[0] == pytest.approx([4000, -2000, -2000])
    assert q[0] == pytest.approx([3000, 3000, 3000])


def test_common_q_needs_no_neutral():
    p, q, u = arrays([0] * 3, [5000] * 3, [230] * 3)
    assert neutral_current(p, q, u)[0] == pytest.approx(0, abs=1e-9)


def test_neutral_current_of_one_phase_is_its_own():
    assert neutral_current(*arrays([2300, 0, 0], [0] * 3, [230] * 3))[0] == pytest.approx(10.0)


VALUE = st.floats(-20000, 20000)


@given(VALUE, VALUE, st.tuples(VALUE, VALUE, VALUE), st.tuples(*[st.floats(180, 270)] * 3),
       st.floats(0.5, 3.0))
@settings(max_examples=200)
def test_limited_set_points_are_zero_sum_and_within_every_rating(p1, p2, q, u, factor):
    p, q, u = arrays([p1, p2, -p1 - p2], q, u)
    leg_a, rated = np.array([20.0]), np.array([15000.0])
    p2, q2, *_ = limited(p, q, u, leg_a, leg_a * factor, rated)
    assert abs(p2.sum()) < 1e-6
    assert (np.hypot(p2, q2) <= np.minimum(20.0 * u, 5000.0) * (1 + 1e-9) + 1e-6).all()
    assert neutral_current(p2, q2, u)[0] <= 20.0 * factor * (1 + 1e-9) + 1e-6
    assert (p2 * p >= -1e-6).all() and (q2 * q >= -1e-6).all()


def test_a_run_command_starts_after_the_start_time():
    fleet = stage(tau_s=0.0)
    fleet.command(0, 0.0, [900, -900, 0], None, True)
    states, powers = [], []
    for t in range(4):
        powers.append(run(fleet, float(t), 1)[0][0])
        states.append(int(fleet.state[0]))
    assert states == [STARTING, STARTING, RUNNING, RUNNING]
    assert powers == pytest.approx([0, 0, 900, 900])


def test_the_output_follows_with_its_time_constant():
    fleet = stage(tau_s=1.0, start_s=0.0)
    fleet.command(0, 0.0, [0, 0, 0], None, True)
    run(fleet, 0.0, 5)
    fleet.command(0, 5.0, [1000, -1000, 0], None, None)
    p_w, _ = run(fleet, 5.0, 1.0, dt_s=0.1)
    assert p_w[0] == pytest.approx(632.1, abs=0.1)


def test_a_stop_ramps_to_zero_within_the_ramp_time_then_draws_nothing():
    fleet = stage(neutral_factor=3.0, loss_standby_w=30.0)
    fleet.command(0, 0.0, [5000, -2500, -2500], None, True)
    run(fleet, 0.0, 10)
    fleet.command(0, 10.0, None, None, False)
    # 5000 W per leg over 2 s: 1 s takes off 2500 W; losses of 30 W are drawn on top.
    p_w, _ = run(fleet, 10.0, 1)
    assert p_w + 10.0 == pytest.approx([2500, -1250, -1250], abs=5)
    run(fleet, 11.0, 3)
    assert run(fleet, 14.0, 1)[0].tolist() == [0, 0, 0]
    assert fleet.state[0] == STOPPED and fleet.loss_w[0] == 0


def test_losses_are_drawn_evenly_from_the_grid():
    # 30 W standby + 2.5 % of (2000 + 1000 + 1000) VA = 130 W, 43.3 W per phase.
    fleet = stage(loss_standby_w=30.0, loss_share=0.025)
    fleet.command(0, 0.0, [2000, -1000, -1000], None, True)
    p_w, _ = run(fleet, 0.0, 20)
    assert p_w == pytest.approx([2000 - 43.33, -1000 - 43.33, -1000 - 43.33], abs=0.01)
    assert fleet.loss_w[0] == pytest.approx(130.0)


def test_a_silent_controller_stops_the_stage():
    fleet = stage(watchdog_s=10.0)
    fleet.command(0, 0.0, [900, -900, 0], None, True)
    assert run(fleet, 0.0, 10)[0][0] == pytest.approx(900)
    run(fleet, 10.0, 5)
    assert fleet.state[0] == STOPPED and fleet.faults[0] == WATCHDOG
    assert not fleet.set_p_w.any()


def test_the_next_command_brings_it_back_from_zero():
    fleet = stage(watchdog_s=5.0)
    fleet.command(0, 0.0, [900, -900, 0], None, True)
    run(fleet, 0.0, 20)
    fleet.command(0, 20.0, [300, -300, 0], None, True)
    p_w, _ = run(fleet, 20.0, 5)
    assert fleet.faults[0] == 0 and p_w[0] == pytest.approx(300)


@pytest.mark.parametrize("volts, fault", [
    ([160, 230, 230], U_LOW), ([230, 230, 280], U_HIGH), ([150, 230, 280], U_LOW | U_HIGH)])
def test_a_voltage_outside_the_window_blocks_at_once_and_clears_later(volts, fault):
    fleet = stage()
    fleet.command(0, 0.0, [900, -900, 0], None, True)
    run(fleet, 0.0, 5)
    assert run(fleet, 5.0, 1, volts)[0].tolist() == [0, 0, 0]
    assert fleet.faults[0] == fault and fleet.state[0] == FAULTED
    run(fleet, 6.0, 8)
    assert fleet.state[0] == FAULTED
    assert run(fleet, 14.0, 6)[0][0] == pytest.approx(900)
    assert fleet.faults[0] == 0


def test_a_latched_fault_stays_until_reset():
    fleet = stage()
    fleet.command(0, 0.0, [900, -900, 0], None, True)
    run(fleet, 0.0, 5)
    fleet.trip(0, INTERNAL)
    run(fleet, 5.0, 100)
    assert fleet.state[0] == FAULTED and fleet.faults[0] == INTERNAL
    fleet.reset_faults(0)
    assert run(fleet, 105.0, 5)[0][0] == pytest.approx(900)


def test_a_hot_heat_sink_trips():
    fleet = stage()
    fleet.command(0, 0.0, [900, -900, 0], None, True)
    fleet.temperature_c[0] = 120.0
    run(fleet, 0.0, 12)
    assert fleet.faults[0] & OVER_TEMPERATURE and fleet.state[0] == FAULTED


def test_full_load_warms_the_heat_sink_by_its_rise():
    # All losses of full load: 25 + 40 = 65 degC after many time constants of 15 min.
    fleet = stage(neutral_factor=3.0, loss_standby_w=30.0, loss_share=0.025)
    fleet.command(0, 0.0, [0, 0, 0], [5000] * 3, True)
    run(fleet, 0.0, 4 * 3600, dt_s=10.0)
    assert fleet.temperature_c[0] == pytest.approx(65.0, abs=0.5)


def test_limits_follow_a_falling_voltage():
    fleet = stage(neutral_factor=3.0)
    fleet.command(0, 0.0, [5000, -2500, -2500], None, True)
    run(fleet, 0.0, 10)
    p_w, _ = run(fleet, 10.0, 5, 207.0)
    assert p_w[0] == pytest.approx(4500.0)  # 21.74 A x 207 V


def test_a_command_that_is_not_zero_sum_is_refused():
    with pytest.raises(ValueError, match="do not sum to zero"):
        stage().command(0, 0.0, [100, 0, 0])


def test_stages_are_independent():
    fleet = StageFleet(np.array([[0, 1, 2], [0, 1, 2]]), [15000.0, 6000.0], neutral_factor=3.0,
                       loss_standby_w=0.0, loss_share=0.0, watchdog_s=[5.0, 1e9])
    for k in range(2):
        fleet.command(k, 0.0, [4000, -4000, 0], None, True)
    assert run(fleet, 0.0, 5)[0] == pytest.approx([6000, -6000, 0])
    assert run(fleet, 5.0, 6)[0] == pytest.approx([2000, -2000, 0])
    assert fleet.faults.tolist() == [WATCHDOG, 0]


def test_neutral_bound_is_told_apart():
    fleet = stage()
    fleet.command(0, 0.0, [5000, -5000, 0], None, True)
    run(fleet, 0.0, 10)
    assert fleet.limiting[0] == NEUTRAL_CURRENT


@given(st.lists(st.tuples(VALUE, VALUE, st.booleans(), st.floats(100, 300)),
                min_size=1, max_size=30))
@settings(max_examples=50)
def test_whatever_is_commanded_the_transfer_stays_zero_sum(course):
    fleet = stage()
    for k, (p1, p2, running, volts) in enumerate(course):
        fleet.command(0, 5.0 * k, [p1, p2, -p1 - p2], [p1 / 2] * 3, running)
        p_w, _ = run(fleet, 5.0 * k, 5, volts)
        assert abs(p_w.sum()) < 1e-3
        assert np.abs(p_w).max() <= 5000 * (1 + 1e-9)
