"""The phase selector: where the load goes, and that contactors are safe on the way.

Runs on CPython and on MicroPython. The contacts follow their coils within a step (1 s) unless
`welded` or `hanging` says otherwise. At every step: never two commanded, never two closed.
"""

from core_rig import Rig

from phaseward.core import reasons
from phaseward.core.phase_selector import CLOSING, OFF, ON, OPENING, PAUSING, STUCK

QUICK = {"ps_load": 2, "l2_kind": 2, "l2_max_w": 6000, "l2_min_w": 1380, "l2_safe_w": 0,
         "bl_reconnect_s": 0, "bl_enable": 0, "ps_better_min": 3, "ps_dwell_min": 10,
         "bl_ramp_pm": 1000, "bl_rise_pm": 1000, "bl_crit_mv": 0}
WEAK_1 = (214, 231, 233)  # the load on L1 pulls it down; band 221.9 .. 238.1 V
EVEN = (230, 230, 230)


class Selected(Rig):
    """A box with contactors; `draws_ma` = what the load shows, None = cannot be told."""

    def __init__(self, **changes):
        values = dict(QUICK)
        values.update(changes)
        super().__init__(**values)
        self.closed = [0, 0, 0]
        self.welded = [0, 0, 0]
        self.hanging = [0, 0, 0]
        self.draws_ma = None
        self.seen = []

    def step(self, elapsed_ms=1000):
        selector = self.box.selector
        before = list(self.closed)
        for i in range(3):
            follows = self.box.decision.contactor[i]
            self.closed[i] = 1 if self.welded[i] and before[i] else follows and not self.hanging[i]
        self.box.set_contactors(int(self.closed[0]), int(self.closed[1]), int(self.closed[2]))
        self.box.set_load_current(1, self.draws_ma or 0, self.draws_ma is not None)
        super().step(elapsed_ms)
        assert sum(self.box.decision.contactor) <= 1, "two commanded"
        if sum(self.welded) == 0:
            assert sum(self.closed) <= 1, "two closed"
        if selector.state != ON:
            assert self.box.decision.limit_w[1] == 0, "the load pauses while it is not joined"
        if self.seen[-1:] != [selector.state]:
            self.seen.append(selector.state)

    def minutes(self, n):
        self.seconds(60 * n)


def joined(**changes):
    """A box whose load has been on L1 for twelve minutes."""
    rig = Selected(**changes)
    rig.volts(*EVEN)
    rig.minutes(12)
    assert rig.box.selector.state == ON and rig.closed == [1, 0, 0]
    return rig


def scenario_after_power_up_the_load_is_joined_to_its_phase_once_data_are_there():
    rig = Selected()
    rig.lose()
    rig.minutes(3)
    assert rig.closed == [0, 0, 0] and rig.box.selector.reason == reasons.S_START
    rig.volts(*EVEN)
    rig.minutes(3)
    assert rig.closed == [1, 0, 0]
    rig.minutes(10)  # its shortest time off
    assert rig.limit(1) == 6000


def scenario_it_moves_to_the_strong_phase_in_the_order_pause_open_close():
    # 6 kW moved from L1 to L3 at 1 V/kW: (220, 231, 227) instead of (214, 231, 233)
    rig = joined()
    rig.volts(*WEAK_1)
    rig.seen.clear()
    rig.minutes(2)
    assert rig.box.selector.state == ON and rig.box.selector.reason == reasons.S_BETTER
    rig.minutes(3)
    assert rig.box.selector.phase == 2 and rig.closed == [0, 0, 1]
    assert rig.seen == [ON, PAUSING, OPENING, CLOSING, ON]
    assert rig.box.laws[1].phases == 4, "blocking judges the phase the load is on"


def scenario_a_phase_that_is_not_enough_better_is_left_alone():
    rig = joined()
    rig.volts(222, 231, 233)  # inside the band: only an eighth of the spread counts
    rig.minutes(60)
    assert rig.box.selector.phase == 0 and rig.box.selector.count == 1


def scenario_two_seconds_lie_between_opening_and_closing():
    rig = joined(ps_break_ms=5000)
    rig.volts(*WEAK_1)
    open_s = 0
    while rig.box.selector.phase == 0 or rig.closed != [0, 0, 1]:
        rig.step()
        open_s += 1 if rig.closed == [0, 0, 0] else 0
        assert open_s < 20
    assert open_s >= 5


def scenario_the_current_is_waited_out_where_it_can_be_told():
    rig = joined()
    rig.draws_ma = 26000
    rig.volts(*WEAK_1)
    while rig.box.selector.state != PAUSING:
        rig.step()
    rig.seconds(8)
    assert rig.closed == [1, 0, 0], "no contactor opens under load"
    rig.draws_ma = 400
    rig.seconds(2)
    assert rig.closed == [0, 0, 0]


def scenario_a_load_that_does_not_pause_keeps_its_phase():
    rig = joined()
    rig.draws_ma = 26000
    rig.volts(*WEAK_1)
    rig.minutes(6)
    assert rig.box.selector.phase == 0 and rig.closed == [1, 0, 0]
    assert rig.box.selector.state == ON and rig.limit(1) > 0


def scenario_a_welded_contactor_means_load_off_alarm_and_no_other_closes():
    rig = joined()
    rig.welded[0] = 1
    rig.volts(*WEAK_1)
    rig.minutes(10)
    assert rig.box.selector.state == STUCK and rig.closed == [1, 0, 0]
    assert rig.box.decision.contactor == [0, 0, 0] and rig.limit(1) == 0
    assert rig.box.decision.alarms & reasons.A_SELECTOR
    assert rig.box.selector.reason == reasons.S_STUCK


def scenario_a_contact_that_closes_unasked_opens_everything():
    rig = joined()
    rig.box.decision.contactor[1] = 0
    rig.closed[1] = rig.welded[1] = 1
    rig.step()
    rig.seconds(2)
    assert rig.box.decision.contactor == [0, 0, 0] and rig.box.selector.state == STUCK


def scenario_a_contactor_that_hangs_gives_way_to_the_one_before():
    rig = joined()
    rig.hanging[2] = 1
    rig.volts(*WEAK_1)
    rig.minutes(6)
    assert rig.box.decision.alarms & reasons.A_SELECTOR
    assert rig.closed == [1, 0, 0] and rig.box.selector.state == ON
    rig.minutes(30)
    assert not rig.closed[2], "the bad one is not tried again"


def scenario_without_data_nothing_is_joined():
    rig = joined()
    rig.volts(*WEAK_1)
    while rig.box.selector.state != OPENING:
        rig.step()
    rig.lose()
    rig.minutes(5)
    assert rig.closed == [0, 0, 0] and rig.box.selector.reason == reasons.S_NO_DATA
    rig.volts(*WEAK_1)
    rig.minutes(1)
    assert rig.closed == [0, 0, 1]


def scenario_without_data_what_is_joined_stays():
    rig = joined()
    rig.lose()
    rig.minutes(30)
    assert rig.closed == [1, 0, 0]


def scenario_the_dwell_time_passes_between_two_moves():
    rig = joined(ps_dwell_min=45)
    rig.volts(*WEAK_1)
    rig.minutes(25)
    assert rig.box.selector.phase == 0 and rig.box.selector.reason == reasons.S_BETTER
    rig.minutes(12)
    assert rig.box.selector.phase == 2


def scenario_the_daily_budget_ends_the_moving_until_it_has_grown_again():
    # two a day: used, then one more after half a day
    rig = joined(ps_day=2)
    moves = 0
    for _ in range(40):
        weak = [231, 231, 231]
        weak[rig.box.selector.phase] = 212
        rig.volts(*weak)
        before = rig.box.selector.phase
        for _ in range(16):
            for _ in range(12):
                rig.step(5000)
        moves += before != rig.box.selector.phase
    # 40 * 16 min = 10.7 h
    assert moves == 2 and rig.box.selector.reason == reasons.S_BUDGET
    for _ in range(2 * 60 * 12):
        rig.step(5000)
    assert rig.box.selector.count == 4


def scenario_at_the_contactors_end_of_life_nothing_moves():
    rig = joined(ps_life=1000)
    rig.box.selector.count = 1000
    rig.volts(*WEAK_1)
    rig.minutes(20)
    assert rig.box.selector.phase == 0
    assert rig.box.decision.alarms & reasons.A_SELECTOR_LIFE


def scenario_phase_and_counter_survive_a_power_cut():
    rig = joined()
    rig.volts(*WEAK_1)
    rig.minutes(8)
    values = [0] * rig.box.snapshot_size()
    rig.box.snapshot(values)
    fresh = Selected()
    assert fresh.box.restore(values)
    assert fresh.box.selector.state == OFF
    assert (fresh.box.selector.phase, fresh.box.selector.count) == (2, 2)
    fresh.volts(*EVEN)
    fresh.minutes(4)
    assert fresh.closed == [0, 0, 1] and fresh.box.selector.count == 3


def scenario_protection_of_the_installation_holds_beside_the_selector():
    rig = joined()
    rig.box.set_protection(1, 2000)
    rig.seconds(2)
    assert rig.limit(1) == 2000
    rig.volts(*WEAK_1)
    rig.minutes(8)
    assert rig.box.selector.phase == 2 and rig.limit(1) <= 2000
    rig.box.set_protection(1, -1)
    rig.minutes(3)
    assert rig.limit(1) == 6000
