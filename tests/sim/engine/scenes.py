"""Small scenarios for the engine's tests: one street of 800 m with three buses."""

from pathlib import Path

from phaseward_sim.scenario import loads

HEAD = """version: 1
name: street
seed: 3
start: 2016-01-28T17:00:00
duration_s: {duration_s}
step_s: {step_s}
grid:
  inline:
    transformer_bus: t
    lines:
      - {{name: l1, from_bus: t, to_bus: near, length_m: 100}}
      - {{name: l2, from_bus: near, to_bus: far, length_m: 700}}
"""

CARS = """devices:
  loads:
    - {name: houses, bus: far, phases: [1], p_w: 4000}
  ev:
    - name: car
      bus: far
      phases: [1]
      max_a: 32
      sessions: [{arrive_s: 300, depart_s: 90000, energy_kwh: 40}]
  heat_pumps:
    - {name: pump, bus: far, phases: [1], p_w: 3000}
"""

BOX = """boxes:
  - name: box
    loads: [{device: car, kind: pause}, {device: pump}]
    parameters: {bl_enable: 0, bl_crit_mv: 214000, bl_rise_pm: 20, bl_reconnect_s: 0,
       bl_jitter_s: 60}
    poll_s: 5
"""

BALANCER = """devices:
  loads:
    - {name: weak, bus: far, phases: [3], p_w: 9000}
  pv:
    - {name: roof, bus: far, phases: [1], peak_w: 5000, sun: 0.9}
  stages:
    - {name: stage, bus: far, rated_va: 15000}
boxes:
  - {name: balancer, stage: stage, parameters: {pb_enable: 1}}
"""

ROOF = """devices:
  pv:
    - {name: roof, bus: far, phases: [1, 2, 3], peak_w: 60000, sun: 1.0}
boxes:
  - name: solar
    inverter: roof
    parameters: {bl_reconnect_s: 0, bl_jitter_s: 0, bl_rise_pm: 20, fi_crit_mv: 245000,
       fi_floor_w: 10000}
"""

CONTRACT = """devices:
  ev:
    - name: car
      bus: far
      phases: [1]
      max_a: 16
      sessions: [{arrive_s: 300, depart_s: 90000, energy_kwh: 40}]
boxes:
  - name: box
    loads: [{device: car, kind: pause}]
    parameters:
      {bl_reconnect_s: 0, bl_jitter_s: 0, bl_enable: 1, bl_learn_min: 0, bl_start_mv: 240000,
       bl_crit_mv: 0, l1_need_wh: 1500, l1_ready_min: 1080}
    poll_s: 5
events: [{at_s: 10, do: console, box: box, line: clock 17:00}]
"""


def scene(*parts: str, duration_s=1800, step_s=5):
    """A scenario of the street with these parts, as a ScenarioFile named `s.yaml`."""
    head = HEAD.format(duration_s=duration_s, step_s=step_s)
    return loads(head + "".join(parts), "s.yaml", Path("."))


def measured(result, key: str) -> float:
    """Value of a measurement of a result."""
    found = result.measurement(key)
    assert found is not None, f"no {key} among {[m.key for m in result.measurements]}"
    return found.value
