"""The blocking law by hand, one load. Runs on CPython and on MicroPython."""

from core_rig import MinuteMeans, parameters

from phaseward.core import reasons
from phaseward.core.blocking import HOLD, NORMAL, RECONNECT, SAFE, Blocking

GOOD = MinuteMeans(232000, 232000, 232000)
BAD = MinuteMeans(232000, 225000, 232000)
CRITICAL = MinuteMeans(232000, 232000, 206900)


def law(**changes):
    """A law that judges from the first minute, quantile 230 V, floor 4.2 of 11 kW."""
    values = {"bl_enable": 1, "bl_learn_min": 0, "bl_start_mv": 230000, "l1_kind": 1}
    values.update(changes)
    blocking = Blocking(0, 12345)
    blocking.configure(parameters(**values))
    return blocking


def run(blocking, means, minutes, mode=NORMAL):
    for _ in range(minutes):
        limit_w = blocking.max_w if blocking.ask_w < 0 else blocking.ask_w
        blocking.minute(means, blocking.depth_pm(limit_w), mode)


def scenario_congestion_halves_every_second_minute_down_to_the_floor():
    # span 11000 - 4200 = 6800 W; u 1000, 500, 250, 125, 62, 31 -> below 5 % is 0
    blocking = law()
    run(blocking, GOOD, 2)
    assert blocking.ask_w == -1 and blocking.reason == reasons.FREE
    asked = []
    for _ in range(10):
        run(blocking, BAD, 1)
        asked.append(blocking.ask_w)
    # 4200 + 6800 * 0.5, * 0.25, * 0.125, * 0.062
    assert asked == [7600, 7600, 5900, 5900, 5050, 5050, 4621, 4621, 4200, 4200]
    assert blocking.reason == reasons.STRESS


def scenario_recovery_adds_two_percent_a_minute():
    # 50 minutes from the floor; after 25 of them 4200 + 6800 * 0.5
    blocking = law()
    run(blocking, BAD, 12)
    assert blocking.u_pm == 0
    run(blocking, GOOD, 25)
    assert blocking.ask_w == 7600 and blocking.reason == reasons.RECOVERY
    assert blocking.remaining_min() == 25
    run(blocking, GOOD, 25)
    assert blocking.ask_w == -1 and blocking.reason == reasons.FREE


def scenario_law_is_off_until_it_is_enabled_and_has_learnt():
    off = law(bl_enable=0)
    run(off, BAD, 30)
    assert off.ask_w == -1
    learning = law(bl_learn_min=60)
    run(learning, BAD, 60)
    assert learning.ask_w == -1 and learning.quantile.learned_min == 60


def scenario_critical_voltage_acts_at_once_also_when_off_or_learning():
    for blocking in (law(bl_enable=0), law(bl_learn_min=4320)):
        run(blocking, CRITICAL, 1)
        assert blocking.ask_w == 4200 and blocking.reason == reasons.CRITICAL


def scenario_release_after_critical_waits_the_own_delay():
    blocking = law(bl_enable=0)
    run(blocking, CRITICAL, 3)
    waited = 0
    while blocking.u_pm == 0:
        run(blocking, GOOD, 1)
        waited += 1
    # the delay this device draws, then the first minute of the rise
    assert waited == blocking._delay_min(1) + 1
    assert 1 <= waited <= 11


def scenario_phases_that_are_not_connected_do_not_count():
    blocking = law(l1_phases=1)
    run(blocking, BAD, 10)
    run(blocking, CRITICAL, 10)
    assert blocking.ask_w == -1


def scenario_own_load_excuses_its_own_drop():
    # 228.5 V measured with 5 kW on the phase at 0.5 V/kW is 231 V of the grid: not congested
    means = MinuteMeans(228500, 232000, 232000)
    means.p_w[0] = 5000
    means.power_valid = True
    blocking = law(bl_k_mv_kw=500)
    run(blocking, means, 10)
    assert blocking.vc_mv == 231000 and blocking.v_mv == 228500
    assert blocking.ask_w == -1


def scenario_power_that_is_unknown_excuses_nothing():
    # Feed-in of 4 kW lifts the voltage by 2 V; the last known lift stays when power is lost
    means = MinuteMeans(231000, 232000, 232000)
    means.p_w[0] = -4000
    means.power_valid = True
    blocking = law(bl_k_mv_kw=500)
    run(blocking, means, 1)
    assert blocking.vc_mv == 229000
    means.power_valid = False
    run(blocking, means, 1)
    assert blocking.vc_mv == 229000
    means.power_valid = True
    means.p_w[0] = 4000
    run(blocking, means, 1)
    means.power_valid = False
    run(blocking, means, 1)
    assert blocking.vc_mv == 231000


def scenario_gate_keeps_good_voltage_free_but_history_goes_on():
    blocking = law(bl_free_mv=223000)
    before = blocking.quantile.q
    run(blocking, BAD, 20)
    assert blocking.ask_w == -1
    assert blocking.quantile.q < 230 * 4096 and before == 0


def scenario_pause_goes_to_nothing_below_its_least_power():
    # u 1000 -> 500 -> 250: 11000 * 0.25 = 2750 W < 4140 W: off
    blocking = law(l1_kind=2)
    run(blocking, GOOD, 20)
    run(blocking, BAD, 2)
    assert blocking.ask_w == 5500
    run(blocking, BAD, 2)
    assert blocking.ask_w == 0
    # back to u 0.25 + 0.02 n with 11 kW * u >= 4140 W: u >= 377, n = 7; but 10 minutes off
    run(blocking, GOOD, 8)
    assert blocking.ask_w == 0 and blocking.reason == reasons.DUTY
    run(blocking, GOOD, 1)
    assert blocking.ask_w == 11000 * 430 // 1000


def scenario_pause_keeps_running_until_its_shortest_time_on():
    blocking = law(l1_kind=2, l1_free_min=60, l1_block_min=1)
    run(blocking, BAD, 12)
    assert blocking.ask_w == 0
    run(blocking, GOOD, 19)  # u = 38 %: on again
    assert blocking.ask_w == 4180
    run(blocking, BAD, 40)
    assert blocking.u_pm == 0 and blocking.ask_w == 4140
    run(blocking, BAD, 20)
    assert blocking.ask_w == 0


def scenario_lock_is_all_or_nothing_with_two_thresholds():
    blocking = law(l1_kind=3, l1_max_w=3000)
    run(blocking, GOOD, 2)
    run(blocking, BAD, 1)
    assert blocking.ask_w == 0 and blocking.u_pm == 500
    # released at 75 %: 500 + 20 * 13 = 760
    run(blocking, GOOD, 12)
    assert blocking.ask_w == 0
    run(blocking, GOOD, 1)
    assert blocking.ask_w == -1


def scenario_lock_ends_after_two_hours_although_the_voltage_stays_low():
    blocking = law(l1_kind=3, bl_crit_mv=228000, bl_jitter_s=0)
    run(blocking, BAD, 121)
    assert blocking.ask_w == -1
    off = 0
    for _ in range(2000):
        run(blocking, BAD, 1)
        off += blocking.ask_w == 0
    # minutes 122 .. 2121: locks of 120 at 240..., 480...; then from 1440 and 1680 and 1920
    assert off == 5 * 120


def scenario_lock_ends_after_two_hours_although_data_are_missing():
    blocking = law(l1_kind=3, bl_jitter_s=0, l1_safe_w=0)
    run(blocking, GOOD, 2)
    run(blocking, BAD, 1)
    lost = MinuteMeans(valid=False)
    run(blocking, lost, 119, HOLD)
    assert blocking.ask_w == 0 and not blocking.forced
    run(blocking, lost, 1, SAFE)
    assert blocking.ask_w == -1 and blocking.forced


def scenario_safe_limit_is_never_above_what_is_held():
    blocking = law(l1_safe_w=6000)
    run(blocking, GOOD, 2)
    lost = MinuteMeans(valid=False)
    run(blocking, lost, 5, SAFE)
    assert blocking.ask_w == 6000 and blocking.reason == reasons.SAFE
    blocking = law(l1_safe_w=6000)
    run(blocking, BAD, 12)
    run(blocking, lost, 5, SAFE)
    assert blocking.ask_w == 4200


def scenario_spent_allowance_releases_although_the_voltage_stays_low():
    # critical from the first minute: at the floor at once. Full 30 min = 2160000, each costs
    # 72000 - 1500 = 70500; 504000 and the own earlier release are kept back
    blocking = law(l1_budget_min=30, bl_crit_mv=228000, bl_jitter_s=0)
    minutes = 0
    while blocking.reason != reasons.BUDGET:
        run(blocking, BAD, 1)
        minutes += 1
    # minute 1 is still at full power (it brings nothing to a full bucket); released when
    # 2160000 - 70500 n < 504000: n = 24, seen at the end of minute 25
    assert minutes == 25
    assert blocking.ask_w == -1 and blocking.forced


def scenario_after_power_up_the_safe_limit_holds():
    blocking = law(l1_safe_w=5000)
    blocking.propose(RECONNECT)
    assert blocking.ask_w == 5000 and blocking.reason == reasons.RECONNECT
    blocking = law(l1_kind=2, l1_safe_w=4000)
    blocking.propose(RECONNECT)
    assert blocking.ask_w == 0  # 4 kW cannot run: below 4.14 kW
    blocking = law(l1_kind=3, l1_safe_w=4000)
    blocking.propose(RECONNECT)
    assert blocking.ask_w == 0
