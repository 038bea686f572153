"""The solver's promises: hand-calculated values, laws, warm starts, states, and clear failures."""

import math
from dataclasses import replace

import numpy as np
import pytest
from sim.powerflow.feeders import OBSERVERS, PORTS, Case, feeder, powers

from phaseward_sim.network import (
    EARTH,
    A,
    B,
    Bus,
    Earth,
    Line,
    N,
    Network,
    NetworkError,
    Source,
    Switch,
)
from phaseward_sim.network.cables import CableType
from phaseward_sim.powerflow import (
    Grid,
    GridState,
    Law,
    Port,
    PowerFlow,
    PowerFlowError,
    reduce,
    solve,
)

ONE_OHM = CableType("1 ohm/km, no coupling", np.eye(4), 100.0)
U = 400.0 / math.sqrt(3.0)


def stiff(*lines, buses=("s", "h"), **more) -> Network:
    """A nearly ideal 400 V source at bus s and lines of 1 ohm/km."""
    source = Source("source", "s", 400.0, 1e-9, 0.0)
    lines = lines or (Line("l", "s", "h", ONE_OHM, 500.0),)
    return Network("stiff", [Bus(b) for b in buses], lines, [source],
                   **{"earths": [Earth("s", 1.0)], **more})


def test_one_load_behind_one_ohm_of_loop():
    # 0.5 ohm out and 0.5 ohm back; v = U/2 + sqrt(U^2/4 - P R) with U = 230.94 V, P = 4 kW:
    # 115.470 + sqrt(13333.3 - 4000) = 115.470 + 96.609 = 212.079 V
    model = reduce(stiff(), [Port("h", A)], [Port("h", N, EARTH)])
    session = PowerFlow(model)
    v = session.step([4000.0], [0.0])
    assert abs(v[0]) == pytest.approx(212.0793, abs=1e-4)
    # 4000 / 212.079 = 18.861 A raise the neutral by half of the loop's drop: 9.4305 V
    assert abs(session.observe()[0]) == pytest.approx(9.4305, abs=1e-4)
    assert session.solution.i_a[0] == pytest.approx(4000.0 / v[0].conjugate())


def test_feeding_raises_the_voltage():
    # the same with P = -4 kW: 115.470 + sqrt(13333.3 + 4000) = 247.126 V
    v = solve(reduce(stiff(), [Port("h", A)]), [-4000.0], [0.0]).v
    assert abs(v[0]) == pytest.approx(247.1262, abs=1e-4)


def test_load_between_two_phases_sees_the_phase_to_phase_voltage():
    # the same loop on 400 V, 4 kW: 200 + sqrt(40000 - 4000) = 389.737 V
    model = reduce(stiff(), [Port("h", A, B)])
    assert model.u_nominal_v[0] == 400.0
    assert abs(solve(model, [4000.0], [0.0]).v[0]) == pytest.approx(389.7367, abs=1e-4)


def test_outside_its_band_a_load_is_the_impedance_of_the_edge():
    # band from 0.95 pu: at 4 kW the impedance is (0.95 U)^2 / P = 12.0333 ohm (U^2 = 53333);
    # v = U * 12.0333 / 13.0333 = 213.22 V, below the edge of 219.4 V
    model = reduce(stiff(), [Port("h", A)])
    v = solve(model, [4000.0], [0.0], Law(0.95, 1.05)).v
    assert abs(v[0]) == pytest.approx(U * 12.03333 / 13.03333, abs=1e-3)


def test_above_its_band_a_load_is_an_impedance_and_an_inverter_holds_its_power():
    # source at 1.2 pu: 277.13 V behind 1 ohm, band up to 1.1 pu (254.0 V).
    model = reduce(stiff(), [Port("h", A)])
    # load of 2 kW: (1.1 U)^2 / 2000 = 32.267 ohm; v = 277.13 * 32.267 / 33.267 = 268.80 V
    v = solve(model, [2000.0], [0.0], Law(0.8, 1.1), 1.2).v
    assert abs(v[0]) == pytest.approx(268.80, abs=0.01)
    # feeding 2 kW: v = 138.564 + sqrt(138.564^2 + 2000) = 284.17 V
    v = solve(model, [-2000.0], [0.0], Law(0.8, 1.1), 1.2).v
    assert abs(v[0]) == pytest.approx(284.17, abs=0.01)


def test_constant_impedance_has_its_power_at_nominal_voltage():
    # 53333 / 4000 = 13.3333 ohm behind 1 ohm
    v = solve(reduce(stiff(), [Port("h", A)]), [4000.0], [0.0], Law.constant_impedance()).v
    assert abs(v[0]) == pytest.approx(U * 13.33333 / 14.33333, abs=1e-4)


def test_law_may_differ_by_port():
    model = reduce(stiff(), [Port("h", A), Port("h", B)])
    v = solve(model, [2000.0, 2000.0], [0, 0], Law(np.array([0.5, 1.0]), np.array([1.5, 1.0]))).v
    i = solve(model, [2000.0, 2000.0], [0, 0],
              Law(np.array([0.5, 1.0]), np.array([1.5, 1.0]))).i_a
    assert v[0] * i[0].conj() == pytest.approx(2000.0)
    assert v[1] * i[1].conj() == pytest.approx(2000.0 * abs(v[1]) ** 2 / U**2)


def test_balanced_load_leaves_the_neutral_at_rest():
    model = reduce(feeder(Case(house_earth_ohm=None, capacitance=False)),
                   [Port("h1", k) for k in range(3)], OBSERVERS[:1])
    session = PowerFlow(model)
    session.step([5000.0] * 3, [0.0] * 3)
    # only the cores' places are left: b lies opposite n, a and c beside it, so that over 150 m
    # 21.7 A induce 21.7 * 0.0628 ln(sqrt 2) * 0.15 = 0.0709 V (5 kW at 230 V)
    assert abs(session.observe()[0]) == pytest.approx(0.0709, abs=0.001)


def test_voltages_follow_the_source():
    model = reduce(feeder(Case()), PORTS)
    low, high = (PowerFlow(model).step(np.zeros(11), np.zeros(11), pu) for pu in (0.95, 1.05))
    assert high == pytest.approx(low * 1.05 / 0.95)


def test_source_may_dip_on_one_mv_phase():
    """MV phase a at 50 %: of Dyn5's phases a (A - B) and c (A - C) sag, b (B - C) does not."""
    model = reduce(feeder(Case()), [Port("h1", k) for k in range(3)])
    session = PowerFlow(model)
    v = np.abs(session.step(np.zeros(3), np.zeros(3), np.array([[0.5, 1.0, 1.0]])))
    whole = np.abs(session.step(np.zeros(3), np.zeros(3), 1.0))
    assert v[1] == pytest.approx(whole[1], rel=1e-3)
    # |0.5 A - B| / |A - B| = sqrt(0.25 + 1 + 0.5) / sqrt(3) = 0.7638
    assert v[[0, 2]] / whole[[0, 2]] == pytest.approx([0.7638, 0.7638], rel=2e-3)


def test_warm_start_leaves_no_trace():
    model = reduce(feeder(Case()), PORTS)
    session, rng = PowerFlow(model), np.random.default_rng(3)
    for _ in range(50):
        p, q = rng.normal(0.0, 3000.0, (2, 11))
        cold = PowerFlow(model, tol_v=1e-9).step(p, q)
        assert np.max(np.abs(session.step(p, q) - cold)) < 1e-6


def test_same_inputs_give_the_same_bits():
    case = Case()
    runs = [PowerFlow(reduce(feeder(case), PORTS)).step(*powers(case)) for _ in range(2)]
    assert np.array_equal(*runs)


def test_returned_voltages_are_the_callers_own():
    case = Case()
    session = PowerFlow(reduce(feeder(case), PORTS))
    first = session.step(*powers(case))
    kept = first.copy()
    session.step(*powers(Case(pv_w=0.0)))
    assert np.array_equal(first, kept)


def test_tap_raises_the_voltage_by_its_step():
    grid = Grid(feeder(Case(no_load=False)), [Port("h1", A)])
    session = PowerFlow(grid)
    before = abs(session.step([0.0], [0.0])[0])
    session.change(GridState.of(taps={"t": -2}))
    assert abs(session.step([0.0], [0.0])[0]) == pytest.approx(before / 0.95, rel=1e-6)


def test_states_are_reduced_once_and_forgotten_in_turn():
    grid = Grid(feeder(Case()), PORTS, keep=2)
    sound = grid.model()
    cut = grid.model(GridState.of(open_conductors={"l3": [N]}))
    assert grid.model() is sound and cut is not sound
    assert grid.model(GridState.of(open_conductors={"l3": (N, N)})) is cut
    grid.model(GridState.of(taps={"t": 1}))
    assert grid.model() is not sound  # two were kept: the longest unused one went


def test_lost_neutral_and_its_repair_while_running():
    case = Case(house_earth_ohm=30.0)
    session = PowerFlow(Grid(feeder(case), PORTS, OBSERVERS))
    before = session.step(*powers(case))
    session.change(GridState.of(open_conductors={"l3": (N,)}))
    lost = session.step(*powers(case))
    assert np.max(np.abs(lost)) > 300.0 and np.min(np.abs(lost)) < 100.0
    session.change(GridState())
    assert session.step(*powers(case)) == pytest.approx(before, abs=2e-6)


def test_a_lost_phase_leaves_its_loads_without_voltage():
    session = PowerFlow(Grid(feeder(Case()), PORTS))
    session.change(GridState.of(open_conductors={"l1": (A,)}))
    v = np.abs(session.step(*powers(Case())))
    assert v[0] < 1.0 and v[1] > 200.0


def test_switch_opens_and_closes_a_ring():
    lines = (Line("l", "s", "h", ONE_OHM, 500.0), Line("m", "s", "g", ONE_OHM, 500.0))
    network = stiff(*lines, buses=("s", "h", "g"), switches=[Switch("x", "h", "g")])
    session = PowerFlow(Grid(network, [Port("h", A)]))
    ring = session.step([2000.0], [0.0])
    # closed: two lines in parallel, loop 0.5 ohm; v = 115.47 + sqrt(13333.3 - 1000) = 226.526 V
    assert abs(ring[0]) == pytest.approx(226.5256, abs=1e-4)
    session.change(GridState.of(switches={"x": False}))
    # open: loop 1 ohm; v = 115.47 + sqrt(13333.3 - 2000) = 221.928 V
    assert abs(session.step([2000.0], [0.0])[0]) == pytest.approx(221.9282, abs=1e-4)


def test_part_without_supply_is_dead_not_an_error():
    network = stiff(Line("l", "s", "h", ONE_OHM, 500.0), Line("m", "g", "h2", ONE_OHM, 500.0),
                    buses=("s", "h", "g", "h2"), switches=[Switch("x", "h", "g")])
    session = PowerFlow(Grid(network, [Port("h", A), Port("h2", A)]))
    assert np.min(np.abs(session.step([1000.0, 1000.0], [0, 0]))) > 200.0
    session.change(GridState.of(switches={"x": False}))
    v = np.abs(session.step([1000.0, 1000.0], [0, 0]))
    assert v[0] > 200.0 and v[1] < 1e-6


def test_two_sources_share_the_load():
    network = Network("two", [Bus("s"), Bus("h"), Bus("t")],
                      [Line("l", "s", "h", ONE_OHM, 500.0), Line("m", "t", "h", ONE_OHM, 500.0)],
                      [Source(name, name, 400.0, 1e-9, 0.0) for name in "st"],
                      earths=[Earth("s", 1.0)])
    session = PowerFlow(reduce(network, [Port("h", A)]))
    both = session.step([2000.0], [0.0], [1.0, 1.0])
    assert abs(both[0]) == pytest.approx(226.5256, abs=1e-4)
    assert abs(session.step([0.0], [0.0], [1.0, 0.9])[0]) == pytest.approx(0.95 * U, abs=1e-3)


def test_single_phase_service_line():
    kind = ONE_OHM.single_phase()
    network = stiff(Line("l", "s", "h", kind, 500.0, conductors=(B, N)))
    v = solve(reduce(network, [Port("h", B)]), [4000.0], [0.0]).v
    assert abs(v[0]) == pytest.approx(212.0793, abs=1e-4)


def test_no_finite_solution_is_an_error_that_names_time_and_bus():
    # A source of constant negative resistance, -U^2 / P = -1 ohm for 53333 W, against the loop's
    # 1 ohm: resonance, no finite voltage.
    session = PowerFlow(reduce(stiff(), [Port("h", A)]), Law.constant_impedance())
    with pytest.raises(PowerFlowError, match=r"t=17 s.*bus h") as caught:
        session.step([-160000.0 / 3.0], [0.0], t_s=17.0)
    assert (caught.value.t_s, caught.value.bus) == (17.0, "h")
    assert session.step([4000.0], [0.0]) == pytest.approx(U * 13.33333 / 14.33333, abs=1e-4)


def test_overload_ends_at_the_lower_band_edge_not_in_nan():
    # 14 kW with the band from 0.8 pu: impedance 0.64 * 53333 / 14000 = 2.4381 ohm behind 1 ohm
    v = solve(reduce(stiff(), [Port("h", A)]), [14e3], [0.0]).v
    assert abs(v[0]) == pytest.approx(U * 2.438095 / 3.438095, abs=1e-3)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_powers_that_are_not_finite_are_named(bad):
    session = PowerFlow(reduce(feeder(Case()), PORTS))
    p_w, q_var = powers(Case())
    p_w[3] = bad
    with pytest.raises(ValueError, match="power at port h2 b-n is not finite"):
        session.step(p_w, q_var)
    with pytest.raises(ValueError, match="source_pu is not finite"):
        session.step(*powers(Case()), source_pu=bad)
    assert np.all(np.isfinite(session.step(*powers(Case()))))


@pytest.mark.parametrize(("call", "message"), [
    (lambda s: s.step([0.0], [0.0]), "powers of 1 and 1 ports, expected 11"),
    (lambda s: s.step(np.zeros(11), np.zeros(11), [1.0, 1.0]), r"source_pu of shape \(2,\)"),
    (lambda s: s.change(GridState()), "give PowerFlow a Grid"),
    (lambda s: s.set_law(Law(1.1, 0.9)), "expected 0.01 <= lo_pu <= hi_pu"),
    (lambda s: s.set_law(Law(0.0, 1.2)), "expected 0.01 <= lo_pu"),
    (lambda s: s.set_law(Law(np.ones(3), 1.2)), r"load law of shape \(3,\).*\(11,\)"),
])
def test_wrong_calls_say_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call(PowerFlow(reduce(feeder(Case()), PORTS)))


@pytest.mark.parametrize(("state", "message"), [
    (GridState.of(open_conductors={"l9": (N,)}), "open_conductors of unknown l9"),
    (GridState.of(switches={"s9": True}), "closed of unknown s9"),
    (GridState.of(taps={"t9": 1}), "tap of unknown t9"),
    (GridState.of(taps={"t": 5}), "tap 5"),
    (GridState.of(open_conductors={"l1": (7,)}), "open_conductors"),
])
def test_impossible_states_are_named(state, message):
    with pytest.raises(NetworkError, match=message):
        Grid(feeder(Case()), PORTS).model(state)


@pytest.mark.parametrize("port", [Port("h9", A), Port("mv", N), Port("h1", 5)])
def test_ports_must_exist(port):
    with pytest.raises(NetworkError, match="no (conductor|bus)"):
        reduce(feeder(Case()), [port])


def test_mv_phase_lost_is_solved_through_the_magnetising_branch():
    """A fuse gone on the MV side: without load the open phase settles between the other two."""
    network = feeder(Case())
    mv_line = Line("mvl", "station", "mv", CableType("mv", 0.1 * np.eye(3), 300.0), 1000.0,
                   (0, 1, 2), open_conductors=(0,))
    source = replace(network.sources[0], bus="station")
    network = replace(network, buses=(*network.buses, Bus("station", 20e3, 3)),
                      lines=(*network.lines, mv_line), sources=(source,))
    model = reduce(network, [Port("lv", k) for k in range(3)])
    v = np.abs(solve(model, np.zeros(3), np.zeros(3)).v)
    assert sorted(v / v.max()) == pytest.approx([0.5, 0.5, 1.0], abs=0.01)
