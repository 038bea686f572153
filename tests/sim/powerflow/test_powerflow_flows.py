"""Currents, losses and loadings: hand-calculated, and balanced with what goes in and out."""

import math

import numpy as np
import pytest
from sim.powerflow.feeders import PORTS, Case, feeder, powers

from phaseward_sim.network import A, B, Bus, Earth, Line, N, Network, NetworkError, Source
from phaseward_sim.network.cables import CableType
from phaseward_sim.powerflow import Law, Port, PowerFlow, reduce
from phaseward_sim.powerflow.flows import Flows, losses_w, source_power_va


def solved(case=None, law=None):
    """A session after one step of the feeder."""
    case = case or Case()
    session = PowerFlow(reduce(feeder(case), PORTS), law or Law())
    session.step(*powers(case))
    return session


def test_line_of_one_ohm_per_kilometre_by_hand():
    kind = CableType("1 ohm/km", np.eye(4), 20.0)
    network = Network("n", [Bus("s"), Bus("h")], [Line("l", "s", "h", kind, 500.0)],
                      [Source("source", "s", 400.0, 1e-6, 0.0)], earths=[Earth("s", 1.0)])
    session = PowerFlow(reduce(network, [Port("h", A)]))
    v = session.step([4000.0], [0.0])
    flows = Flows(session.model).read(session.inputs)
    # 4 kW at 212.079 V: 18.861 A out on a, back on n; 2 * 0.5 ohm * 18.861^2 = 355.74 W;
    # of a rating of 20 A: 0.94305
    i = 4000.0 / v[0].conj()
    assert flows.line_current_a[0] == pytest.approx([i, 0, 0, -i], abs=1e-6)
    assert flows.line_loss_w[0] == pytest.approx(355.74, abs=0.01)
    assert flows.line_loading[0] == pytest.approx(0.94305, abs=1e-5)
    assert source_power_va(session.model, session.inputs)[0] == pytest.approx(4355.74, abs=0.01)


def test_what_goes_in_comes_out_or_is_lost():
    case = Case(house_earth_ohm=None, capacitance=False)
    session = solved(case)
    flows, solution = Flows(session.model).read(session.inputs), session.solution
    parts = flows.line_loss_w.sum() + flows.transformer_loss_w.sum()
    whole = losses_w(session.model, solution.v, solution.i_a, solution.x)
    assert whole == pytest.approx(parts, abs=1e-5)
    assert flows.line_loss_w.min() > 0.0
    # iron 600 W and, at 3 % load, next to no copper
    assert flows.transformer_loss_w[0] == pytest.approx(600.0, rel=0.05)
    drawn = np.sum(solution.v * solution.i_a.conj()).real
    lines = flows.line_loss_w.sum()
    assert flows.transformer_power_va[0].real == pytest.approx(drawn + lines, abs=1e-5)


def test_transformer_loading_is_the_worst_phase_over_the_rated_current():
    session = solved()
    flows = Flows(session.model).read(session.inputs)
    rated = 250e3 / math.sqrt(3) / 400
    worst = np.abs(flows.transformer_current_a[0, :3]).max()
    assert flows.transformer_loading[0] == pytest.approx(worst / rated)
    assert flows.transformer_current_a[0].sum() == pytest.approx(0.0, abs=1e-6)


def test_currents_of_phases_and_neutral_add_up_without_electrodes():
    session = solved(Case(house_earth_ohm=None, capacitance=False))
    flows = Flows(session.model).read(session.inputs)
    assert flows.line_current_a.sum(axis=1) == pytest.approx(np.zeros(4), abs=1e-6)


def test_cut_conductor_carries_no_current():
    session = solved(Case(house_earth_ohm=30.0, cut_line="l3", cut=(B, N), capacitance=False))
    current = np.abs(Flows(session.model).read(session.inputs).line_current_a)
    assert current[2, [B, N]] == pytest.approx([0.0, 0.0])
    assert current[2, A] > 1.0


def test_chosen_elements_come_in_the_order_asked_for():
    session = solved()
    every = Flows(session.model).read(session.inputs)
    some = Flows(session.model, lines=["l4", "l1"], transformers=[]).read(session.inputs)
    assert np.array_equal(some.line_current_a, every.line_current_a[[3, 0]])
    assert len(some.transformer_loading) == 0


def test_unknown_elements_are_named():
    model = solved().model
    with pytest.raises(NetworkError, match="no line 'l9' in the network"):
        Flows(model, lines=["l9"])
    with pytest.raises(NetworkError, match="no transformer 'x' in the network"):
        Flows(model, transformers=["x"])
