"""Arithmetic of the band law by hand. Runs on CPython and on MicroPython."""

from phaseward.core import transfer


def projected(v, low, high):
    x = [0, 0, 0]
    inside = transfer.project(v, x, low, high)
    return x, inside


def scenario_voltages_inside_the_band_stay():
    v = [222000, 230000, 238000]
    assert projected(v, 221900, 238100) == (v, True)


def scenario_one_low_phase_takes_from_both_others_alike():
    # 216 V is 6 V below 222 V: the others give 3 V each
    x, inside = projected([216000, 230000, 231000], 222000, 238000)
    assert inside
    assert [abs(a - b) <= 2 for a, b in zip(x, (222000, 227000, 228000))] == [True] * 3


def scenario_a_phase_at_its_edge_gives_nothing():
    # 6 V are needed; L3 at 222.5 V has 0.5 V to give, L2 the other 5.5 V
    x, inside = projected([216000, 231000, 222500], 222000, 238000)
    assert inside
    assert [abs(a - b) <= 2 for a, b in zip(x, (222000, 225500, 222000))] == [True] * 3


def scenario_mean_outside_the_band_equalises():
    x, inside = projected([210000, 215000, 217000], 222000, 238000)
    assert not inside and x == [214000, 214000, 214000]


def scenario_rotation_by_nothing_changes_nothing():
    out = [0, 0, 0]
    transfer.rotate([3000, -1000, -2000], out, 4096, 0)
    assert out == [3000, -1000, -2000]


def scenario_rotation_by_minus_thirty_degrees():
    # cos 0.866 = 3547/4096, sin/sqrt(3) = -0.28868 = -1182/4096.
    # out_1 = 0.866 * 3000 - 0.28868 * (-1000 + 2000) = 2598 - 289 = 2309
    # out_2 = 0.866 * -1000 - 0.28868 * (-2000 - 3000) = -866 + 1443 = 577
    out = [0, 0, 0]
    transfer.rotate([3000, -1000, -2000], out, 3547, -1182)
    assert [abs(a - b) <= 2 for a, b in zip(out, (2309, 577, -2886))] == [True] * 3
    assert sum(out) == 0


def scenario_neutral_current_of_the_two_typical_patterns():
    # (2, -1, -1): the neutral carries 1.5 times the largest; (1, -1, 0): sqrt(3) times. Guard 2.
    assert transfer.neutral_da([200, -100, -100]) == 302
    assert transfer.neutral_da([100, -100, 0]) == 175


def scenario_leg_current_counts_at_most_nominal_voltage():
    # 2300 W at 230 V = 10 A; at 250 V still 10 A, at 200 V 11.5 A
    assert transfer.leg_current_da(2300, 230000) == 100
    assert transfer.leg_current_da(-2300, 250000) == -100
    assert transfer.leg_current_da(2300, 200000) == 115


def scenario_equal_legs_give_a_worst_phase_only_a_fraction_of_the_rating():
    # 15 kVA: legs of 21.7 A. (2, -1, -1) is bound by the neutral: 21.7 A / 1.5 = 14.5 A = 3.3 kW
    p = [20000, -10000, -10000]
    assert transfer.limit(p, [230000] * 3, [0, 0, 0], 217, 217)
    assert 3250 <= p[0] <= 3330 and sum(p) == 0
    # neutral leg of 1.5 times: 21.7 A = 4.99 kW
    p = [20000, -10000, -10000]
    transfer.limit(p, [230000] * 3, [0, 0, 0], 217, 325)
    assert 4900 <= p[0] <= 4991 and sum(p) == 0


def scenario_a_transfer_within_the_rating_stays():
    p = [1000, -500, -500]
    assert not transfer.limit(p, [230000] * 3, [0, 0, 0], 217, 217)
    assert p == [1000, -500, -500]
