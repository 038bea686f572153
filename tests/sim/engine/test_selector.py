"""A box without a power stage moves a load to the strong phase, on two rungs."""

import numpy as np
import pytest
from sim.engine.scenes import scene
from sim.engine.selector_scene import SELECTOR, WELDED

from phaseward_sim.devices.course import Course
from phaseward_sim.devices.selector import HANGING, SelectorFleet
from phaseward_sim.devices.selector import WELDED as STAYS_CLOSED
from phaseward_sim.engine.plant import World
from phaseward_sim.engine.running import Run


def played(file, rung):
    """The run's fleet of selectors, and what it showed at every step: phase, power, voltages."""
    from contextlib import ExitStack

    steps = Run(World(file), rung, True, None)
    fleet = steps.plant.fleets.named["selector"][1]
    seen = []
    with ExitStack() as stack:
        steps.prepare(stack, None)
        from phaseward_sim.engine.timeline import Timeline
        timeline = Timeline(file, steps.plant, steps.boxes, steps.benches,
                            steps.recording.recorder)
        for k in range(steps.plant.span.steps):
            timeline.run_due(k * steps.plant.span.step_s)
            steps.step(k)
            now = fleet.observe()
            seen.append((int(now["phase"][0]), float(now["power_w"][0]),
                         *steps.plant.watched_u_v[0]))
    return fleet, np.array(seen)


def judge_the_move(fleet, seen):
    """L1 until it has been worse for minutes, then a pause with everything open, then L3."""
    phases = [int(p) for p in seen[:, 0]]
    order = [p for k, p in enumerate(phases) if k == 0 or p != phases[k - 1]]
    assert order[-3:] == [1, 0, 3], order
    assert fleet.shorted[0] == 0 and fleet.under_load[0] == 0
    assert list(fleet.closings[0]) == [1, 0, 1]
    on_1 = seen[(seen[:, 0] == 1) & (seen[:, 1] > 4500), 2]
    on_3 = seen[(seen[:, 0] == 3) & (seen[:, 1] > 4500), 2]
    assert on_3.min() > on_1.max() + 3.0, "the weak phase has recovered"


def test_the_load_goes_to_the_strong_phase_on_the_core():
    judge_the_move(*played(scene(SELECTOR, duration_s=2400, step_s=1), "core"))


@pytest.mark.slow
def test_the_load_goes_to_the_strong_phase_in_the_whole_application():
    judge_the_move(*played(scene(SELECTOR, duration_s=2400, step_s=1), "unix"))


@pytest.mark.parametrize("rung", ["core", pytest.param("unix", marks=pytest.mark.slow)])
def test_a_welded_contactor_is_never_joined_by_another(rung):
    fleet, seen = played(scene(SELECTOR, WELDED, duration_s=1500, step_s=1), rung)
    assert fleet.shorted[0] == 0 and not fleet.coil[0].any()
    assert seen[-1, 1] < 100, "the load is told to pause, though its contactor stays closed"


def test_contacts_follow_their_coils_after_their_time_unless_stuck():
    fleet = SelectorFleet(np.array([[0, 1, 2]]), Course(np.full((10, 1), 3000.0), 1.0), 0.5)
    fleet.coils(0, 0.0, [1, 0, 0])
    assert fleet.feedback(0, 0.4) == [0, 0, 0] and fleet.feedback(0, 0.5) == [1, 0, 0]
    fleet.stick(0, 0, STAYS_CLOSED)
    fleet.stick(0, 1, HANGING)
    fleet.coils(0, 1.0, [0, 1, 0])
    assert fleet.feedback(0, 2.0) == [1, 0, 0]
    fleet.coils(0, 3.0, [0, 0, 1])
    fleet.feedback(0, 4.0)
    assert fleet.shorted[0] > 0, "two closed are seen"
