"""Batches give what one step after another gives, in every regime."""

import numpy as np
import pytest
from sim.powerflow.feeders import OBSERVERS, PORTS, Case, feeder

from phaseward_sim.network import N
from phaseward_sim.powerflow import Law, PowerFlow, PowerFlowError, reduce, solve_batch

SOUND = Case()
LOST = Case(house_earth_ohm=30.0, cut_line="l3", cut=(N,))
FLOATING = Case(house_earth_ohm=None, cut_line="l3", cut=(N,))


def scenarios(count, watts, seed=5):
    """(p_w, q_var) of shape (count, P), both signs."""
    rng = np.random.default_rng(seed)
    p = rng.normal(0.3 * watts, watts, (count, len(PORTS)))
    return p, 0.3 * p


@pytest.mark.parametrize("law", [Law(), Law(0.95, 1.05), Law.constant_impedance()],
                         ids=["wide band", "narrow band", "impedance"])
@pytest.mark.parametrize("case", [SOUND, LOST], ids=["sound", "lost neutral"])
def test_rows_are_solved_as_single_steps_are(case, law):
    model = reduce(feeder(case), PORTS, OBSERVERS)
    p, q = scenarios(150, 600.0 if case.cut else 3000.0)
    pu = np.linspace(0.95, 1.05, 150)
    batch = solve_batch(model, p, q, law, pu)
    for row in range(0, 150, 7):
        session = PowerFlow(model, law)
        alone = session.step(p[row], q[row], pu[row])
        if session.method == "fixed point":  # else there may be several solutions
            assert np.max(np.abs(batch.v[row] - alone)) < 2e-6
            observed = batch.x[row] @ model.observer_gain.T
            assert np.max(np.abs(observed - session.observe())) < 2e-6
    i = batch.x[:, : len(PORTS)] + model.y_base_s * batch.v
    drawn = law.edges(model.u_nominal_v).current(p - 1j * q, batch.v)
    assert np.max(np.abs(i - drawn)) < 1e-6


def test_floating_neutral_goes_row_by_row():
    model = reduce(feeder(FLOATING), PORTS)
    p, q = np.abs(scenarios(5, 300.0))
    batch = solve_batch(model, p, q)
    assert np.all(np.isfinite(batch.v)) and np.all(batch.iterations > 0)


def test_a_start_at_the_solution_takes_hardly_any_iteration():
    model = reduce(feeder(SOUND), PORTS)
    p, q = scenarios(10, 2000.0)
    cold = solve_batch(model, p, q)
    warm = solve_batch(model, p, q, v_start=cold.v)
    assert warm.iterations.max() <= 2 < cold.iterations.max()
    assert np.max(np.abs(warm.v - cold.v)) < 2e-6


def test_source_may_differ_by_scenario_and_phase():
    model = reduce(feeder(SOUND), PORTS)
    p, q = scenarios(3, 1000.0)
    pu = np.array([[[1.0, 1.0, 1.0]], [[0.9, 1.0, 1.0]], [[1.0, 1.0, 0.8]]])
    batch = solve_batch(model, p, q, source_pu=pu)
    for row in range(3):
        alone = PowerFlow(model).step(p[row], q[row], pu[row])
        assert np.max(np.abs(batch.v[row] - alone)) < 2e-6


def test_scenario_without_solution_is_named():
    model = reduce(feeder(SOUND), PORTS)
    p, q = scenarios(4, 100.0)
    p[2] = -1e9  # far beyond the feeder, as constant negative resistance
    q[2] = 0.0
    p[2, 1:] = 0.0
    z = model.z_ohm[0, 0]
    s = -np.conj(model.u_nominal_v[0] ** 2 / z)  # -1 / z: resonance with the feeder
    p[2, 0], q[2, 0] = s.real, s.imag
    with pytest.raises(PowerFlowError, match="t=60 s: scenario 2.*bus h"):
        solve_batch(model, p, q, Law.constant_impedance(), t_s=[0, 30, 60, 90])


@pytest.mark.parametrize(("p", "pu", "message"), [
    (np.zeros(11), 1.0, "powers of shape"),
    (np.zeros((4, 10)), 1.0, "powers of shape"),
    (np.zeros((4, 11)), np.ones(3), r"source_pu of shape \(3,\)"),
    (np.full((4, 11), np.nan), 1.0, "power of scenario 0 is not finite"),
    (np.zeros((4, 11)), np.nan, "source_pu is not finite"),
])
def test_wrong_calls_say_what_was_expected(p, pu, message):
    with pytest.raises(ValueError, match=message):
        solve_batch(reduce(feeder(SOUND), PORTS), p, np.zeros_like(p), source_pu=pu)
