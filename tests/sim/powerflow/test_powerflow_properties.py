"""For random small networks in any state: nodal equations and power balance hold, never NaN."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phaseward_sim.network import (
    A,
    B,
    Bus,
    C,
    Earth,
    Line,
    N,
    Network,
    Source,
    Transformer,
    TransformerType,
)
from phaseward_sim.network.cables import CATALOGUE
from phaseward_sim.powerflow import Law, Port, PowerFlow, PowerFlowError, reduce, solve_batch
from phaseward_sim.powerflow.flows import Flows, losses_w
from phaseward_sim.powerflow.reduction import incidence

PLACES = [(A, N), (B, N), (C, N), (A, B), (B, C)]


@st.composite
def networks(draw, cuts=((), (N,), (A,), (B, N))):
    """A tree of up to six buses behind a transformer, with any cut and any electrodes."""
    count = draw(st.integers(1, 6))
    group = draw(st.sampled_from(["Dyn5", "Dyn11", "Yzn5", "Yyn0"]))
    kind = TransformerType("t", group, 160e3, 20e3, 400.0, 0.04, 2350.0, 460.0, 0.005)
    lines = []
    for k in range(count):
        parent = draw(st.integers(-1, k - 1))
        cable = CATALOGUE[draw(st.sampled_from(sorted(CATALOGUE)))]
        start, length_m = f"b{parent}" if parent >= 0 else "lv", draw(st.floats(1.0, 300.0))
        cut = draw(st.sampled_from(cuts))
        lines.append(Line(f"l{k}", start, f"b{k}", cable, length_m, open_conductors=cut))
    earths = [Earth("lv", draw(st.floats(0.5, 20.0)))]
    earths += [Earth(f"b{k}", 30.0) for k in range(count) if draw(st.booleans())]
    buses = [Bus("mv", 20e3, 3), Bus("lv"), *(Bus(f"b{k}") for k in range(count))]
    return Network("random", buses, lines, [Source.of_short_circuit("s", "mv", 20e3, 80e6)],
                   [Transformer("t", "mv", "lv", kind, draw(st.integers(-2, 2)))], earths)


@st.composite
def problems(draw, **options):
    """(network, ports, p_w, q_var, law)."""
    network = draw(networks(**options))
    buses = [bus.name for bus in network.buses if bus.name != "mv"]
    places = draw(st.lists(st.tuples(st.sampled_from(buses), st.sampled_from(PLACES)),
                           min_size=1, max_size=8, unique=True))
    ports = [Port(bus, *place) for bus, place in places]
    watts = st.floats(-8e3, 15e3) | st.just(0.0)
    p_w = np.array(draw(st.lists(watts, min_size=len(ports), max_size=len(ports))))
    q_var = p_w * draw(st.floats(-0.4, 0.4))
    return network, ports, p_w, q_var, draw(st.sampled_from([Law(), Law(0.9, 1.1), Law(1.0, 1.0)]))


@settings(max_examples=150, deadline=None)
@given(problems())
def test_solution_satisfies_the_nodal_equations_of_the_whole_network(problem):
    network, ports, p_w, q_var, law = problem
    session = PowerFlow(reduce(network, ports), law)
    try:
        v = session.step(p_w, q_var, 1.03)
    except PowerFlowError as error:
        assert error.bus in {bus.name for bus in network.buses}
        return
    assert np.all(np.isfinite(v))
    model, solution = session.model, session.solution
    drawn = law.edges(model.u_nominal_v).current(p_w - 1j * q_var, v)
    u = model.node_gain @ solution.x
    at_ports = incidence(model.admittance, ports)
    emf = np.concatenate([source.emf_v() for source in network.sources]) * 1.03
    injected = model.admittance.injection @ emf
    mismatch = model.admittance.y @ u + at_ports @ drawn - injected
    # in A; the largest terms are some 1e4 A (MV side), where 1e-16 of rounding is 1e-9 A by lines
    # of a milliohm
    assert np.max(np.abs(mismatch)) < 1e-4
    assert np.max(np.abs(at_ports.T @ u - v)) < 1e-5


@settings(max_examples=80, deadline=None)
@given(problems(cuts=((),)))
def test_source_power_is_loads_plus_losses_and_losses_are_positive(problem):
    network, ports, p_w, q_var, law = problem
    session = PowerFlow(reduce(network, ports), law)
    session.step(p_w, q_var)
    solution, model = session.solution, session.model
    u = model.node_gain @ solution.x
    earths = sum(abs(u[model.admittance.node(e.bus, N)]) ** 2 / e.ohm for e in network.earths)
    flows = Flows(model).read(solution.x)
    parts = flows.line_loss_w.sum() + flows.transformer_loss_w.sum() + earths
    whole = losses_w(model, solution.v, solution.i_a, solution.x)
    assert whole == pytest.approx(parts, abs=2e-3)
    assert flows.line_loss_w.min() >= -1e-6 and whole > 0.0


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(2, 5))
def test_batches_hold_only_solutions(problem, count):
    network, ports, p_w, q_var, law = problem
    model = reduce(network, ports)
    scale = np.linspace(0.1, 1.0, count)[:, None]
    try:
        batch = solve_batch(model, p_w * scale, q_var * scale, law)
    except PowerFlowError:
        return
    assert np.all(np.isfinite(batch.v))
    assert np.max(np.abs(batch.x @ model.gain.T - batch.v)) < 1e-5
