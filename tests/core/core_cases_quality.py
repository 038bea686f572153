"""Means, events and alarms by hand. Runs on CPython and on MicroPython."""

from math import sqrt

from core_rig import MinuteMeans, Rig, parameters

from phaseward.core import reasons
from phaseward.core.quality import DEVIATION, NOTHING, U2, Quality
from phaseward.core.reasons import A_NEUTRAL, A_U0, A_UNBALANCE, A_UNDER_VOLTAGE, A_WIRING


def quality(**changes):
    q = Quality()
    q.configure(parameters(**changes))
    return q


def run(q, means, minutes):
    for _ in range(minutes):
        q.minute(means)


def six(u1, u2, u3, l12, l23, l31):
    means = MinuteMeans(u1, u2, u3)
    means.line_mv = [l12, l23, l31]
    means.line_valid = True
    return means


BALANCED = six(230000, 230000, 230000, 398372, 398372, 398372)


def scenario_an_event_needs_its_minutes_and_its_re_arming():
    # band 213.9 .. 246.1 V; two minutes outside make an event, three inside re-arm
    q = quality(pq_event_min=2, pq_rearm_min=3)
    low = MinuteMeans(213000, 230000, 247000)
    good = MinuteMeans()
    run(q, low, 1)
    run(q, good, 1)
    run(q, low, 1)
    assert q.low.count == [0, 0, 0]  # never two in a row
    run(q, low, 5)
    assert q.low.count == [1, 0, 0] and q.high.count == [0, 0, 1]
    run(q, good, 2)
    run(q, low, 5)
    assert q.low.count == [1, 0, 0]  # not re-armed
    run(q, good, 3)
    run(q, low, 2)
    assert q.low.count == [2, 0, 0]
    assert q.low.minutes == [14, 0, 0]


def scenario_minutes_without_data_count_neither_way():
    q = quality(pq_event_min=2)
    low = MinuteMeans(213000, 230000, 230000)
    run(q, MinuteMeans(0, 0, 0, valid=False), 5)
    assert q.measure == NOTHING
    run(q, low, 1)
    run(q, MinuteMeans(0, 0, 0, valid=False), 5)
    assert q.low.count == [0, 0, 0]
    run(q, low, 1)
    assert q.low.count == [1, 0, 0]


def scenario_ten_minute_mean_needs_eight_minutes():
    q = quality()
    run(q, MinuteMeans(220000, 230000, 240000), 5)
    run(q, MinuteMeans(230000, 230000, 240000), 5)
    assert q.ten_valid and q.ten_mv == [225000, 230000, 240000] and q.ten_valid_count == 1
    run(q, MinuteMeans(), 7)
    run(q, MinuteMeans(valid=False), 3)
    assert not q.ten_valid and q.ten_count == 2 and q.ten_valid_count == 1


def scenario_alarm_ends_only_inside_its_hysteresis():
    # under-voltage below 207 V, ends above 207 + 2.3 V
    q = quality()
    run(q, MinuteMeans(206900, 206900, 206900), 10)
    assert q.alarms == A_UNDER_VOLTAGE
    run(q, MinuteMeans(209200, 209200, 209200), 10)
    assert q.alarms == A_UNDER_VOLTAGE
    run(q, MinuteMeans(209300, 209300, 209300), 10)
    assert q.alarms == 0


def scenario_without_line_voltages_the_deviation_stands_for_unbalance():
    # 210, 230, 235 V: 15 V off a mean of 225 V
    q = quality()
    run(q, MinuteMeans(210000, 230000, 235000), 10)
    assert q.measure == DEVIATION and q.unbalance_bp == 666
    assert q.u2_bp == -1 and q.u0_bp == -1
    assert q.alarms & A_UNBALANCE


def scenario_with_six_magnitudes_u2_is_told():
    # Lines of 390, 398, 402 V. By the formula from fourth powers
    # beta = (390**4 + 398**4 + 402**4) / (390**2 + 398**2 + 402**2)**2 = 0.3335432,
    # u2 = sqrt((1 - sqrt(3 - 6 beta)) / (1 + sqrt(3 - 6 beta))) = 1.775 %
    q = quality()
    run(q, six(225000, 229000, 232000, 390000, 398000, 402000), 1)
    assert q.measure == U2 and 176 <= q.u2_bp <= 178, q.u2_bp


def scenario_balanced_voltages_raise_no_alarm():
    q = quality()
    run(q, BALANCED, 20)
    assert q.alarms == 0 and q.u2_bp == 0 and q.u0_bp == 0


def scenario_voltages_that_contradict_each_other_raise_the_wiring_alarm():
    q = quality()
    run(q, six(200000, 230000, 245000, 398372, 398372, 398372), 1)
    assert q.alarms & A_WIRING and q.measure == DEVIATION
    run(q, BALANCED, 1)
    assert not q.alarms & A_WIRING and q.measure == U2


def scenario_a_shifted_neutral_point_is_told_after_two_minutes():
    # 30 V towards L1: L1 = 230 - 30, L2 = L3 = sqrt(230**2 + 230 * 30 + 30**2) = 246.374 V
    q = quality()
    shifted = six(200000, 246374, 246374, 398372, 398372, 398372)
    run(q, shifted, 1)
    assert not q.alarms & A_NEUTRAL
    assert abs(q.phasors.u0_mv - 30000) <= 20
    run(q, shifted, 1)
    assert q.alarms & A_NEUTRAL
    run(q, BALANCED, 9)
    assert q.alarms & A_NEUTRAL
    run(q, BALANCED, 1)
    assert not q.alarms & A_NEUTRAL


def scenario_zero_sequence_of_a_sound_yyn0_transformer_is_no_weak_neutral():
    # U1 = 230 V, U2 = 1.3 V in phase with it, U0 = -u: L1 = 231.3 - u, L2 and L3 =
    # sqrt((115.65 + u)**2 + 198.060**2), lines sqrt(346.95**2 + 198.060**2) = 399.502 and
    # 396.120 V. The limit is 8 + 6 * 1.3 = 15.8 V; u = 12 V is 9 times u2, as Cuenca 1 gives it.
    q = quality()
    run(q, six(219300, 235632, 235632, 399502, 396120, 399502), 30)
    assert abs(q.phasors.u0_mv - 12000) <= 20 and abs(q.phasors.u2_mv - 1300) <= 20
    assert not q.alarms & A_NEUTRAL
    run(q, six(213300, 238935, 238935, 399502, 396120, 399502), 2)  # u = 18 V
    assert q.alarms & A_NEUTRAL


def scenario_every_alarm_and_reason_has_its_words():
    for code in reasons.REASONS:
        name, sentence = reasons.REASONS[code]
        assert name and len(sentence) > 15
    assert len({row[0] for row in reasons.REASONS.values()}) == len(reasons.REASONS)
    for bit in reasons.ALARMS:
        assert bit & (bit - 1) == 0


# u2 and u0: counters, 10-minute mean of u0, and what a power cut leaves


def moved(v_mv):
    """Neutral point moved towards L1: u0 = v / 230 V; L2 = L3 = sqrt(230**2 + 230 v + v**2)."""
    other = round(sqrt(230000.0**2 + 230000.0 * v_mv + float(v_mv) ** 2))
    return six(230000 - v_mv, other, other, 398372, 398372, 398372)


FAR = moved(30000)  # 13.04 %
UNEVEN = six(225000, 229000, 232000, 390000, 398000, 402000)  # u2 = 1.775 %, see above


def scenario_u2_and_u0_events_have_counters_of_their_own():
    q = quality(pq_u2_bp=150, pq_event_min=2, pq_rearm_min=3)
    run(q, UNEVEN, 1)
    run(q, BALANCED, 1)
    assert q.unbalance.count == [0, 0] and q.unbalance.minutes == [1, 0]
    run(q, UNEVEN, 2)
    assert q.unbalance.count == [1, 0]
    run(q, FAR, 2)  # u2 stays near 0: its two minutes inside do not re-arm
    assert q.unbalance.count == [1, 1] and q.unbalance.minutes == [3, 2]
    run(q, UNEVEN, 2)
    assert q.unbalance.count == [1, 1]
    run(q, BALANCED, 3)
    run(q, UNEVEN, 2)
    run(q, FAR, 2)
    assert q.unbalance.count == [2, 2]


def scenario_without_line_voltages_u2_and_u0_count_neither_way():
    q = quality(pq_event_min=2)
    run(q, FAR, 1)
    run(q, MinuteMeans(200000, 246374, 246374), 5)
    assert q.unbalance.count == [0, 0] and q.unbalance.minutes == [0, 1]
    run(q, FAR, 1)
    assert q.unbalance.count == [0, 1]


def scenario_the_ten_minute_mean_of_u0_raises_its_alarm_and_keeps_it_inside_the_hysteresis():
    # 13.04 % for half the time = 6.52 %; the alarm begins above 4 %, ends at 3.6 %
    q = quality()
    run(q, FAR, 5)
    run(q, BALANCED, 4)
    assert q.ten_u0_bp == -1 and not q.alarms & A_U0
    run(q, BALANCED, 1)
    assert 651 <= q.ten_u0_bp <= 653, q.ten_u0_bp
    assert q.alarms & A_U0 and not q.alarms & A_UNBALANCE
    run(q, moved(8740), 10)  # 3.80 %
    assert 379 <= q.ten_u0_bp <= 381 and q.alarms & A_U0
    run(q, moved(8050), 10)  # 3.50 %
    assert 349 <= q.ten_u0_bp <= 351 and not q.alarms & A_U0


def scenario_a_mean_of_u0_needs_eight_minutes_with_line_voltages():
    q = quality()
    run(q, FAR, 10)
    assert q.alarms & A_U0
    run(q, BALANCED, 7)
    run(q, MinuteMeans(), 3)
    assert q.ten_valid and q.ten_u0_bp == -1
    assert q.alarms & A_U0, "nothing is known, so the alarm stays"
    run(q, BALANCED, 8)
    run(q, MinuteMeans(), 2)
    assert q.ten_u0_bp == 0 and not q.alarms & A_U0


def after_a_power_cut(q, **changes):
    values = [0] * 40
    used = q.save(values, 0)
    fresh = quality(**changes)
    assert fresh.load_state(values, 0) == used
    return fresh


def scenario_counters_of_u2_and_u0_survive_a_power_cut_and_do_not_count_twice():
    q = quality(pq_u2_bp=150)
    run(q, UNEVEN, 2)
    run(q, FAR, 3)
    fresh = after_a_power_cut(q, pq_u2_bp=150)
    assert fresh.unbalance.count == [1, 1] and fresh.unbalance.minutes == [2, 3]
    run(fresh, FAR, 1)
    assert fresh.unbalance.count == [1, 1] and fresh.unbalance.minutes == [2, 4]


def scenario_alarms_of_ten_minute_means_survive_a_power_cut_inside_their_hysteresis():
    for means, inside, sound, alarm in (
        (MinuteMeans(206900, 206900, 206900), MinuteMeans(209200, 209200, 209200),
         MinuteMeans(), A_UNDER_VOLTAGE),
        (FAR, moved(8740), BALANCED, A_U0),
    ):
        q = quality()
        run(q, means, 10)
        assert q.alarms & alarm
        fresh = after_a_power_cut(q)
        assert fresh.alarms & alarm
        run(fresh, inside, 10)
        assert fresh.alarms & alarm
        run(fresh, sound, 10)
        assert not fresh.alarms & alarm
        never = quality()
        run(never, inside, 10)
        assert not never.alarms & alarm, "without the memory there would be none"


def scenario_alarms_of_the_moment_do_not_survive_a_power_cut():
    q = quality()
    run(q, FAR, 2)
    assert q.alarms & A_NEUTRAL
    assert not after_a_power_cut(q).alarms
    run(q, six(200000, 230000, 245000, 398372, 398372, 398372), 1)
    assert q.alarms & A_WIRING
    assert not after_a_power_cut(q).alarms & A_WIRING


def scenario_a_whole_box_keeps_its_quality_alarm_over_a_power_cut():
    rig = Rig()
    rig.volts(206, 206, 206)
    rig.minutes(25)
    assert rig.box.decision.alarms & A_UNDER_VOLTAGE
    values = [0] * rig.box.snapshot_size()
    rig.box.snapshot(values)
    fresh = Rig()
    assert fresh.box.restore(values)
    fresh.volts(208, 208, 208)  # inside the hysteresis: 207 .. 209.3 V
    fresh.minutes(25)
    assert fresh.box.decision.alarms & A_UNDER_VOLTAGE
    fresh.volts(230, 230, 230)
    fresh.minutes(25)
    assert not fresh.box.decision.alarms & A_UNDER_VOLTAGE
