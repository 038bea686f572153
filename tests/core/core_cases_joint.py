"""One floor for several devices, by hand. Runs on CPython and on MicroPython."""

from core_rig import Rig

from phaseward.core import reasons
from phaseward.core.joint import least_total_w

TWO = {"l1_kind": 1, "l2_kind": 1, "bl_joint": 1, "bl_reconnect_s": 0, "bl_enable": 1,
       "bl_learn_min": 0, "bl_start_mv": 230000}


def dimmed(**changes):
    """A box whose voltage has been low for long, up to the first minute of a turn."""
    values = dict(TWO)
    values.update(changes)
    rig = Rig(**values)
    rig.minutes(15)
    rig.volts(222, 222, 222)
    rig.minutes(20)
    return rig


def scenario_the_sum_of_floors_by_number_of_devices():
    # 4200 + (n - 1) * g * 4200 with g = 0.80, 0.75, 0.70
    assert [least_total_w(n, 4200) for n in (1, 2, 3, 4)] == [4200, 7560, 10500, 13020]
    # a heat pump of 15 kW: 0.4 * 15000 = 6000, and one charger
    assert least_total_w(2, 6000) == 9360


def scenario_two_single_phase_chargers_share_7560_w():
    # 1.38 kW each at least, the rest evenly: 3780 W
    rig = dimmed(l1_min_w=1380, l2_min_w=1380)
    assert list(rig.box.decision.limit_w[:2]) == [3780, 3780]
    assert rig.reason() == reasons.STRESS


def scenario_a_car_that_is_gone_leaves_its_part_to_the_other():
    rig = dimmed(l1_min_w=1380, l2_min_w=1380)
    rig.box.set_vehicle(1, 0, -1)
    rig.minutes(6)  # a floor that rises does so by the ramp
    assert list(rig.box.decision.limit_w[:2]) == [7560, 0]
    rig.box.set_vehicle(1, -1, -1)  # nobody knows: it counts as there
    rig.minutes(5)
    assert list(rig.box.decision.limit_w[:2]) == [3780, 3780]


def scenario_what_one_cannot_take_goes_to_the_other():
    rig = dimmed(l1_min_w=1380, l2_min_w=1380, l2_max_w=2000)
    assert list(rig.box.decision.limit_w[:2]) == [5560, 2000]


def scenario_two_three_phase_chargers_take_turns():
    # 4.14 kW each at least is more than 7.56 kW: one runs, for half an hour, then the other
    rig = dimmed()
    seen = set()
    for _ in range(61):
        rig.minutes(1)
        floors = list(rig.box.joint.floor_w[:2])
        assert sum(floors) == 7560
        seen.add(tuple(floors))
    assert seen == {(7560, 0), (0, 7560)}


def scenario_other_kinds_do_not_count():
    rig = dimmed(l2_kind=2, l1_min_w=1380)
    assert rig.limit() == 4200


def scenario_without_the_rule_each_keeps_its_own_floor():
    rig = dimmed(bl_joint=0)
    assert list(rig.box.decision.limit_w[:2]) == [4200, 4200]


def scenario_the_contact_leaves_the_joint_floor():
    rig = dimmed(l1_min_w=1380, l2_min_w=1380)
    rig.box.set_contact(0, True)
    rig.box.set_contact(1, True)
    rig.volts(235, 235, 235)
    rig.minutes(60)
    assert list(rig.box.decision.limit_w[:2]) == [4200, 4200]  # as the contact asks
    low = dimmed(l1_min_w=1380, l2_min_w=1380, l1_contact_w=0, l2_contact_w=0)
    low.box.set_contact(0, True)
    low.box.set_contact(1, True)
    low.step()
    assert list(low.box.decision.limit_w[:2]) == [3780, 3780]
