"""The days before a scenario, lived on rung core, so that the boxes start with a history.

Boxes run at the learning's grid step instead of their own polling period: the laws work on
1-minute means. Only what a box would have stored (`Box.snapshot`) is handed over.
"""

from __future__ import annotations

from dataclasses import replace

from .bench import Bench
from .core_rung import CoreRung
from .meters import Meters
from .plant import Plant, World
from .rung import BoxSpec
from .span import learning


def histories(world: World, progress=None) -> dict[str, BoxSpec]:
    """Specs of all boxes with their history; empty where the scenario has no learning days."""
    if world.scenario.learning is None or not world.specs:
        return {}
    span = learning(world.scenario)
    plant = Plant(world, span)
    specs = [replace(spec, poll_s=span.step_s) for spec in world.specs]
    meters = Meters(specs, world.scenario.seed, shared=True)
    boxes = [CoreRung(spec, Bench(spec, meters.of[spec.name], plant.fleets.handles, 0))
             for spec in specs]
    for box in boxes:
        box.start()
    for k in range(span.steps):
        _step(plant, meters, boxes, k)
        if progress is not None and k % 100 == 0:
            progress(k / span.steps)
    return {spec.name: replace(spec, history=_snapshot(box))
            for spec, box in zip(world.specs, boxes, strict=True)}


def _step(plant: Plant, meters: Meters, boxes: list[CoreRung], k: int) -> None:
    plant.step(k)
    meters.update(plant.t_s, *plant.at_boxes())
    end_us = round((k + 1) * plant.span.step_s * 1e6)
    for box in boxes:
        box.begin(end_us)
        box.advance()
        box.records()


def _snapshot(rung: CoreRung) -> tuple[int, ...]:
    values = [0] * rung.box.snapshot_size()
    count = rung.box.snapshot(values)
    return tuple(values[:count])
