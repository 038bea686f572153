"""What the user is owed, by hand: departure, room, clock. Runs on CPython and on MicroPython."""

from core_rig import Rig, parameters

from phaseward.core import reasons
from phaseward.core.box import NO_LIMIT, NO_ROOM
from phaseward.core.clock import DayClock
from phaseward.core.comfort import Comfort

LAW = {"bl_reconnect_s": 0, "bl_enable": 1, "bl_learn_min": 0, "bl_start_mv": 230000}
CAR = {"l1_kind": 2, "l1_need_wh": 27000, "l1_ready_min": 360}


def comfort(**changes):
    """Load 1 of 11 kW with a contract of 27 kWh (150 km) by 06:00."""
    values = dict(CAR)
    values.update(changes)
    c = Comfort()
    c.configure(parameters(**values), "l1_", 11000)
    return c


def blocked(**changes):
    """A charger that has been paused by low voltage for long, at 01:00, 27 kWh short."""
    values = dict(LAW)
    values.update(CAR)
    values.update(changes)
    rig = Rig(**values)
    rig.box.set_clock(60)
    rig.box.set_vehicle(0, 1, 0)
    rig.minutes(15)
    rig.volts(224, 224, 224)
    rig.minutes(15)
    return rig


def scenario_the_clock_runs_by_itself_and_wraps_at_midnight():
    clock = DayClock()
    clock.advance(1000)
    assert clock.minute == -1
    clock.tell(1438)
    clock.advance(59999)
    assert clock.minute == 1438
    clock.advance(1)
    assert clock.minute == 1439
    clock.advance(61000)  # 23:59:00 + 61 s = 00:00:01
    assert clock.minute == 0
    clock.tell(1440)
    assert clock.minute == -1


def scenario_a_car_is_late_when_nine_tenths_of_full_power_would_not_do():
    # 60 * 27000 >= 0.9 * 11000 * (T - 15): T - 15 <= 163.6: urgent at 178 min before, not at 179
    c = comfort()
    c.set_vehicle(1, 0)
    c.minute(360 - 179)
    assert not c.urgent
    c.minute(360 - 178)
    assert c.urgent


def scenario_energy_already_charged_counts():
    # 17 kWh left: 60 * 17000 / 9900 = 103.03, + 15: urgent from 118 min before on
    c = comfort()
    c.set_vehicle(1, 10000)
    c.minute(360 - 119)
    assert not c.urgent
    c.minute(360 - 118)
    assert c.urgent
    c.set_vehicle(1, 27000)
    c.minute(360 - 60)
    assert not c.urgent and c.missing_wh() == 0


def scenario_a_departure_that_was_missed_is_not_put_off_to_the_next_day():
    c = comfort()
    c.set_vehicle(1, 0)
    c.minute(340)
    c.minute(361)  # 06:01, 23 h 59 min to the next 06:00
    assert c.urgent
    c.set_vehicle(0, -1)
    c.minute(362)
    assert not c.urgent
    c.set_vehicle(1, 0)  # back again: the next departure counts
    c.minute(363)
    assert not c.urgent


def scenario_what_is_not_known_lifts_nothing():
    c = comfort()
    c.minute(340)
    assert not c.urgent  # nobody has told of a car
    c.set_vehicle(1, -1)
    c.minute(340)
    assert not c.urgent  # its energy is not known
    c.set_vehicle(1, 0)
    c.minute(-1)
    assert not c.urgent  # no clock, and no time counted from plugging in
    c.minute(340)
    assert c.urgent
    c.minute(-1)
    assert not c.urgent  # the clock is lost again
    no_contract = comfort(l1_need_wh=0)
    no_contract.set_vehicle(1, 0)
    no_contract.minute(340)
    assert not no_contract.urgent


def scenario_without_a_clock_the_time_since_plugging_in_counts():
    # within 480 min; 178 min before the end is minute 302
    c = comfort(l1_within_min=480)
    c.set_vehicle(1, 0)
    for _ in range(301):
        c.set_vehicle(1, 0)
        c.minute(-1)
    assert c.plugged_min == 301 and not c.urgent
    c.minute(-1)
    assert c.urgent
    c.set_vehicle(-1, -1)  # the charger is silent for a while: the same car, the same session
    c.minute(-1)
    assert not c.urgent
    c.set_vehicle(1, 10)
    c.minute(-1)
    assert c.urgent and c.plugged_min == 304
    c.set_vehicle(1, 5)  # less energy than before: another car
    c.minute(-1)
    assert c.plugged_min == 1 and not c.urgent


def scenario_what_was_told_is_forgotten_in_time():
    c = comfort(l1_within_min=1)
    c.set_vehicle(1, 0)
    c.set_room(3000)
    for _ in range(60):
        c.minute(-1)
    assert c.connected == 1
    c.minute(-1)
    assert c.connected == -1 and c.below_mk == 3000 and c.urgent  # the room is
    for _ in range(60):
        c.minute(-1)
    assert c.below_mk == NO_ROOM and not c.urgent


def scenario_a_cold_room_lifts_until_half_the_band_is_made_up():
    c = comfort(l1_room_mk=1000)
    for below, urgent in ((1000, False), (1001, True), (501, True), (500, False), (900, False)):
        c.set_room(below)
        c.minute(-1)
        assert c.urgent == urgent, below
    c.set_room(5000)
    c.minute(-1)
    c.set_room(NO_ROOM)
    c.minute(-1)
    assert not c.urgent
    off = comfort(l1_room_mk=0)
    off.set_room(5000)
    off.minute(-1)
    assert not off.urgent


def scenario_a_late_car_charges_although_the_voltage_is_low():
    # 01:30 now, paused. At 360 - 178 = 182 = 03:02 the pause is lifted: 4.14 kW, then the ramp
    rig = blocked()
    rig.box.set_vehicle(0, 1, 0)
    assert rig.limit() == 0 and rig.reason() == reasons.STRESS
    rig.minutes(60)
    rig.box.set_vehicle(0, 1, 0)
    rig.minutes(31)
    assert rig.limit() == 0
    seen = []
    for _ in range(10):
        rig.minutes(1)
        seen.append(rig.limit())
    first = [w for w in seen if w > 0]
    assert first[:3] == [4140, 5240, 6340], seen
    assert seen[-1] == 11000 and rig.reason() == reasons.COMFORT
    rig.box.set_vehicle(0, 1, 27000)  # it has its energy: blocked again
    rig.minutes(12)
    assert rig.limit() == 0 and rig.reason() == reasons.STRESS


def scenario_comfort_keeps_the_shortest_time_off():
    # paused at some minute; the room of load 2 turns cold at once: off for 30 minutes all the same
    rig = Rig(l1_kind=2, l1_block_min=30, **LAW)
    rig.minutes(15)
    rig.volts(224, 224, 224)
    while rig.limit() > 0:
        rig.minutes(1)
    rig.box.set_room(0, 3000)
    off = 0
    while rig.limit() == 0:
        rig.minutes(1)
        off += 1
    assert off == 30


def scenario_comfort_never_lifts_the_critical_voltage_the_remote_or_the_contact():
    rig = blocked(l1_ready_min=90)
    assert rig.limit() == 11000  # late from the beginning: never blocked
    rig.box.set_remote_limit(0, 5000)
    rig.step()
    assert rig.limit() == 5000 and rig.reason() == reasons.REMOTE
    rig.box.set_contact(0, True)
    rig.step()
    assert rig.limit() == 4200 and rig.reason() == reasons.CONTACT
    rig.box.set_contact(0, False)
    rig.box.set_remote_limit(0, NO_LIMIT)
    rig.minutes(10)
    assert rig.limit() == 11000
    rig.volts(206, 206, 206)
    rig.minutes(2)
    assert rig.limit() == 0 and rig.reason() == reasons.CRITICAL


def scenario_a_cold_room_ends_a_lock_also_while_the_voltage_is_critical():
    rig = Rig(l1_kind=3, l1_max_w=3000, **LAW)
    rig.minutes(15)
    rig.volts(206, 206, 206)
    rig.minutes(12)
    assert rig.limit() == 0 and rig.reason() == reasons.CRITICAL
    rig.box.set_room(0, 1100)  # more than l1_room_mk
    rig.minutes(2)
    assert rig.limit() == 3000 and rig.reason() == reasons.COMFORT
    rig.box.set_remote_limit(0, 0)
    rig.step()
    assert rig.limit() == 0  # nobody else's limit


def scenario_a_small_car_is_known_by_what_it_drew_and_served_in_time():
    c = comfort()
    for minute in range(12):
        c.set_vehicle(1, 616 * minute // 10)
        c.minute(370)
    assert c.charging.most_w == 3696
    c.set_vehicle(1, 0)  # another car: an eighth is forgotten, 3234 W
    c.minute(370)
    assert c.charging.most_w == 3234
    c.minute((360 - 573) % 1440)  # 60 * 27000 / (0.9 * 3234) + 15 = 571.6
    assert not c.urgent
    c.minute((360 - 571) % 1440)
    assert c.urgent


def scenario_without_voltage_a_lifted_load_is_held_then_safe():
    rig = blocked(l1_ready_min=90, l1_safe_w=5000)
    rig.lose()
    rig.seconds(59)
    assert rig.limit() == 11000
    rig.seconds(2)
    assert rig.limit() == 0  # what blocking asks without the lift; the safe limit is above that
    rig.minutes(30)
    assert rig.limit() == 0


def scenario_a_lock_is_lifted_for_a_cold_room():
    rig = Rig(l1_kind=3, l1_max_w=3000, **LAW)
    rig.minutes(15)
    rig.volts(224, 224, 224)
    rig.minutes(2)
    assert rig.limit() == 0
    rig.box.set_room(0, 1500)
    rig.minutes(9)
    assert rig.limit() == 3000
    assert rig.reason() == reasons.COMFORT
    rig.minutes(105)
    assert rig.limit() == 3000  # still cold, never locked; what was told lasts two hours
    rig.minutes(10)
    assert rig.limit() == 0


def scenario_a_session_goes_on_after_a_power_cut():
    rig = blocked(l1_within_min=480)
    values = [0] * rig.box.snapshot_size()
    rig.box.snapshot(values)
    fresh = Rig(l1_within_min=480, **dict(LAW, **CAR))
    assert fresh.box.restore(values)
    again = fresh.box.needs.comfort[0]
    assert again.plugged_min == rig.box.needs.comfort[0].plugged_min >= 29
    assert again.energy_wh == 0 and again.connected == -1
    assert fresh.box.needs.clock.minute == -1
