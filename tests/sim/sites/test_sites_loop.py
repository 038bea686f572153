"""The study's loop: exact skipping, the same as the scenario engine, laws keep their limits."""

import numpy as np
import pytest
from sim.sites.small import course as loads_of
from sim.sites.small import street

from phaseward.store import parameters as table
from phaseward_sim.engine import run
from phaseward_sim.powerflow import solve_batch
from phaseward_sim.scenario import loads
from phaseward_sim.sites import archetype, course, feeder, laws
from phaseward_sim.sites.closed_loop import ClosedLoop, Flow, Row, base_voltages


@pytest.fixture(scope="module")
def lively():
    """Eighty minutes of an afternoon on a site with PV and cars."""
    made = feeder.of_archetype(archetype.load("acoruna1"))
    return made, course.draw(made, 2, 1).part(960, 1040)


def boxes(made, skip, **changes):
    return laws.BoxLaw([laws.box_parameters(p, **changes) for p in made.places], skip)


def test_skipping_idle_steps_changes_nothing(lively):
    made, part = lively
    ran = {}
    for skip in (True, False):
        law = boxes(made, skip)
        ran[skip] = ClosedLoop(made, [part], [(law, [Row(0)])]).run(), law
    (quick, quick_law), (slow, slow_law) = ran[True], ran[False]
    assert np.array_equal(quick.u_v, slow.u_v)
    assert np.array_equal(quick.p_w, slow.p_w) and np.array_equal(quick.q_var, slow.q_var)
    assert quick.moved_kwh[0, 0] > 0.1  # it did act
    assert quick_law.calls < 0.9 * slow_law.calls == 0.9 * 80 * 30


def test_a_feeder_without_trouble_is_left_alone():
    made = street()
    part = loads_of(np.full((5, 3), 500.0))
    ran = ClosedLoop(made, [part], [(boxes(made, True), [Row(0)])]).run()
    assert np.array_equal(ran.p_w, np.zeros((1, 5, 1, 3), np.float32))
    base = np.abs(base_voltages(made, part)).reshape(5, 1, 3)
    assert ran.u_v[0] == pytest.approx(base, abs=1e-3)


SCENE = """version: 1
name: street
seed: 3
start: 2016-01-28T17:00:00
duration_s: 600
step_s: 5
grid:
  inline:
    transformer_bus: t
    lines: [{name: l1, from_bus: t, to_bus: far, length_m: 700}]
devices:
  loads:
    - {name: l1, bus: far, phases: [1], p_w: 9000, power_factor: 1.0}
    - {name: l2, bus: far, phases: [2], p_w: 500, power_factor: 1.0}
    - {name: l3, bus: far, phases: [3], p_w: 500, power_factor: 1.0}
  stages: [{name: stage, bus: far, rated_va: 15000}]
boxes:
  - name: box
    stage: stage
    poll_s: 5
    parameters: {PARAMETERS}
watch: [far]
"""


def test_the_scenario_engine_says_the_same():
    """One unit and constant loads for ten minutes: after the transient both stand at the same
    voltages, but for the meter's last digit and the register's 10 W."""
    p = {"pb_enable": 1, "pb_restart_s": 0, "pb_k_mv_kw": 1500, "pb_angle_deg": -8}
    text = SCENE.replace("{PARAMETERS}", str(p).replace("'", ""))
    file = loads(text)
    result = run(file)
    engine_u = result.tables["bus_u"].values[-1, 0]
    made, part = _same_feeder(file)
    changes = {k: v for k, v in p.items() if k not in ("pb_enable", "pb_restart_s")}
    changes["pb_kq_mv_kvar"] = table.defaults()["pb_kq_mv_kvar"]
    ran = ClosedLoop(made, [part], [(boxes(made, True, **changes), [Row(0)])], delay=0).run()
    assert ran.u_v[0, -1, -1] == pytest.approx(engine_u, abs=0.3)
    base = np.abs(base_voltages(made, part)).reshape(10, -1, 3)
    assert ran.u_v[0, -1, -1, 0] > base[-1, -1, 0] + 2.5  # and it was no small transfer


def _same_feeder(file):
    from phaseward_sim.engine.network import build_site

    site = build_site(file)
    made = feeder.make("street", "", "", site.network, ["far"], [700.0], [[1, 1, 1]], [0],
                       [("far", 15.0)], None)
    part = loads_of(np.full((10, 3), [9000.0, 500.0, 500.0]))
    return made, part


def test_the_quick_power_flow_is_the_solver_s(lively):
    made, part = lively
    rng = np.random.default_rng(1)
    at = rng.integers(0, part.minutes, 20)
    p, q = part.p_w[at], part.q_var[at]
    p[:, :3] += 2000.0
    p[0] *= 12.0  # one row far below the band, where loads are impedances
    pu = part.source_pu[at]
    start = np.repeat(made.model.v0(1.0)[None], 20, axis=0)
    exact = solve_batch(made.model, p, q, source_pu=pu, tol_v=1e-7).v
    assert np.abs(exact[0]).min() < 0.8 * 230
    for rows in (slice(0, 20), slice(1, 20)):
        found = Flow(made.model).solve(p[rows], q[rows], pu[rows], start[rows], 0.0)
        assert np.abs(found - exact[rows]).max() < 1e-4


@pytest.mark.parametrize("integrates", [True, False])
def test_simple_laws_keep_sum_and_ratings(integrates):
    """15 kVA, equal legs: 5 kVA per leg and the neutral no more than a leg."""
    law = laws.SimpleLaw([15000.0], [integrates], [1000.0], [500.0])
    for _ in range(50):
        law.act(np.array([[200000, 230000, 250000]]), law.set_p, law.set_q)
    p = law.set_p[0]
    assert p.sum() == 0 and np.abs(p).max() <= 5000
    turn = np.exp(-2j * np.pi / 3 * np.arange(3))
    amps = np.abs((p / np.array([200.0, 230.0, 250.0]) * turn).sum())
    assert amps == pytest.approx(15000 / 690, rel=0.02)  # the neutral binds
    assert p[0] > 0 > p[2]


def test_box_parameters_stay_in_the_table():
    made = street(ohm=3.0)  # k above what the table allows
    p = laws.box_parameters(made.places[0], scale=1.5)
    for name in ("pb_s_va", "pb_k_mv_kw", "pb_angle_deg", "pb_kq_mv_kvar"):
        table.check(name, p[name])
    assert p["pb_s_va"] == 22500 and p["pb_k_mv_kw"] == table.row("pb_k_mv_kw")[table.MAX]
