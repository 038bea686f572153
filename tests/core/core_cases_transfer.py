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
    assert transfer.neutral_of([200, -100, -100]) == 302
    assert transfer.neutral_of([100, -100, 0]) == 175


def scenario_leg_current_counts_at_most_nominal_voltage():
    # 2300 W at 230 V = 10 A; at 250 V still 10 A, at 200 V 11.5 A
    assert transfer.leg_current_da(2300, 230000) == 100
    assert transfer.leg_current_da(-2300, 250000) == -100
    assert transfer.leg_current_da(2300, 200000) == 115


def scenario_equal_legs_give_a_worst_phase_only_a_fraction_of_the_rating():
    # 15 kVA: legs of 5 kVA, 21.74 A. (2, -1, -1) is bound by the neutral: 5 kW / 1.5 = 3333 W
    p = [20000, -10000, -10000]
    assert transfer.limit(p, [230000] * 3, [0, 0, 0], 5000, 100)
    assert 3320 <= p[0] <= 3333 and sum(p) == 0
    # neutral leg of 1.5 times: the leg itself binds
    p = [20000, -10000, -10000]
    transfer.limit(p, [230000] * 3, [0, 0, 0], 5000, 150)
    assert 4980 <= p[0] <= 5000 and sum(p) == 0


def scenario_above_nominal_voltage_the_neutral_keeps_its_current_and_a_leg_its_va():
    # 253 V = 1.1 * 230 V: the neutral's 21.74 A are then 1.1 * 3333 = 3667 W on the worst phase
    p = [-20000, 10000, 10000]
    assert transfer.limit(p, [253000] * 3, [0, 0, 0], 5000, 100)
    assert -3667 <= p[0] <= -3645 and sum(p) == 0
    p = [-20000, 10000, 10000]
    transfer.limit(p, [253000] * 3, [0, 0, 0], 5000, 300)
    assert -5000 <= p[0] <= -4980
    # at 207 V a leg of 21.74 A carries 4500 W
    p = [20000, -10000, -10000]
    transfer.limit(p, [207000] * 3, [0, 0, 0], 5000, 300)
    assert 4480 <= p[0] <= 4500


def scenario_seeking_takes_from_phases_inside_only_what_the_worst_needs():
    # band 220 .. 240 V. L1 is 6 V low, the others inside: e = (6, 0, 0), mean 2,
    # 3/2 * (4, -2, -2) = (6, -3, -3), and L1 is there in one step
    d = [0, 0, 0]
    transfer.seek([214000, 230000, 230000], d, 220000, 240000)
    assert d == [6000, -3000, -3000]
    # two phases out, one to each side: 3/2 * (6 - 1, -3 - 1, 0 - 1) = (7.5, -6, -1.5)
    d = [0, 0, 0]
    transfer.seek([214000, 243000, 230000], d, 220000, 240000)
    assert d == [7500, -6000, -1500]
    # inside everything stays
    d = [100, -50, -50]
    transfer.seek([230000, 225000, 235000], d, 220000, 240000)
    assert d == [100, -50, -50]


def scenario_a_transfer_within_the_rating_stays():
    p = [1000, -500, -500]
    assert not transfer.limit(p, [230000] * 3, [0, 0, 0], 5000, 100)
    assert p == [1000, -500, -500]
