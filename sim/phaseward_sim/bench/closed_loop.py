"""The whole closed loop on a feeder of 55 houses: what a second costs, and where the time goes.

Five branches of eleven houses, NAYY 4x150, 40 m apart; one generated household and one charge
point per house; a meter polled every second by each box. Rung core. CPU time: the machine's other
work does not count. `python -m phaseward_sim.bench.closed_loop BOXES SECONDS` prints one run.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict

from .. import compiled_core, scenario
from ..devices.fleet import Fleet
from ..engine import running
from ..engine.fleets import Fleets
from ..engine.meters import Meters
from ..engine.plant import Plant
from ..powerflow import PowerFlow

BRANCHES, HOUSES = 5, 11
DAY_S = 86400
# What is timed: (label, class, method). A part inside another is taken off the outer one.
PARTS = (("devices", Fleets, "demand"), ("solve", PowerFlow, "step"),
         ("grid, rest", Plant, "step"), ("meters", Plant, "at_boxes"),
         ("meters", Meters, "update"),
         ("boxes", running.Run, "_run_boxes"), ("judging", running.Judge, "add"),
         ("recording", running.Recording, "add"), ("loop, rest", running.Run, "play"))


def text(boxes: int, duration_s: int) -> str:
    """The scenario with the first `boxes` charge points under a box each."""
    houses = [f"h{branch}_{k:02d}" for branch in range(BRANCHES) for k in range(HOUSES)]
    return "\n".join([
        "version: 1\nname: closed_loop\nseed: 1\nstart: 2016-01-28T16:00:00",
        f"duration_s: {duration_s}\ngrid:\n  inline:\n    transformer_bus: B0\n    lines:",
        *_lines(), "devices:\n  households:", *_households(houses), "  ev:", *_cars(houses),
        "boxes:", *_boxes(boxes)]) + "\n"


def _lines():
    for branch in range(BRANCHES):
        before = "B0"
        for k in range(HOUSES):
            bus = f"h{branch}_{k:02d}"
            yield (f"      - {{name: l{branch}_{k}, from_bus: {before}, to_bus: {bus}, "
                   "length_m: 40}")
            before = bus


def _households(houses):
    for k, bus in enumerate(houses):
        yield f"    - {{name: home{k:02d}, bus: {bus}, phase_count: 1}}"


def _cars(houses):
    for k, bus in enumerate(houses):
        yield (f"    - {{name: ev{k:02d}, bus: {bus}, phase_count: {1 if k % 2 else 3}, "
               "habit: {arrive: '17:30', energy_kwh: 12, days_share: 1}}")


def _boxes(count: int):
    for k in range(count):
        yield (f"  - {{name: box{k:02d}, loads: [{{device: ev{k:02d}}}], "
               "parameters: {bl_enable: 1, bl_share_pm: 50, bl_learn_min: 0}}")


def day(boxes: int, duration_s: int = DAY_S) -> float:
    """CPU seconds of a run of that many seconds, from the loaded scenario to the result."""
    file = scenario.loads(text(boxes, duration_s))
    began_s = time.process_time()
    running.run(file)
    return time.process_time() - began_s


def parts(boxes: int, duration_s: int = 1800) -> dict[str, float]:
    """CPU microseconds per step by part of the loop; measured apart, as it costs time itself."""
    clock = _Clock()
    kept = [(cls, name, getattr(cls, name)) for _, cls, name in PARTS]
    try:
        for label, cls, name in PARTS:
            setattr(cls, name, clock.timed(label, getattr(cls, name)))
        for cls in Fleet.__subclasses__():
            kept.append((cls, "demand", cls.demand))
            cls.demand = clock.timed(f"devices: {cls.__name__.removesuffix('Fleet')}", cls.demand)
        running.run(scenario.loads(text(boxes, duration_s)))
    finally:
        for cls, name, function in kept:
            setattr(cls, name, function)
    return {label: 1e6 * spent_s / duration_s for label, spent_s in clock.spent_s.items()}


class _Clock:
    """Own time of nested functions by label, in s of CPU."""

    def __init__(self):
        self.spent_s: dict[str, float] = defaultdict(float)
        self._inner_s = [0.0]

    def timed(self, label: str, function):
        """`function`, with its own time booked under `label`."""
        def measured(*args, **named):
            self._inner_s.append(0.0)
            began_s = time.process_time()
            try:
                return function(*args, **named)
            finally:
                spent_s = time.process_time() - began_s
                self.spent_s[label] += spent_s - self._inner_s.pop()
                self._inner_s[-1] += spent_s
        return measured


def rows(boxes: int, duration_s: int = DAY_S):
    """(name, value, unit): a day's CPU time, and the parts of a step."""
    core = "compiled core" if compiled_core.in_use() else "pure core"
    name = f"55 houses, {boxes} box{'es' if boxes > 1 else ''}, {core}"
    spent_s = day(boxes, duration_s)
    yield f"{name}: {duration_s} steps of 1 s", spent_s, "s"
    yield f"{name}: one step", 1e6 * spent_s / duration_s, "us"
    for label, part_us in parts(boxes).items():
        if part_us >= 0.05:
            yield f"{name}: of it {label}", part_us, "us"


def main(argv: list[str]) -> int:
    """Print one run's rows in Markdown."""
    for name, value, unit in rows(int(argv[0]), int(argv[1]) if len(argv) > 1 else DAY_S):
        print(f"| {name} | {value:.3g} | {unit} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
