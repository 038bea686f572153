"""The same scenario on rung core and on MicroPython: same verdicts, nearly the same decisions."""

import numpy as np
import pytest
from sim.engine.scenes import BALANCER, BOX, CARS, CONTRACT, ROOF, measured, scene

from phaseward_sim.engine import EngineError, run
from phaseward_sim.loop.micropython import MicroPythonError, find_micropython


@pytest.fixture(scope="module", autouse=True)
def micropython():
    try:
        return find_micropython()
    except MicroPythonError as missing:
        pytest.skip(str(missing))


def test_blocking_agrees_down_to_the_minute():
    file = scene(CARS, BOX)
    core, unix = run(file, "core"), run(file, "unix")
    assert unix.meta.rung == "unix"
    for key in ("event_min", "blocked_min", "u_min_v", "ev_charged_kwh"):
        assert measured(unix, key) == pytest.approx(measured(core, key), rel=0.01, abs=0.2)
    spans = [[(d.load, d.reason_id) for d in r.decisions if d.blocked] for r in (core, unix)]
    assert spans[0] == spans[1]


def test_balancing_agrees_and_the_console_stops_it():
    stop = "events: [{at_s: 300, do: console, box: balancer, line: set pb_enable=0}]\n"
    file = scene(BALANCER, stop, duration_s=400, step_s=1)
    p = [run(file, rung).tables["stage_p"].values[:, 0] for rung in ("core", "unix")]
    assert np.abs(p[0][290] - p[1][290]).max() < 0.05 * np.abs(p[0][290]).max()
    assert np.abs(p[1][290]).max() > 1000 and np.abs(p[1][330:]).max() < 1.0


def test_feed_in_is_limited_alike():
    """60 kW at the end of the street lift it above 245 V: down to the floor of 10 kW, and up again
    by 2 % a minute, on both rungs at the same minutes."""
    file = scene(ROOF, duration_s=900, step_s=5)
    core, unix = run(file, "core"), run(file, "unix")
    fed = [result.tables["pv_p"].values[:, 0] for result in (core, unix)]
    assert fed[0].max() == pytest.approx(60000) and fed[0][20:].min() < 11000
    assert np.abs(fed[0] - fed[1]).mean() < 0.02 * 60000
    spans = [[(d.load, d.reason_id) for d in r.decisions if d.blocked] for r in (core, unix)]
    assert spans[0] == spans[1] and ("roof", "feed-critical") in spans[0]


def test_a_departure_lifts_a_pause_alike():
    """All minutes count as congested, 1.5 kWh are owed by 18:00: 60 * 1500 = 3312 (T - 15) is
    42 minutes before; from then on the car charges, by the charger's own count of its energy."""
    file = scene(CONTRACT, duration_s=2400, step_s=5)
    core, unix = run(file, "core"), run(file, "unix")
    charged = [measured(result, "ev_charged_kwh") for result in (core, unix)]
    assert charged[0] == pytest.approx(charged[1], rel=0.03) and charged[0] > 0.8
    spans = [[(d.reason_id, d.blocked) for d in r.decisions if d.load == "car"]
             for r in (core, unix)]
    assert spans[0] == spans[1] and ("comfort", False) in spans[0] and ("stress", True) in spans[0]


def test_an_unknown_rung_is_named():
    with pytest.raises(EngineError, match="no rung 'hil': expected one of core, unix"):
        run(scene(CARS, BOX), "hil")
