"""What becomes of a stage that is silent, faulted, hot, disobedient or at its limit.

Runs on CPython and on MicroPython. The stage reports what `Reporting` says.
"""

from core_cases_balancer import Plant, balancer

from phaseward.core import reasons


class Reporting(Plant):
    """The plant with a stage that reports `share` (percent) of what it was told."""

    def __init__(self, unit, base_v=(216, 230, 232)):
        super().__init__(unit, base_v)
        self.share = 100
        self.silent = False
        self.most = 0

    def seconds(self, n):
        for _ in range(n):
            stage = self.unit.stage
            stage.actual_valid = not self.silent
            for leg in range(3):
                stage.actual_w[leg] = self.unit.legs_w[leg] * self.share // 100
            super().seconds(1)
            self.most = max(self.most, max([abs(w) for w in self.unit.legs_w]))
        return self.sample.u_ln_mv


def scenario_a_stage_that_falls_silent_is_told_zero_and_begins_anew_after_the_wait():
    unit = balancer(pb_restart_s=30)
    plant = Reporting(unit)
    plant.seconds(300)
    assert unit.transfer_w[0] > 3000
    plant.silent = True
    plant.seconds(10)
    assert not unit.alarms & reasons.A_STAGE_SILENT
    plant.seconds(14)
    assert unit.alarms & reasons.A_STAGE_SILENT and unit.reason == reasons.T_STAGE
    assert unit.transfer_w == [0, 0, 0] and unit.run == 0
    plant.silent = False
    plant.seconds(25)
    assert unit.reason == reasons.T_RESTART and unit.transfer_w == [0, 0, 0]
    plant.seconds(300)
    assert unit.transfer_w[0] > 3000 and not unit.alarms & reasons.A_STAGE_SILENT


def scenario_a_stage_that_was_never_heard_of_is_none():
    unit = balancer()
    Plant(unit, (216, 230, 232)).seconds(300)
    assert unit.transfer_w[0] > 3000 and not unit.alarms & reasons.A_STAGE_SILENT


def scenario_a_faulted_stage_is_told_zero():
    unit = balancer()
    plant = Reporting(unit)
    plant.seconds(300)
    unit.stage.faulted = True
    plant.seconds(12)
    assert unit.transfer_w == [0, 0, 0] and unit.reason == reasons.T_STAGE
    assert unit.alarms & reasons.A_STAGE_FAULT
    unit.stage.faulted = False
    plant.seconds(200)
    assert unit.transfer_w[0] > 3000 and not unit.alarms & reasons.A_STAGE_FAULT


def scenario_a_hot_stage_gets_a_lower_rating():
    # 81 degC, 6 K above 75: 600 of 1000 permille of 15 kVA: legs of 3 kW (at 230 V)
    unit = balancer(pb_s_va=15000)
    plant = Reporting(unit, (200, 240, 240))
    plant.seconds(300)
    assert abs(unit.transfer_w[0]) > 4000
    unit.stage.temperature_dc = 810
    plant.seconds(60)
    assert max([abs(w) for w in unit.transfer_w]) <= 3000 and unit.reason == reasons.T_HOT
    assert unit.alarms & reasons.A_STAGE_HOT
    unit.stage.temperature_dc = 720  # the alarm ends 5 K below
    plant.seconds(5)
    assert unit.alarms & reasons.A_STAGE_HOT
    unit.stage.temperature_dc = 700
    plant.seconds(100)
    assert not unit.alarms & reasons.A_STAGE_HOT and abs(unit.transfer_w[0]) > 4000


def scenario_at_90_degrees_nothing_is_left():
    unit = balancer()
    plant = Reporting(unit)
    plant.seconds(300)
    unit.stage.temperature_dc = 900
    plant.seconds(60)
    assert unit.transfer_w == [0, 0, 0] and unit.q_var == [0, 0, 0]


def scenario_less_than_ordered_is_told_and_goes_on():
    unit = balancer()
    plant = Reporting(unit)
    plant.share = 50
    plant.seconds(400)
    assert unit.alarms & reasons.A_STAGE_DISOBEYS and unit.reason != reasons.T_STAGE
    assert unit.transfer_w[0] > 3000


def scenario_the_opposite_of_what_is_ordered_stops_for_ten_minutes():
    unit = balancer()
    plant = Reporting(unit)
    plant.share = -100
    plant.seconds(200)
    assert unit.reason == reasons.T_STAGE and unit.transfer_w == [0, 0, 0]
    assert unit.alarms & reasons.A_STAGE_DISOBEYS
    plant.share = 100
    plant.seconds(300)
    assert unit.transfer_w == [0, 0, 0]
    plant.seconds(600)
    assert unit.transfer_w[0] > 3000 and not unit.alarms & reasons.A_STAGE_DISOBEYS


def scenario_ten_minutes_at_the_rating_are_told():
    unit = balancer(pb_s_va=6000)
    plant = Reporting(unit, (200, 240, 240))
    plant.seconds(590)
    assert unit.reason == reasons.T_LIMITED and not unit.alarms & reasons.A_SATURATED
    plant.seconds(60)
    assert unit.alarms & reasons.A_SATURATED
    plant.base_mv[:] = [230000, 230000, 230000]
    plant.seconds(200)
    assert not unit.alarms & reasons.A_SATURATED
