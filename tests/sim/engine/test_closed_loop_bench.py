"""The bench of the closed loop runs what it says, and its parts add up."""

import pytest

from phaseward_sim import scenario
from phaseward_sim.bench import closed_loop
from phaseward_sim.engine.fleets import Fleets
from phaseward_sim.engine.plant import World


@pytest.mark.parametrize("boxes", [1, 55])
def test_the_feeder_has_55_houses_with_a_car_each_and_the_boxes_asked_for(boxes):
    world = World(scenario.loads(closed_loop.text(boxes, 60)))
    assert len(world.placing.of("household")) == len(world.placing.of("ev")) == 55
    assert len(world.specs) == boxes
    assert all(spec.poll_s == 1 for spec in world.specs)


def test_parts_are_those_of_a_step_and_methods_are_put_back():
    before = Fleets.demand
    parts = closed_loop.parts(2, 60)
    assert Fleets.demand is before
    assert {"solve", "meters", "boxes", "judging", "recording"} <= set(parts)
    assert all(us >= 0 for us in parts.values()) and parts["solve"] > 0
