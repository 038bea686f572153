"""Demand as a charger shows it, and the burden brought to the same share of it, by hand."""

from core_rig import Rig

from phaseward.core.charging import Charging
from phaseward.core.evenness import Evenness

LAW = {"bl_reconnect_s": 0, "bl_enable": 1, "bl_learn_min": 0, "bl_start_mv": 230000}
CAR = {"l1_kind": 1, "l1_max_w": 11000, "l1_floor_w": 4200, "l1_safe_w": 4200}


def scenario_a_car_demands_while_its_energy_rises_and_ten_minutes_longer():
    c = Charging()
    c.minute(-1, -1, False)
    assert c.demand == -1
    c.minute(0, -1, False)
    assert c.demand == 0
    for wh in (0, 100, 200):
        c.minute(1, wh, False)
        assert c.demand == 1
    for _ in range(9):
        c.minute(1, 200, False)
        assert c.demand == 1
    c.minute(1, 200, False)
    assert c.demand == 0  # full
    c.minute(1, 230, False)
    assert c.demand == 1  # it has begun again


def scenario_a_paused_car_goes_on_demanding_and_a_full_one_does_not():
    c = Charging()
    c.minute(1, 100, False)
    for _ in range(100):
        c.minute(1, 100, True)
        assert c.demand == 1
    for _ in range(10):
        c.minute(1, 100, False)
    assert c.demand == 0
    c.minute(1, 100, True)
    assert c.demand == 0


def scenario_what_a_car_draws_is_its_largest_mean_over_ten_minutes():
    c = Charging()
    for minute in range(11):
        c.minute(1, 100 * minute, False)  # 6 kW
    assert c.most_w == 6000
    for minute in range(11, 40):
        c.minute(1, 1000 + 20 * (minute - 10), False)
    assert c.most_w == 6000
    c.minute(1, 0, False)
    assert c.most_w == 5250  # another car: less an eighth


def scenario_ten_unblocked_minutes_of_demand_raise_the_bias_by_three_tenths_of_a_volt():
    # 0.1 V = 410 units; 410 * 300 // 1000 = 123 up, 410 * (300 - 1000) // 1000 = -287 down
    e = Evenness()
    e.configure(300)
    for _ in range(10):
        e.minute(1, False)
    assert e.bias_q == 1230
    e.minute(1, True)
    assert e.bias_q == 1230 - 287
    e.minute(0, True)
    e.minute(-1, True)
    assert e.bias_q == 943  # nobody demands, or it is not known
    for _ in range(1000):
        e.minute(1, True)
    assert e.bias_q == -8 * 4096
    e.configure(0)
    assert e.bias_q == 0


def scenario_seven_of_ten_minutes_of_a_share_of_three_tenths_balance():
    e = Evenness()
    e.configure(300)
    for _ in range(100):
        for minute in range(10):
            e.minute(1, minute < 3)
    assert abs(e.bias_q) <= 100 * 10  # rounding down costs less than one unit a minute


def car(volts, minutes=120, **changes):
    """Load 1 after so long a session at this voltage, where 230 V is the quantile's beginning."""
    values = dict(LAW)
    values.update(CAR)
    values.update(changes)
    rig = Rig(**values)
    rig.volts(volts, volts, volts)
    for minute in range(minutes):
        rig.box.set_vehicle(0, 1, 70 * minute)
        rig.minutes(1)
    return rig


def scenario_a_car_that_never_was_blocked_is_blocked_in_its_turn():
    # Always 231 V: never below its own quantile, which follows to 231 V from below.
    assert car(231).limit() == 11000
    steered = car(231, bl_even_pm=300)
    assert steered.box.laws[0].evenness.bias_q > 0
    seen = 0
    for minute in range(120, 240):
        steered.box.set_vehicle(0, 1, 70 * minute)
        steered.minutes(1)
        seen += steered.limit() < 11000
    assert seen > 0


def scenario_a_limit_that_no_car_feels_costs_no_allowance():
    felt = car(206, 30, l1_budget_min=60)
    assert felt.box.laws[0].budget.left_min() < 40
    values = dict(LAW)
    values.update(CAR)
    alone = Rig(l1_budget_min=60, **values)
    alone.volts(206, 206, 206)
    for _ in range(30):
        alone.box.set_vehicle(0, 0, -1)
        alone.minutes(1)
    assert alone.limit() == 4200  # limited all the same
    assert alone.box.laws[0].budget.left_min() == 60


def scenario_a_car_that_comes_in_haste_need_not_wait_for_a_time_off_that_nobody_felt():
    values = dict(LAW)
    values.update({"l1_kind": 2, "l1_max_w": 11000, "l1_min_w": 4140, "l1_block_min": 30})
    found = []
    for connected in (0, -1):
        rig = Rig(**values)
        rig.box.set_vehicle(0, connected, -1)
        rig.minutes(1)
        rig.volts(224, 224, 224)
        while rig.limit() > 0:
            rig.minutes(1)
        rig.minutes(3)
        rig.box.set_comfort(0, 11000)
        rig.minutes(2)
        found.append(rig.limit() > 0)
    assert found == [True, False]


def low(bias_q, **changes):
    """Load 1 that knows 225 V, two minutes after its voltage fell to 213 V."""
    values = dict(LAW)
    values.update(CAR)
    values.update({"bl_low_mv": 214000, "bl_even_pm": 400, "bl_start_mv": 200000})
    values.update(changes)
    rig = Rig(**values)
    rig.minutes(15)
    rig.box.laws[0].evenness.bias_q = bias_q
    rig.volts(213, 213, 213)
    rig.minutes(2)
    return rig


def scenario_low_voltage_asks_those_who_have_borne_less():
    # 213 V is below 214 V, and above 214 V - 1.5 V (6144 units of 1/4096 V)
    assert low(0).limit() == 4200
    assert low(6144).limit() == 4200  # a debt makes nobody's voltage lower
    assert low(-6144).limit() == 11000
    assert low(-6144, bl_crit_mv=213500).limit() == 4200  # critical asks everybody
    assert low(0, bl_low_mv=0).limit() == 11000
    assert low(0, bl_enable=0).limit() == 11000


def scenario_after_low_voltage_the_rise_waits_the_own_delay_and_a_need_does_not():
    rig = low(0, bl_jitter_s=1800)
    waits = rig.box.laws[0]._wait_min
    assert waits > 2
    rig.volts(230, 230, 230)
    rig.minutes(waits)
    assert rig.limit() == 4200
    rig.minutes(3)
    assert rig.limit() > 4200
    hasty = low(0, bl_jitter_s=1800)
    hasty.volts(230, 230, 230)
    hasty.box.set_comfort(0, 11000)
    hasty.minutes(2)
    assert hasty.limit() > 4200


def scenario_what_a_minute_is_compared_with_is_the_quantile_moved_by_the_bias():
    rig = car(231)
    law = rig.box.laws[0]
    law.evenness.bias_q = 4096
    assert law.bar_mv() == law.quantile.q_mv() + 1000
    law.forget()
    assert law.bar_mv() == 0
