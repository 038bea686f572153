"""What happens when the world changes: each a defined behaviour. On CPython and on MicroPython."""

from core_cases_blocking import BAD, GOOD, law, run
from core_rig import MinuteMeans, Rig

from phaseward.core import reasons
from phaseward.core.quantile import Quantile

LAW = {"l1_kind": 1, "bl_reconnect_s": 0, "bl_enable": 1, "bl_jitter_s": 0}


def stepped(rig, minutes, volts):
    """So many minutes, one step each."""
    rig.volts(volts, volts, volts)
    for _ in range(minutes):
        rig.step(60000)


def scenario_cold_start_only_the_critical_voltage_acts():
    rig = Rig(bl_learn_min=600, **LAW)
    stepped(rig, 300, 231)
    stepped(rig, 10, 215)
    assert rig.limit() == 11000
    stepped(rig, 2, 206)
    assert rig.limit() == 4200 and rig.reason() == reasons.CRITICAL
    stepped(rig, 200, 231)
    assert rig.limit() == 11000 and not rig.box.laws[0].quantile.ready()
    stepped(rig, 90, 231)
    assert rig.box.laws[0].quantile.ready()
    stepped(rig, 12, 222)
    assert rig.limit() == 4200 and rig.reason() == reasons.STRESS


def scenario_a_tap_step_down_blocks_for_about_75_minutes_once():
    # 1.5 % = 3.45 V at 188/4096 V a minute: 76 minutes of congestion, then recovery in 50
    blocking = law()
    run(blocking, MinuteMeans(226550, 226550, 226550), 1)
    minutes = 1
    while blocking.vc_mv * 512 // 125 < blocking.quantile.q:
        run(blocking, MinuteMeans(226550, 226550, 226550), 1)
        minutes += 1
    assert 70 <= minutes <= 80, minutes
    run(blocking, MinuteMeans(227000, 227000, 227000), 51)
    assert blocking.ask_w == -1


def scenario_a_tap_step_up_blocks_nobody_until_it_is_learnt():
    # 3.45 V at 17/4096 V a minute: 831 minutes in which nothing counts as congested
    blocking = law()
    run(blocking, MinuteMeans(233450, 233450, 233450), 820)
    assert blocking.ask_w == -1 and blocking.u_pm == 1000
    run(blocking, MinuteMeans(233450, 233450, 233450), 30)
    run(blocking, GOOD, 3)  # 232 V was good before, and is low now
    assert blocking.u_pm < 1000


def scenario_a_season_that_takes_a_tenth_of_a_volt_a_day_keeps_the_share():
    # 40 days; each minute 0 .. 3.99 V above a level that falls by 0.1 V a day. Falling levels make
    # a few more minutes low than 83 in 1000: the quantile must go down by 0.28 units a minute
    quantile = Quantile()
    quantile.configure(83, 50, 230330, 0)
    low = 0
    for k in range(40 * 1440):
        level_mv = 230000 - k * 100 // 1440
        low += quantile.observe(level_mv + k * 7919 % 400 * 10)
    assert 75 <= low * 1000 // (40 * 1440) <= 95, low


def scenario_after_days_without_power_everything_goes_on_where_it_stood():
    rig = Rig(bl_learn_min=0, bl_start_mv=230000, l1_budget_min=120, **LAW)
    stepped(rig, 15, 232)
    stepped(rig, 60, 224)
    values = [0] * rig.box.snapshot_size()
    rig.box.snapshot(values)
    # three days later another delay, the same history, and the grid 2 V lower: blocked at first
    fresh = Rig(boot_count=1, bl_learn_min=0, l1_budget_min=120, **dict(LAW, bl_reconnect_s=600))
    assert fresh.box.restore(values)
    left = fresh.box.laws[0].budget.left_min()
    assert left == rig.box.laws[0].budget.left_min() < 120
    assert fresh.box.uptime_s == rig.box.uptime_s
    fresh.step(0)
    assert fresh.limit() == 4200 and fresh.reason() == reasons.RECONNECT
    stepped(fresh, 11 + 60, 230)
    assert fresh.limit() == 11000


def scenario_another_meter_is_learnt_anew_while_the_critical_voltage_acts():
    # the new meter shows 2 % less: without relearning, every minute would count as congested
    rig = Rig(bl_learn_min=60, **LAW)
    stepped(rig, 120, 232)
    rig.box.relearn()
    stepped(rig, 50, 227)
    assert rig.limit() == 11000 and rig.reason() == reasons.FREE
    stepped(rig, 2, 206)
    assert rig.limit() == 4200 and rig.reason() == reasons.CRITICAL


def scenario_a_limit_goes_on_over_relearning():
    blocking = law(bl_start_mv=0)
    run(blocking, GOOD, 1)
    run(blocking, BAD, 12)
    assert blocking.ask_w == 4200
    blocking.quantile.forget()
    run(blocking, BAD, 1)
    assert blocking.ask_w == 4200 + 6800 * 20 // 1000  # it rises from where it was
