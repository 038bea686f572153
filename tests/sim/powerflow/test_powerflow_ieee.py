"""The IEEE European LV feeder, three snapshots: power-grid-model and OpenDSS agree.

Both engines' models are written from the feeder's data (phaseward_sim.bench), three wires, 906
buses, 55 loads, a Dyn1 transformer.
"""

import numpy as np
import pytest

from phaseward_sim.bench import ieee_european_lv, powerflow
from phaseward_sim.bench.opendss_feeder import OpenDssFeeder
from phaseward_sim.bench.pgm_feeder import PgmFeeder
from phaseward_sim.powerflow import PowerFlow, reduce, solve_batch

DATA = ieee_european_lv.read()
NETWORK = ieee_european_lv.network(DATA)
PORTS = ieee_european_lv.loads("on_peak_566", DATA)[0]
MODEL = reduce(NETWORK, PORTS)
PU = DATA["source"]["pu"]


@pytest.mark.parametrize("snapshot", ieee_european_lv.SNAPSHOTS)
@pytest.mark.parametrize("engine", [lambda: PgmFeeder(DATA), lambda: OpenDssFeeder(DATA, 1e-10)],
                         ids=["power-grid-model", "OpenDSS"])
def test_snapshot_agrees_with_another_engine(engine, snapshot):
    _, p_w, q_var = ieee_european_lv.loads(snapshot, DATA)
    ours = PowerFlow(MODEL).step(p_w, q_var, PU)
    assert np.max(np.abs(ours - engine().step(p_w, q_var))) < 1e-5


def test_the_peak_is_where_the_feeder_sags():
    v = {name: np.abs(PowerFlow(MODEL).step(*ieee_european_lv.loads(name, DATA)[1:], PU)).min()
         for name in ieee_european_lv.SNAPSHOTS}
    assert v["on_peak_566"] < 240.0 < 250.0 < min(v["off_peak_1"], v["off_peak_1440"])


def test_batch_of_a_profile_agrees_with_power_grid_model():
    p_w, q_var = powerflow.profile(30)
    ours = solve_batch(MODEL, p_w, q_var, source_pu=PU).v
    assert np.max(np.abs(ours - PgmFeeder(DATA).batch(p_w, q_var))) < 1e-5


def test_errors_stay_below_the_tolerance_along_a_profile():
    p_w, q_var = powerflow.profile(200)
    exact = solve_batch(MODEL, p_w, q_var, source_pu=PU, tol_v=1e-10).v
    session = PowerFlow(MODEL, tol_v=1e-6)
    found = np.array([session.step(p, q, PU) for p, q in zip(p_w, q_var, strict=True)])
    assert np.max(np.abs(found - exact)) < 1e-6


def test_bench_compares_engines_at_stated_accuracy(monkeypatch):
    monkeypatch.setattr(powerflow, "REPEATS", 1)
    found = list(powerflow.rows(steps=20, batch=20))
    ours = [row for row in found if row.name.endswith("tolerance 1e-06 V")]
    assert len(ours) == 2 and all(row.error_v < 1e-6 and row.step_us > 0 for row in ours)
    assert any(row.name.startswith("OpenDSS") and row.error_v < 1e-5 for row in found)
    assert len([what for what, factor in powerflow.ratios(found) if factor > 0]) == 2
