"""Line data: the matrices agree with the catalogue and with an outside engine."""

import math

import numpy as np
import pytest
from dss import DSS
from hypothesis import given
from hypothesis import strategies as st

from phaseward_sim.network import NetworkError, cables, impedance

CORES = [name for name, kind in cables.CATALOGUE.items() if "overhead" not in name]
# Catalogue r1, x1 in ohm/km, written here a second time on purpose.
SEQUENCE = {
    "NAYY 4x150": 0.206 + 0.080j,
    "NAYY 4x120": 0.253 + 0.080j,
    "NAYY 4x50": 0.641 + 0.083j,
    "NAYY 4x35": 0.868 + 0.085j,
    "NFA2X 4x70": 0.443 + 0.088j,
}


@pytest.mark.parametrize("name", CORES)
def test_positive_sequence_of_the_matrix_is_the_catalogue_value(name):
    z1 = impedance.positive_sequence(cables.CATALOGUE[name].z_ohm_per_km)
    assert z1 == pytest.approx(SEQUENCE[name], abs=1e-12)


@pytest.mark.parametrize("name", CORES)
def test_four_equal_cores_have_four_times_z1_in_a_neutral_loop(name):
    z = cables.CATALOGUE[name].z_ohm_per_km
    assert impedance.neutral_return(z) == pytest.approx(4.0 * SEQUENCE[name], abs=1e-9)


def test_core_distance_behind_the_reactance_is_that_of_a_real_4x150():
    # Cores of 150 mm2 are 13.8 mm thick, with 1.8 mm insulation each: centres about 17.4 mm apart.
    x_near = cables.NAYY_4X150.z_ohm_per_km[0, 1].imag
    distance_m = impedance.earth_depth_m() / math.exp(x_near / (2 * math.pi * 50 * 2e-4))
    assert distance_m == pytest.approx(0.0174, abs=0.0005)


def test_overhead_reactance_is_that_of_the_wires_apart():
    # GMD = 0.4 * 2^(1/3) = 0.504 m, GMR = 0.758 * 5.25 mm: x1 = 0.0628 ln(0.504 / 0.00398)
    z1 = impedance.positive_sequence(cables.AL_4X70_OVERHEAD.z_ohm_per_km)
    assert z1 == pytest.approx(0.437 + 0.3042j, abs=5e-4)


@pytest.mark.parametrize("kind", cables.CATALOGUE.values(), ids=cables.CATALOGUE)
def test_every_type_is_passive_symmetric_and_names_its_source(kind):
    z = kind.z_ohm_per_km
    assert np.array_equal(z, z.T)
    assert np.all(np.linalg.eigvalsh(z.real) > 0.0)
    assert kind.source and kind.i_rated_a > 0.0


def test_warm_conductors_have_more_resistance_and_the_same_reactance():
    # 0.206 * (1 + 0.00403 * 45) = 0.24336 at 65 degrees
    z1 = impedance.positive_sequence(cables.cable("NAYY 4x150", 65.0).z_ohm_per_km)
    assert z1 == pytest.approx(0.24336 + 0.080j, abs=1e-5)
    assert cables.cable("NAYY 4x150", 65.0) is cables.cable("NAYY 4x150", 65.0)


def test_capacitance_matrix_has_the_catalogue_operating_value():
    c = cables.NAYY_4X150.c_nf_per_km
    balanced = np.exp(-2j * np.pi * np.arange(3) / 3)
    assert c[0, :3] @ balanced == pytest.approx(261.0)
    assert c[0].sum() == pytest.approx(0.5 * 261.0)  # all cores together: the share to earth


def test_carson_matrix_agrees_with_opendss_line_constants():
    """OpenDSS computes the same overhead line from wire data and places; Carson, 100 ohm m."""
    r, gmr_m, height_m = 0.437, 0.00398, 8.0
    places = [(0.4 * k, height_m) for k in range(4)]
    for command in [
        "clear", "set defaultbasefrequency=50", "new circuit.c basekv=0.4",
        "set earthmodel=carson",
        f"new wiredata.w rac={r} rdc={r} runits=km gmrac={gmr_m} gmrunits=m "
        "radius=0.00525 radunits=m normamps=290",
        "new linegeometry.g nconds=4 nphases=4",
        *(f"~ cond={k + 1} wire=w x={x} h={h} units=m" for k, (x, h) in enumerate(places)),
        "new line.l bus1=a.1.2.3.4 bus2=b.1.2.3.4 geometry=g length=1 units=km rho=100",
        "set mode=snapshot", "solve",
    ]:
        DSS.Text.Command = command
    DSS.ActiveCircuit.Lines.Name = "l"
    lines = DSS.ActiveCircuit.Lines
    referee = (lines.Rmatrix + 1j * lines.Xmatrix).reshape(4, 4)
    ours = impedance.carson([r] * 4, [gmr_m] * 4, places)
    assert np.max(np.abs(referee - ours)) < 2e-4


def test_equal_fourth_conductor_is_assumed_where_only_r1_and_x1_are_known():
    z = impedance.four_wire(0.206, 0.080)
    assert impedance.positive_sequence(z) == pytest.approx(0.206 + 0.080j)
    assert impedance.neutral_return(z) == pytest.approx(4 * (0.206 + 0.080j))


@given(st.floats(0.05, 5.0), st.floats(0.0, 0.5), st.floats(1.1, 8.0), st.floats(1.0, 8.0))
def test_matrix_from_sequence_data_gives_them_back(r1, x1, r_ratio, x_ratio):
    z = impedance.four_wire(r1, x1, r1 * r_ratio, x1 * x_ratio)
    assert impedance.positive_sequence(z) == pytest.approx(complex(r1, x1), rel=1e-9, abs=1e-9)
    wanted = complex(r1 * r_ratio, x1 * x_ratio)
    assert impedance.neutral_return(z) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_thinner_neutral_raises_the_loop_impedance_by_three_times_the_difference():
    plain, thin = impedance.four_wire(0.2, 0.08), impedance.four_wire(0.2, 0.08, r_n=0.6)
    difference = impedance.neutral_return(thin) - impedance.neutral_return(plain)
    assert difference == pytest.approx(3 * 0.4)


def test_three_wire_matrix_has_its_sequence_impedances():
    z = impedance.three_wire(0.446, 0.071, 1.505, 0.083)
    assert impedance.positive_sequence(z) == pytest.approx(0.446 + 0.071j)
    assert z[0].sum() == pytest.approx(1.505 + 0.083j)


@pytest.mark.parametrize(("arguments", "message"), [
    ((0.0, 0.08), "r1=0.0.*expected r1 > 0"),
    ((0.2, 0.08, 0.8), "r0 and x0 belong together"),
    ((0.2, 0.08, 0.1, 0.3), "neutral resistance -0.03333.*must be above 0"),
])
def test_impossible_sequence_data_are_named(arguments, message):
    with pytest.raises(NetworkError, match=message):
        impedance.four_wire(*arguments)


@pytest.mark.parametrize(("z", "rating", "message"), [
    (np.zeros((4, 4)), 100.0, "zero or non-finite"),
    (np.eye(4) * np.nan, 100.0, "zero or non-finite"),
    (np.ones((4, 3)), 100.0, "square matrix"),
    (np.eye(4), 0.0, "i_rated_a=0.0"),
])
def test_impossible_cable_types_are_named(z, rating, message):
    with pytest.raises(NetworkError, match=f"cable type x.*{message}"):
        cables.CableType("x", z, rating)


def test_unknown_catalogue_name_lists_what_there_is():
    with pytest.raises(NetworkError, match="no cable type 'NAYY 4x16'.*NAYY 4x150"):
        cables.cable("NAYY 4x16")


def test_conductors_in_one_place_are_refused():
    with pytest.raises(NetworkError, match="conductors coincide"):
        impedance.carson([0.2] * 2, [0.005] * 2, [(0, 0), (0, 0)])


def test_single_phase_type_keeps_phase_and_neutral():
    kind = cables.NAYY_4X50.single_phase()
    assert kind.conductors == 2
    assert kind.z_ohm_per_km[0, 1] == cables.NAYY_4X50.z_ohm_per_km[0, 3]
