"""The limit of feed-in by hand. Runs on CPython and on MicroPython."""

from core_rig import MinuteMeans, Rig, parameters

from phaseward.core import reasons
from phaseward.core.blocking import HOLD, NORMAL, RECONNECT, SAFE
from phaseward.core.feed_in import FeedIn

GOOD = MinuteMeans(238000, 238000, 238000)
HIGH = MinuteMeans(238000, 246000, 238000)
CRITICAL = MinuteMeans(238000, 238000, 253100)
LOST = MinuteMeans(valid=False)


def law(**changes):
    """10 kW, floor 1 kW, judges from the first minute; quantile 240 V (360 V below 600 V)."""
    values = {"fi_max_w": 10000, "fi_floor_w": 1000, "fi_enable": 1, "bl_learn_min": 0,
              "fi_safe_w": 3000}
    values.update(changes)
    feed_in = FeedIn(12345)
    feed_in.configure(parameters(**values))
    feed_in.quantile.q = 360 * 4096
    return feed_in


def run(feed_in, means, minutes, mode=NORMAL):
    seen = []
    for _ in range(minutes):
        feed_in.minute(means, mode)
        seen.append(feed_in.limit_w)
    return seen


def scenario_high_voltage_halves_every_second_minute_down_to_the_floor():
    # u 1000, 500, 250, 125, 62, 31 -> 0; 1000 + 9000 * u
    feed_in = law()
    assert run(feed_in, GOOD, 2) == [10000, 10000] and feed_in.reason == reasons.FREE
    assert run(feed_in, HIGH, 10) == [5500, 5500, 3250, 3250, 2125, 2125, 1558, 1558, 1000, 1000]
    assert feed_in.reason == reasons.FEED_STRESS and feed_in.v_mv == 246000


def scenario_the_upper_end_of_the_own_history_counts():
    # q = 360 V below 600 V = 240 V. Above it the mirrored voltage is low: q falls by 188 units, so
    # the threshold rises; below it q rises by 17 and the threshold falls
    feed_in = law()
    run(feed_in, HIGH, 1)
    assert feed_in.quantile.q == 360 * 4096 - 188
    run(feed_in, GOOD, 1)
    assert feed_in.quantile.q == 360 * 4096 - 188 + 17


def scenario_recovery_adds_two_percent_a_minute():
    feed_in = law()
    run(feed_in, HIGH, 12)
    assert run(feed_in, GOOD, 3) == [1180, 1360, 1540]
    assert feed_in.reason == reasons.RECOVERY and feed_in.remaining_min() == 47
    assert run(feed_in, GOOD, 47)[-1] == 10000


def scenario_critical_voltage_acts_at_once_also_when_off_or_learning():
    for feed_in in (law(fi_enable=0), law(bl_learn_min=4320)):
        run(feed_in, GOOD, 1)
        assert run(feed_in, CRITICAL, 1) == [1000]
        assert feed_in.reason == reasons.FEED_CRITICAL
    off = law(fi_enable=0, fi_crit_mv=0)
    assert run(off, CRITICAL, 5) == [10000] * 5


def scenario_after_critical_voltage_it_waits_its_own_delay_and_ramps():
    feed_in = law(bl_rise_pm=1000)
    run(feed_in, CRITICAL, 2)
    waited = 0
    while run(feed_in, GOOD, 1)[0] == 1000:
        waited += 1
        assert feed_in.reason == reasons.FEED_RELEASE
    assert 0 <= waited <= 10
    # 10 % of 10 kW a minute, although the law's own rise would be at once
    assert feed_in.limit_w == 2000 and feed_in.reason == reasons.RAMP
    assert run(feed_in, GOOD, 9)[-1] == 10000 and feed_in.reason == reasons.FREE


def scenario_own_feed_in_excuses_its_own_rise():
    # 246 V with 4 kW fed in on the phase at 2 V/kW is 238 V of the grid: not high
    means = MinuteMeans(238000, 246000, 238000)
    means.p_w[1] = -4000
    means.power_valid = True
    feed_in = law(bl_k_mv_kw=2000)
    assert run(feed_in, means, 3) == [10000] * 3 and feed_in.vc_mv == 238000
    means.power_valid = False  # not known any more: nothing is excused
    assert run(feed_in, means, 1) == [5500] and feed_in.vc_mv == 246000


def scenario_the_curve_takes_what_the_law_leaves():
    # 253 -> 257.6 V: at 255.3 V half; at 257.6 V nothing, below the law's floor too
    feed_in = law(fi_enable=0, fi_crit_mv=0, fi_curve=1)
    assert run(feed_in, MinuteMeans(253000, 230000, 230000), 1) == [10000]
    assert run(feed_in, MinuteMeans(255300, 230000, 230000), 1) == [5000]
    assert feed_in.reason == reasons.FEED_CURVE
    assert run(feed_in, MinuteMeans(257600, 230000, 230000), 1) == [0]
    assert run(feed_in, GOOD, 2) == [1000, 2000]


def scenario_without_data_the_limit_is_held_then_safe():
    feed_in = law()
    run(feed_in, GOOD, 1)
    assert run(feed_in, LOST, 3, HOLD) == [10000] * 3
    assert run(feed_in, LOST, 3, SAFE) == [3000] * 3 and feed_in.reason == reasons.SAFE
    feed_in = law()
    run(feed_in, HIGH, 12)
    assert run(feed_in, LOST, 60, SAFE) == [1000] * 60
    assert run(feed_in, GOOD, 1, HOLD) == [1000]


def scenario_power_up_begins_at_the_safe_limit_and_ramps():
    feed_in = law()
    feed_in.settle(RECONNECT)
    assert feed_in.limit_w == 3000 and feed_in.reason == reasons.RECONNECT
    assert run(feed_in, GOOD, 3) == [4000, 5000, 6000]


def scenario_phases_that_are_not_connected_do_not_count():
    feed_in = law(fi_phases=1)
    assert run(feed_in, HIGH, 3) == [10000] * 3
    assert run(feed_in, CRITICAL, 3) == [10000] * 3


def scenario_a_box_tells_limit_reason_and_end():
    rig = Rig(fi_max_w=10000, bl_reconnect_s=0)
    rig.step(0)
    decision = rig.box.decision
    assert decision.feed_in_limit_w == 0 and decision.feed_in_reason == reasons.RECONNECT
    rig.minutes(12)
    assert decision.feed_in_limit_w == 10000 and decision.feed_in_until_s == 0
    rig.volts(254, 254, 254)
    rig.minutes(2)
    assert decision.feed_in_limit_w == 0 and decision.feed_in_reason == reasons.FEED_CRITICAL
    # 50 minutes of rise at the least
    assert decision.feed_in_until_s - rig.box.uptime_s >= 50 * 60
    rig.lose()
    rig.minutes(30)
    assert decision.feed_in_limit_w == 0


def scenario_without_an_inverter_there_is_nothing_to_decide():
    rig = Rig(bl_reconnect_s=0)
    rig.minutes(3)
    assert rig.box.decision.feed_in_limit_w == 0
    assert rig.box.decision.feed_in_reason == reasons.FREE and rig.box.feed_in.quantile.q == 0


def scenario_history_survives_a_power_cut():
    feed_in, other = law(), law()
    run(feed_in, HIGH, 5)
    values = [0] * 20
    count = feed_in.save(values, 0)
    assert other.load_state(values, 0) == count
    assert run(other, HIGH, 5) == run(feed_in, HIGH, 5)
