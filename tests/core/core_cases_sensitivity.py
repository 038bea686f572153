"""k learnt from own steps, by hand. Runs on CPython and on MicroPython."""

from core_rig import Rig

from phaseward.core.sample import OK, POWER, STALE, U_LN, Sample
from phaseward.core.sensitivity import Sensitivity


def show(sample, u_mv, p_w):
    for phase in range(3):
        sample.u_ln_mv[phase] = u_mv
        sample.p_w[phase] = p_w if phase == 0 else 0
    sample.state[U_LN] = OK
    sample.state[POWER] = OK


def block(sensitivity, sample, u_mv, p_w):
    """Ten seconds at the same values."""
    show(sample, u_mv, p_w)
    for _ in range(10):
        sensitivity.step(1000, sample, True)


def scenario_a_step_of_4_kw_that_costs_2_v_is_500_mv_per_kw():
    sensitivity, sample = Sensitivity(), Sample()
    block(sensitivity, sample, 230000, 0)
    assert sensitivity.count == 0
    block(sensitivity, sample, 228000, 4000)
    assert sensitivity.k == 500 and sensitivity.count == 1
    assert sensitivity.k_mv_kw() == 0  # one is not enough
    block(sensitivity, sample, 230000, 0)
    assert sensitivity.k == 500 and sensitivity.count == 2


def scenario_a_step_in_the_middle_of_a_block_gives_the_same():
    # 5 s of each: 229 V and 2 kW as the block's means
    sensitivity, sample = Sensitivity(), Sample()
    block(sensitivity, sample, 230000, 0)
    show(sample, 230000, 0)
    for _ in range(5):
        sensitivity.step(1000, sample, True)
    show(sample, 228000, 4000)
    for _ in range(5):
        sensitivity.step(1000, sample, True)
    assert sensitivity.k == 500
    block(sensitivity, sample, 228000, 4000)
    assert sensitivity.k == 500 and sensitivity.count == 2


def scenario_small_steps_and_gaps_in_the_data_are_no_observations():
    sensitivity, sample = Sensitivity(), Sample()
    block(sensitivity, sample, 230000, 0)
    block(sensitivity, sample, 229000, 990)
    assert sensitivity.count == 0
    sample.state[POWER] = STALE
    sensitivity.step(1000, sample, True)
    block(sensitivity, sample, 225000, 8000)
    assert sensitivity.count == 0
    sensitivity.step(1000, sample, False)
    block(sensitivity, sample, 230000, 0)
    assert sensitivity.count == 0


def scenario_k_moves_by_a_quarter_at_first_and_by_a_64th_later():
    sensitivity = Sensitivity()
    sensitivity._take(400)
    sensitivity._take(9999)  # + 400 >> 2
    assert sensitivity.k == 500
    sensitivity._take(-300)  # a neighbour's step: down by 500 >> 2, however far off
    assert sensitivity.k == 375
    sensitivity.k, sensitivity.count = 640, 128
    sensitivity._take(9999)
    assert sensitivity.k == 650  # 640 >> 6 = 10


def scenario_k_stays_within_what_a_line_can_have():
    sensitivity = Sensitivity()
    sensitivity._take(-5000)
    assert sensitivity.k == 20
    for _ in range(200):
        sensitivity._take(90000)
    assert sensitivity.k == 3000


def learning(**changes):
    """A box whose own load switches 4 kW on one phase every minute, at 500 mV/kW."""
    values = {"l1_kind": 1, "bl_k_learn": 1, "bl_reconnect_s": 0}
    values.update(changes)
    rig = Rig(**values)
    for k in range(60):
        on = k % 2
        rig.sample.u_ln_mv[0] = 230000 - 2000 * on
        rig.power(4000 * on, 0, 0)
        rig.seconds(30)
    return rig


def scenario_a_box_uses_what_it_has_learnt_where_k_is_not_given():
    rig = learning()
    assert rig.box.laws[0].k_mv_kw == 500
    rig.minutes(2)
    assert rig.box.laws[0].vc_mv == 230000  # 228 V measured, 2 V of them its own doing
    assert learning(bl_k_mv_kw=300).box.laws[0].k_mv_kw == 300
    assert learning(bl_k_learn=0).box.laws[0].k_mv_kw == 0


def scenario_a_box_told_of_another_meter_learns_anew():
    rig = learning()
    rig.box.relearn()
    assert rig.box.sensitivity.count == 0 and rig.box.laws[0].quantile.learned_min == 0
    rig.minutes(2)
    assert rig.box.laws[0].k_mv_kw == 0 and rig.box.laws[0].quantile.learned_min == 2
