"""The running world: hand-calculated voltages, balanced powers, switching, what meters see."""

import numpy as np
import pytest
from sim.engine.scenes import BOX, CARS, HEAD, scene

from phaseward_sim.engine import run
from phaseward_sim.engine.plant import Plant, World
from phaseward_sim.engine.timeline import windows
from phaseward_sim.powerflow.flows import Flows, source_power_va
from phaseward_sim.scenario import ScenarioError, loads

LOADS = """devices:
  loads:
    - {name: a, bus: far, phases: [1], p_w: 5000, power_factor: 1.0}
    - {name: b, bus: near, phases: [1, 2, 3], p_w: 6000, power_factor: 0.9}
"""


def plant_of(*parts, **kwargs):
    plant = Plant(World(scene(*parts, **kwargs)))
    plant.step(0)
    return plant


def u_at(plant, bus, phase):
    return float(plant.u_v[plant.points.index((bus, phase - 1))])


def test_the_drop_along_the_street_is_that_of_a_hand_calculation():
    # Load b lowers all phases alike; the drop of 5 kW at unity power factor along the 700 m
    # between near and far is about I * (R_phase + R_neutral) with 0.206 ohm/km each:
    # I = 5000 / U_far, dU = I * 0.7 * 0.412 = I * 0.2884 ohm.
    plant = plant_of(LOADS)
    near, far = u_at(plant, "near", 1), u_at(plant, "far", 1)
    assert near - far == pytest.approx(5000 / far * 0.2884, rel=0.02)


def test_what_the_source_gives_is_what_loads_take_and_cables_and_transformer_lose():
    plant = plant_of(LOADS)
    model, x = plant.flow.model, plant.flow.inputs
    source_w = float(source_power_va(model, x).sum().real)
    flows = Flows(model).read(x)
    taken_w = float(np.sum(plant.v * plant.i_a.conj()).real)
    assert taken_w == pytest.approx(11000.0, abs=1e-3)
    lost_w = flows.line_loss_w.sum() + flows.transformer_loss_w.sum()
    assert source_w == pytest.approx(taken_w + lost_w, abs=0.05)  # 0.05 W: earth electrodes
    assert 50 < lost_w < 400


def test_the_meter_of_a_box_sees_the_sum_of_what_is_at_its_bus():
    plant = plant_of(LOADS, "boxes: [{name: box, bus: near}, {name: end, bus: far}]\n")
    u_ln, u_ll, i_a, p_w = plant.at_boxes()
    assert p_w[0] == pytest.approx([2000, 2000, 2000], abs=1e-3)
    assert p_w[1] == pytest.approx([5000, 0, 0], abs=1e-3)
    # Load b: 2 kW at power factor 0.9 is 2222 VA.
    assert i_a[0] * u_ln[0] == pytest.approx([2222.2] * 3, rel=1e-4)
    # Voltages between phases lie near sqrt(3) times those to neutral, in the order 12, 23, 31.
    assert u_ll[1] == pytest.approx(np.sqrt(3) * u_ln[1].mean(), rel=0.02)
    assert u_ll[1][1] > u_ll[1][0]  # L2-L3 does not contain the loaded phase


def test_consumption_lowers_and_generation_raises_the_own_phase():
    solar = "  pv:\n    - {name: pv, bus: far, phases: [2], peak_w: 5000, sun: 1.0}\n"
    watch = "watch: [far]\n"
    plain, fed = plant_of(LOADS, watch), plant_of(LOADS, solar, watch)
    assert u_at(fed, "far", 2) > u_at(plain, "far", 2) + 2
    assert u_at(plain, "far", 1) < u_at(plain, "far", 2) - 2


def test_a_tap_step_moves_all_voltages_by_two_and_a_half_percent():
    plant = plant_of(LOADS)
    before = u_at(plant, "near", 2)
    plant.tap(1)
    plant.step(0)
    assert u_at(plant, "near", 2) == pytest.approx(before / 1.025, rel=2e-3)


def test_a_lost_neutral_shows_and_is_mended():
    both = LOADS.replace("phases: [1, 2, 3]", "phases: [2]").replace("bus: near", "bus: far")
    plant = plant_of(both)
    sound = [u_at(plant, "far", phase) for phase in (1, 2)]
    plant.cut("l2", ["n"])
    plant.step(1)
    # Two single-phase loads in series between L1 and L2: the lighter one gets too much.
    assert u_at(plant, "far", 1) > 250 and u_at(plant, "far", 2) < 210
    plant.mend("l2")
    plant.step(0)
    assert [u_at(plant, "far", phase) for phase in (1, 2)] == pytest.approx(sound, abs=1e-3)


def test_the_source_follows_its_profile_in_straight_lines():
    rising = "source: {wander_pu: 0, profile: [{at_s: 0, pu: 1.0}, {at_s: 100, pu: 1.1}]}\n"
    plant = plant_of(LOADS, rising)
    u = []
    for k in (0, 10, 20, 30):  # 0, 50, 100 and 150 s
        plant.step(k)
        u.append(u_at(plant, "near", 2))
    assert u[1] - u[0] == pytest.approx(u[2] - u[1], rel=0.02) and u[1] - u[0] > 10
    assert u[3] == pytest.approx(u[2], abs=1e-3)  # held after the last point


def test_the_source_wanders_by_no_more_than_asked_and_alike_in_every_run():
    plant, other = plant_of(LOADS), plant_of(LOADS, "source: {wander_pu: 0.01}\n")
    times = np.arange(0.0, 600.0, 1.0)
    small = np.array([plant.source_pu(t) for t in times])
    large = np.array([other.source_pu(t) for t in times])
    assert np.abs(small - 1.0).max() == pytest.approx(0.0005, rel=0.05)
    assert large - 1.0 == pytest.approx(20 * (small - 1.0))
    assert (np.abs(np.diff(small)) > 0).all()


def test_a_written_load_follows_its_steps():
    stepped = LOADS.replace("p_w: 5000,", "p_w: 5000, steps: [{at_s: 10, p_w: 0}],")
    plant = plant_of(stepped)
    assert plant.p_w.sum() == pytest.approx(11000)
    plant.step(1)
    assert plant.p_w.sum() == pytest.approx(11000)
    plant.step(2)
    assert plant.p_w.sum() == pytest.approx(6000)


@pytest.mark.parametrize(("event", "message"), [
    ("{at_s: 1, do: console, box: bix, line: set a=1}", r"events\[0\].box: expected one of box"),
    ("{at_s: 1, do: open, line: l7, conductors: [n]}", r"events\[0\].line: no line 'l7'"),
    ("{at_s: 1800, do: tap, tap: 0}", r"at_s: expected a time before the end at 1800 s"),
    ("{at_s: 1, do: mark, label: T}\n  - {at_s: 2, do: mark, label: T}", "'T' is given twice"),
])
def test_events_that_cannot_take_place_are_refused_by_key(event, message):
    with pytest.raises(ScenarioError, match=message):
        run(scene(CARS, BOX, f"events:\n  - {event}\n"), control=False)


def test_windows_run_from_mark_to_mark_and_to_the_end():
    marks = "events: [{at_s: 60, do: mark, label: B}, {at_s: 0, do: mark, label: A}]\n"
    assert windows(scene(marks)) == {"A": (0, 60), "B": (60, 1800)}
    assert windows(scene()) == {}


def test_a_profile_load_on_an_inline_network_is_refused():
    text = HEAD.format(duration_s=60, step_s=5) + (
        "devices:\n  loads: [{name: a, bus: far, p_w: 1000, profile: H0-A}]\n")
    with pytest.raises(ScenarioError, match="an inline network brings none"):
        Plant(World(loads(text, "s.yaml")))
