"""Where the fixed point fails: Newton with a kept Jacobian, and the path around folds."""

import math

import numpy as np
import pytest
from sim.powerflow.feeders import PORTS, Case, feeder, powers

from phaseward_sim.network import A, Bus, Earth, Line, N, Network, Source
from phaseward_sim.network.cables import CableType
from phaseward_sim.powerflow import Law, Port, PowerFlow, reduce
from phaseward_sim.powerflow.equations import PortEquations, to_complex, to_real
from phaseward_sim.powerflow.homotopy import homotopy
from phaseward_sim.powerflow.newton import Newton

U = 400.0 / math.sqrt(3.0)
LOST = feeder(Case(house_earth_ohm=30.0, cut_line="l3", cut=(N,)))
FLOATING = feeder(Case(house_earth_ohm=None, cut_line="l3", cut=(N,), capacitance=False))


def one_ohm_loop(p_w, lo_pu):
    """Equations of one load behind 1 ohm at 230.94 V."""
    kind = CableType("1 ohm/km", np.eye(4), 100.0)
    network = Network("n", [Bus("s"), Bus("h")], [Line("l", "s", "h", kind, 500.0)],
                      [Source("source", "s", 400.0, 1e-9, 0.0)], earths=[Earth("s", 1.0)])
    model = reduce(network, [Port("h", A)])
    edges = Law(lo_pu, 1.5).edges(model.u_nominal_v)
    return PortEquations(model.z_ohm, model.v0(), model.y_base_s, np.array([p_w + 0j]), edges.lo2,
                         edges.hi2)


@pytest.mark.parametrize("network", [LOST, FLOATING], ids=["electrodes", "floating"])
def test_linear_loads_behind_a_lost_neutral_are_solved_exactly(network):
    """Constant impedance: the solution is one linear system, solved here directly."""
    model = reduce(network, PORTS)
    session, rng = PowerFlow(model, Law.constant_impedance()), np.random.default_rng(1)
    for _ in range(80):  # beyond the retry of the fixed point
        p, q = np.abs(rng.normal(0.0, 2000.0, (2, len(PORTS))))
        y = (p - 1j * q) / model.u_nominal_v**2 - model.y_base_s
        exact = np.linalg.solve(np.eye(len(p)) + model.z_ohm * y, model.v0())
        assert np.max(np.abs(session.step(p, q) - exact)) < 1e-6


def test_kept_jacobian_serves_many_small_steps():
    session = PowerFlow(reduce(LOST, PORTS))
    p_w, q_var = powers(Case(pv_w=0.0))
    session.step(p_w, q_var)
    assert session.method in ("newton", "homotopy")
    session.step(p_w * 1.001, q_var)
    kept = session._newton.inverse
    for k in range(20):
        session.step(p_w * (1.0 + 0.001 * k), q_var)
        assert session.method == "newton"
    assert session._newton.inverse is kept is not None


def test_base_admittance_of_floating_ports_does_not_show_in_the_result(monkeypatch):
    results = []
    for y_base_s in (0.02, 0.005):
        monkeypatch.setattr("phaseward_sim.powerflow.reduction.Y_BASE_S", y_base_s)
        session = PowerFlow(reduce(FLOATING, PORTS), Law.constant_impedance())
        results.append(session.step(*powers(Case(pv_w=0.0))))
    assert np.max(np.abs(results[0] - results[1])) < 1e-6


def test_path_leads_around_the_fold_to_the_collapsed_voltage():
    # 14 kW exceeds the 13.3 kW that 1 ohm carries; below the band from 0.5 pu the load is
    # 0.25 * 53333 / 14000 = 0.95238 ohm: v = U * 0.95238 / 1.95238 = 112.65 V
    equations = one_ohm_loop(14e3, 0.5)
    v, steps = homotopy(equations, 1e-6)
    assert steps is not None and equations.blend == 1.0
    assert abs(v[0]) == pytest.approx(112.654, abs=0.01)


def test_path_ends_at_the_high_voltage_where_there_are_two():
    # 10 kW: v = 115.470 +- sqrt(13333.3 - 10000) = 173.205 V, or 57.7 V below the band
    v, _ = homotopy(one_ohm_loop(10e3, 0.5), 1e-6)
    assert abs(v[0]) == pytest.approx(173.205, abs=1e-3)


@pytest.mark.parametrize("blend", [0.0, 0.3, 1.0])
def test_jacobian_is_the_derivative_of_the_residual(blend):
    model = reduce(LOST, PORTS)
    p_w, q_var = powers(Case())
    edges = Law(0.9, 1.1).edges(model.u_nominal_v)
    equations = PortEquations(model.z_ohm, model.v0(), model.y_base_s, p_w - 1j * q_var,
                              edges.lo2, edges.hi2, blend)
    v = model.v0() * np.linspace(0.7, 1.2, len(PORTS))  # below, inside and above the bands
    jacobian, step = equations.jacobian(v), 1e-4
    for column, unit in enumerate(np.eye(2 * len(PORTS))):
        moved = to_complex(unit) * step
        slope = (equations.residual(v + moved) - equations.residual(v - moved)) / (2 * step)
        assert to_real(slope) == pytest.approx(jacobian[:, column], abs=1e-5)


def test_newton_gives_up_in_bounded_steps():
    v, steps = Newton().solve(one_ohm_loop(14e3, 0.01), np.array([U + 0j]), 1e-6)
    assert steps is None and np.all(np.isfinite(v))
