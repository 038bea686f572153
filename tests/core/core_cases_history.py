"""Quantile, allowance and on/off times by hand. Runs on CPython and on MicroPython."""

from phaseward.core.budget import Budget
from phaseward.core.duty import Duty
from phaseward.core.quantile import Quantile, to_q

MINUTE = 72000


def quantile(share_pm=83, learn_min=0, start_mv=230000):
    q = Quantile()
    q.configure(share_pm, 50, start_mv, learn_min)
    return q


def scenario_quantile_steps_are_those_of_the_law():
    # 230 V = 230 * 4096 = 942080. Both steps together 0.05 V = 205; up 205 * 0.083 = 17.0
    q = quantile()
    assert q.observe(231000) is False
    assert q.q == 942080 + 17
    assert q.observe(229000) is True
    assert q.q == 942080 + 17 - 188
    # p = 0.05: 205 * 0.05 = 10.25 -> 10 up, 195 down
    q = quantile(share_pm=50)
    q.observe(231000)
    assert q.q == 942080 + 10
    q.observe(229000)
    assert q.q == 942080 + 10 - 195


def scenario_quantile_learns_with_a_step_that_shrinks_from_sixteen_to_one():
    # learning 100 min: gain 1 + 15 * 100/100 = 16 in the first minute, 1 + 15 * 50 // 100 = 8 in
    # minute 51, 1 afterwards
    q = quantile(learn_min=100)
    q.observe(231000)
    assert q.q == 942080 + 16 * 17
    for _ in range(49):
        q.observe(300000)
    before = q.q
    q.observe(300000)
    assert q.q - before == 8 * 17
    assert not q.ready()
    for _ in range(49):
        q.observe(300000)
    assert q.ready()
    before = q.q
    q.observe(300000)
    assert q.q - before == 17


def scenario_quantile_without_a_start_value_begins_at_the_first_minute():
    q = quantile(start_mv=0)
    assert q.observe(226500) is False
    assert q.q == to_q(226500) + 17


def scenario_quantile_follows_a_tap_step_down_within_hours():
    # A tap 1.5 % lower: 3.45 V = 14131 units at 188 a minute: low for 76 minutes, then never more
    # than the share. Nothing stops the update, so the step cannot lock itself in.
    q = quantile()
    low = 0
    for _ in range(200):
        low += q.observe(226550)
    assert 76 <= low <= 76 + 17


def budget(day_min=120, jitter_min=0):
    b = Budget()
    b.configure(day_min, 100, jitter_min)
    return b


def scenario_budget_lets_two_hours_pass_and_then_releases():
    # full 120 * 72000 = 8640000; a minute at the floor costs 72000 and brings 120 * 50 = 6000;
    # the way back from the floor at 10 %/min is kept: 1000 * (1000 // 200 + 2) * 72 = 504000.
    # 8640000 - 66000 n < 504000 for the first time at n = 124
    b = budget()
    minutes = 0
    while not b.must_release(1000):
        b.pay(1000)
        minutes += 1
    assert minutes == 124
    assert b.tokens == 8640000 - 124 * 66000
    assert b.left_min() == 6  # 456000 / 72000


def scenario_budget_blocks_again_when_seventeen_minutes_have_come_back():
    # re-armed at 504000 + 10 * 72000 = 1224000; from 456000 at 6000 a minute: 128 minutes
    b = budget()
    while not b.must_release(1000):
        b.pay(1000)
    minutes = 0
    while b.must_release(1000):
        b.pay(0)
        minutes += 1
    assert minutes == 128


def scenario_own_jitter_releases_a_box_earlier():
    # 5 minutes earlier in cost: 8640000 - 66000 n < 504000 + 5 * 72000, first at n = 118
    b = budget(jitter_min=5)
    minutes = 0
    while not b.must_release(1000):
        b.pay(1000)
        minutes += 1
    assert minutes == 118


def scenario_budget_of_nothing_is_unlimited():
    b = budget(day_min=0)
    for _ in range(5000):
        b.pay(1000)
        assert not b.must_release(1000)
    assert b.left_min() == -1


def scenario_half_a_depth_costs_half():
    b = budget()
    b.pay(500)
    assert b.tokens == 8640000 - 36000 + 6000


def lock(jitter_min=0):
    d = Duty()
    d.configure(10, 10, True, jitter_min)
    return d


def run(duty, want, minutes):
    """Minutes off among the next ones."""
    off = 0
    for _ in range(minutes):
        off += duty.decide(want)
        duty.tick()
    return off


def scenario_lock_ends_after_two_hours_and_rests_as_long():
    d = lock()
    assert run(d, True, 120) == 120
    assert run(d, True, 120) == 0
    assert run(d, True, 120) == 120


def scenario_lock_happens_three_times_a_day():
    # starts at 0, 240 and 480 min; the fourth not before 1440
    d = lock()
    assert run(d, True, 1440) == 360
    assert run(d, True, 120) == 120


def scenario_own_jitter_shortens_the_longest_lock():
    d = lock(jitter_min=7)
    assert run(d, True, 200) == 113


def scenario_shortest_times_are_kept():
    d = Duty()
    d.configure(10, 15, False, 0)
    assert d.decide(True)
    d.tick()
    assert run(d, False, 30) == 9  # 10 minutes in all
    d.decide(True)
    assert d.off
    assert run(d, False, 11) == 10
    assert run(d, True, 14) == 0  # 15 minutes on with the last one above
    assert d.decide(True)
