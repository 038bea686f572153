"""A whole box with a stage in the simulator, behind a neutral that breaks: each of its reactions.

The stage's own protection is wider than usual (0.4 ... 1.5 Un), for one that trips at 0.7 and 1.2
cannot support. Nothing ties the neutral to earth beyond the break (TT).
"""

import pytest

from phaseward_sim.devices.stage import StageFleet
from phaseward_sim.engine import fleets, run
from phaseward_sim.scenario import loads

BREAK_S, END_S = 60, 260
SCENE = f"""version: 1
name: lost_neutral
seed: 3
start: 2016-01-28T12:00:00
duration_s: {END_S}
step_s: 1
grid:
  inline:
    transformer_bus: t
    lines:
      - {{name: l1, from_bus: t, to_bus: near, length_m: 100}}
      - {{name: l2, from_bus: near, to_bus: far, length_m: 200}}
      - {{name: l3, from_bus: far, to_bus: end, length_m: 20}}
devices:
  loads:
    - {{name: a, bus: HERE, phases: [1], p_w: 1500}}
    - {{name: b, bus: HERE, phases: [2], p_w: 2400}}
    - {{name: c, bus: HERE, phases: [3], p_w: 2700}}
  stages:
    - {{name: stage, bus: far, rated_va: 30000}}
boxes:
  - name: box
    stage: stage
    parameters: {{pb_enable: 1, pb_restart_s: 5, pb_neutral_act: ACT}}
watch: [far]
events:
  - {{at_s: {BREAK_S}, do: open, line: l2, conductors: [n]}}
"""
STOP, SUPPORT, ALARM = 0, 1, 2


class Tolerant(StageFleet):
    def __init__(self, *words, **more):
        super().__init__(*words, u_stop_pu=(0.4, 1.5), **more)


@pytest.fixture
def tolerant(monkeypatch):
    monkeypatch.setattr(fleets, "StageFleet", Tolerant)


def after(act, bus):
    """(three voltages at the box at the end, its stage's three powers, alarms by id, reasons)."""
    result = run(loads(SCENE.replace("ACT", str(act)).replace("HERE", bus)))
    return (result.tables["bus_u"].values[-1, 0], result.tables["stage_p"].values[-1, 0],
            {alarm.alarm_id for alarm in result.alarms},
            [decision.reason_id for decision in result.decisions])


@pytest.mark.slow
@pytest.mark.parametrize("act", [STOP, SUPPORT, ALARM])
def test_each_reaction_to_a_lost_neutral_with_loads_as_impedances(act, tolerant, monkeypatch):
    """Of 1500 / 2400 / 2700 W the stage must take -700 / +200 / +500 W to make them equal, a
    little otherwise with the lines' drop; without it the neutral stands at
    (1500 a + 2400 b + 2700 c) / 6600 * 230 V = 37.7 V, the least loaded phase at 267 V."""
    monkeypatch.setattr(fleets.HouseholdFleet, "band_pu", (1.0, 1.0))
    u, p, alarms, reasons = after(act, "end")
    assert "neutral-lost" in alarms
    if act == SUPPORT:
        assert reasons[-1] == "neutral-former"
        assert max(u) - min(u) < 3 and p[0] < -500 and p[2] > 300
    else:
        assert 264 < u[0] < 270 and 203 < u[2] < 209 and not p.any()
        assert reasons[-1] == ("neutral-lost" if act == STOP else "voltage-stop")


@pytest.mark.slow
@pytest.mark.parametrize("act", [STOP, SUPPORT, ALARM])
def test_no_reaction_holds_loads_that_all_hold_their_power(act, tolerant):
    """At the stage's own bus, where the simulator has them hold it from 0.5 to 1.3 Un."""
    u, p, alarms, _ = after(act, "far")
    assert "neutral-lost" in alarms and max(u) - min(u) > 80
    assert max(abs(p)) <= 10000
