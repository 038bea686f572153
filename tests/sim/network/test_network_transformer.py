"""Transformers: clock numbers, nameplate impedances, taps."""

import math

import numpy as np
import pytest

from phaseward_sim.network import NetworkError, Transformer, TransformerType
from phaseward_sim.network.transformer import ratio_of_group

BALANCED = np.exp(-2j * np.pi * np.arange(3) / 3)
PLATE = TransformerType("T", "Dyn5", 250e3, 20e3, 400.0, 0.04, 3250.0, 600.0, 0.0032)


@pytest.mark.parametrize(
    "group", ["Dyn1", "Dyn5", "Dyn11", "Yzn1", "Yzn5", "Yzn11", "Yyn0", "Yyn6"])
def test_lv_phase_a_stands_at_its_hour_and_the_order_of_phases_is_kept(group):
    emf = ratio_of_group(group) @ BALANCED
    hour = int(group[3:])
    assert emf == pytest.approx(BALANCED * np.exp(-1j * np.pi / 6 * hour))


@pytest.mark.parametrize("group", ["Dyn5", "Yzn5", "Yyn0"])
def test_no_vector_group_passes_zero_sequence(group):
    assert ratio_of_group(group) @ np.ones(3) == pytest.approx(np.zeros(3))
    assert ratio_of_group(group).sum(axis=0) == pytest.approx(np.zeros(3))


@pytest.mark.parametrize("group", ["Dyn4", "Yyn5", "Yd5", "Dyn12", "dyn5", "Dyn"])
def test_groups_that_do_not_exist_are_refused(group):
    with pytest.raises(NetworkError, match="vector group.*such as Dyn5, Yzn5, Yyn0"):
        TransformerType("T", group, 250e3, 20e3, 400.0, 0.04, 3250.0)


def test_series_impedance_follows_the_nameplate():
    # base 400^2 / 250e3 = 0.64 ohm; r = 3250 / 250e3 = 0.013; x = sqrt(0.04^2 - 0.013^2)
    assert PLATE.z1_ohm() == pytest.approx(0.64 * (0.013 + 0.0378286j), abs=1e-7)


@pytest.mark.parametrize(("group", "r_ratio", "x_ratio"),
                         [("Dyn5", 1.0, 0.95), ("Yzn5", 0.4, 0.1), ("Yyn0", 1.0, 10.0)])
def test_zero_sequence_is_the_groups_unless_given(group, r_ratio, x_ratio):
    kind = TransformerType("T", group, 250e3, 20e3, 400.0, 0.04, 3250.0)
    z1, z0 = kind.z1_ohm(), kind.z0_ohm()
    assert z0 == pytest.approx(complex(r_ratio * z1.real, x_ratio * z1.imag))
    given = TransformerType("T", group, 250e3, 20e3, 400.0, 0.04, 3250.0, r0_over_r1=2.0,
                            x0_over_x1=3.0)
    assert given.z0_ohm() == pytest.approx(complex(2 * z1.real, 3 * z1.imag))


def test_no_load_admittance_draws_no_load_power():
    # 600 W at rated voltage over three phases; |i0| = 0.32 % of 361 A
    y = PLATE.magnetising_s()
    assert 3 * y.real * (400 / math.sqrt(3)) ** 2 == pytest.approx(600.0)
    assert abs(y) * 400 / math.sqrt(3) == pytest.approx(0.0032 * 250e3 / 400 / math.sqrt(3))


def test_one_tap_step_up_lowers_the_lv_voltage_by_one_part_in_41():
    unit = Transformer("t", "mv", "lv", PLATE)
    assert unit.ratio(1) * 1.025 == pytest.approx(unit.ratio(0))


@pytest.mark.parametrize("group", ["Dyn5", "Yzn5", "Yyn0"])
@pytest.mark.parametrize("lv_conductors", [3, 4])
def test_primitive_admittance_is_passive_and_symmetric(group, lv_conductors):
    kind = TransformerType("T", group, 250e3, 20e3, 400.0, 0.04, 3250.0, 600.0, 0.0032)
    y = Transformer("t", "mv", "lv", kind).y_primitive(0, lv_conductors)
    assert y == pytest.approx(y.T)
    assert np.min(np.linalg.eigvalsh(y.real)) > -1e-9


@pytest.mark.parametrize(("change", "message"), [
    ({"s_rated_va": 0.0}, "must be above 0"),
    ({"uk_pu": 0.0}, "must be above 0"),
    ({"u_lv_v": -400.0}, "must be above 0"),
    ({"pk_w": 20e3}, "pk_w=20000.0 W exceeds uk_pu=0.04"),
])
def test_impossible_nameplates_are_named(change, message):
    plate = {"s_rated_va": 250e3, "u_mv_v": 20e3, "u_lv_v": 400.0, "uk_pu": 0.04, "pk_w": 3250.0}
    with pytest.raises(NetworkError, match=f"transformer type T: .*{message}"):
        TransformerType("T", "Dyn5", **{**plate, **change})
