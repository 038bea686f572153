"""The whole box, second by second. Runs on CPython and on MicroPython."""

from core_rig import Rig

from phaseward.core import reasons
from phaseward.core.box import NO_LIMIT
from phaseward.core.reasons import A_NO_DATA

DIM = {"l1_kind": 1, "bl_reconnect_s": 0, "bl_enable": 1, "bl_learn_min": 0,
       "bl_start_mv": 228000}


def running(**changes):
    """A box at full power: powered up for long."""
    values = dict(DIM)
    values.update(changes)
    rig = Rig(**values)
    rig.minutes(15)
    assert rig.limit() == 11000, rig.limit()
    return rig


def scenario_power_up_begins_at_the_safe_limit_and_ramps():
    # safe 4.2 kW; from the first valid minute +1.1 kW a minute: 7 minutes to 11 kW
    rig = Rig(l1_kind=1, bl_reconnect_s=0)
    rig.step(0)
    assert rig.limit() == 4200 and rig.reason() == reasons.RECONNECT
    seen = []
    for _ in range(10 * 60):
        rig.step()
        if not seen or seen[-1] != rig.limit():
            seen.append(rig.limit())
    assert seen == [4200, 5300, 6400, 7500, 8600, 9700, 10800, 11000]
    assert rig.reason() == reasons.FREE


def scenario_reconnection_waits_a_delay_of_its_own_that_changes_with_each_boot():
    waits = []
    for boot in range(4):
        rig = Rig(device_id=99, boot_count=boot, l1_kind=1, bl_reconnect_s=1800)
        seconds = 0
        rig.step(0)
        while rig.limit() == 4200:
            rig.step()
            seconds += 1
        waits.append(seconds)
    assert len(set(waits)) == 4 and max(waits) <= 1800 + 120


def scenario_an_unused_load_is_not_limited_but_obeys_the_remote():
    rig = Rig(bl_reconnect_s=600)
    rig.step(0)
    assert rig.limit(1) == 11000 and rig.reason(1) == reasons.UNUSED
    rig.box.set_remote_limit(1, 5000)
    rig.step()
    assert rig.limit(1) == 5000 and rig.reason(1) == reasons.REMOTE


def scenario_without_data_the_limit_is_held_then_safe():
    rig = running(sy_hold_s=60, l1_safe_w=6000)
    rig.lose()
    rig.seconds(59)
    assert rig.limit() == 11000 and rig.box.decision.alarms == 0
    rig.seconds(1)
    assert rig.limit() == 6000 and rig.reason() == reasons.SAFE
    assert rig.box.decision.alarms == A_NO_DATA
    rig.volts(230, 230, 230)
    rig.seconds(1)
    assert rig.limit() == 6000 and rig.box.decision.alarms == 0
    rig.minutes(6)
    assert rig.limit() == 11000


def scenario_a_held_limit_below_the_safe_one_stays():
    rig = running(l1_safe_w=9000)
    rig.volts(220, 220, 220)
    rig.minutes(14)
    assert rig.limit() == 4200
    rig.lose()
    rig.minutes(60)
    assert rig.limit() == 4200


def scenario_a_remote_limit_lifted_without_data_does_not_raise_the_load():
    rig = running()
    rig.box.set_remote_limit(0, 5000)
    rig.step()
    assert rig.limit() == 5000 and rig.reason() == reasons.REMOTE
    rig.lose()
    rig.seconds(10)
    rig.box.set_remote_limit(0, NO_LIMIT)
    rig.minutes(30)
    assert rig.limit() == 4200 and rig.reason() == reasons.SAFE


def scenario_contact_dims_at_once_and_opens_with_a_ramp():
    rig = running()
    rig.box.set_contact(0, True)
    rig.step()
    assert rig.limit() == 4200 and rig.reason() == reasons.CONTACT
    rig.box.set_contact(0, False)
    rig.step()
    assert rig.limit() == 4200 and rig.reason() == reasons.RAMP
    rig.minutes(1)
    assert rig.limit() == 5300
    # 5.7 kW missing at 1.1 kW a minute: 6 minutes
    assert rig.box.decision.load_until_s[0] - rig.box.uptime_s in range(300, 361)
    rig.minutes(6)
    assert rig.limit() == 11000 and rig.box.decision.load_until_s[0] == 0


def scenario_a_contact_that_is_always_closed_is_not_the_budgets_business():
    rig = running(l1_budget_min=60)
    rig.box.set_contact(0, True)
    rig.minutes(600)
    assert rig.limit() == 4200 and rig.reason() == reasons.CONTACT


def scenario_the_clock_may_wrap():
    # 10 minutes before the wrap at 2**30 ms to 10 minutes after it
    rig = Rig(now_ms=(1 << 30) - 600000, l1_kind=1, bl_reconnect_s=0)
    rig.step(0)
    rig.seconds(1200)
    assert rig.box.uptime_s == 1200 and rig.limit() == 11000


def scenario_a_clock_that_goes_back_counts_as_no_time():
    rig = running()
    before = rig.box.uptime_s
    rig.step(-5000)
    assert rig.box.uptime_s == before
    rig.step(1000)
    assert rig.box.uptime_s == before + 1


def scenario_a_gap_between_steps_is_time_without_data():
    # 30 minutes unheard of: nothing rises by it, budgets and delays go on
    rig = running()
    rig.volts(220, 220, 220)
    rig.minutes(14)
    before = rig.box.uptime_s
    rig.volts(235, 235, 235)
    rig.step(30 * 60000)
    assert rig.limit() <= 4200 + 1100
    assert rig.box.uptime_s == before + 1800


def scenario_restored_history_goes_on_where_it_stood():
    rig = running(l1_budget_min=120)
    rig.volts(220, 220, 220)
    rig.minutes(60)
    values = [0] * rig.box.snapshot_size()
    assert rig.box.snapshot(values) == len(values)
    fresh = Rig(l1_budget_min=120, **DIM)
    assert fresh.box.restore(values)
    old, new = rig.box.laws[0], fresh.box.laws[0]
    assert new.quantile.q == old.quantile.q
    assert new.budget.tokens == old.budget.tokens
    assert new.u_pm == old.u_pm == 0
    assert fresh.box.uptime_s == rig.box.uptime_s
    assert fresh.box.quality.low.count == [0, 0, 0]
    again = [0] * len(values)
    fresh.box.snapshot(again)
    assert again == values


def scenario_an_unknown_snapshot_is_refused():
    rig = Rig(**DIM)
    values = [0] * rig.box.snapshot_size()
    rig.box.snapshot(values)
    assert not rig.box.restore(values[:-1])
    values[0] += 1
    assert not rig.box.restore(values)


def scenario_nonsense_in_a_snapshot_is_brought_into_range():
    rig = Rig(**DIM)
    values = [-(1 << 30)] * rig.box.snapshot_size()
    rig.box.snapshot(values)
    for i in range(1, len(values)):
        values[i] = (1 << 30) - 1
    assert rig.box.restore(values)
    rig.minutes(3)
    assert 4200 <= rig.limit() <= 11000


def scenario_voltage_of_zero_blocks_and_stops():
    rig = running(pb_enable=1)
    rig.volts(0, 230, 230)
    rig.minutes(2)
    assert rig.limit() == 4200 and rig.reason() == reasons.CRITICAL
    assert rig.box.decision.transfer_reason == reasons.T_VOLTAGE


def scenario_voltages_no_meter_can_show_are_not_believed():
    rig = running()
    rig.sample.u_ln_mv[1] = -1
    rig.minutes(2)
    assert rig.box.decision.alarms & A_NO_DATA
    rig.sample.u_ln_mv[1] = 600001
    rig.minutes(2)
    assert rig.box.decision.alarms & A_NO_DATA


def scenario_four_loads_have_each_their_own_law():
    rig = Rig(l1_kind=1, l2_kind=2, l3_kind=3, bl_reconnect_s=0, bl_enable=1, bl_learn_min=0,
              bl_start_mv=228000)
    rig.minutes(15)
    rig.volts(220, 220, 220)
    rig.minutes(14)
    assert list(rig.box.decision.limit_w) == [4200, 0, 0, 11000]
    assert list(rig.box.decision.blocked) == [1, 1, 1, 0]
