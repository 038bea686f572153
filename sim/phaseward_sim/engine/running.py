"""One run: a scenario on a rung, with or without its boxes.

Order of a step: events due; devices and grid; meters; all boxes run to the end of the step, begun
together and finished together; watchdogs; records. What a box does in a step acts on the next.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from ..results import Result
from ..scenario import ScenarioFile
from . import measures
from .bench import Bench
from .core_rung import CoreRung
from .judging import Judge
from .learning import histories
from .meters import Meters
from .plant import Plant, World
from .recording import Recording
from .seeds import number
from .span import Span
from .telling import Telling
from .timeline import Timeline, check_events

RUNGS = ("core", "unix", "rp2040")
OF_BOXES = ":"  # rp2040:NAME,NAME = those boxes alone are chips, the others run on rung unix
_LEARNING_SHARE = 0.3  # of the progress bar, where there are learning days


class EngineError(RuntimeError):
    """The run broke off; the text says at what time and why."""


Progress = Callable[[float], None]
Watch = Callable[["Run"], None]


def run(file: ScenarioFile, rung="core", control: bool = True, progress: Progress | None = None,
        trace=None, watch: Watch | None = None) -> Result:
    """Run a scenario and return its result.

    rung: one of RUNGS; or `rp2040:` and names of boxes with commas, which alone are chips then,
        the others on rung unix; or a factory `(spec, bench) -> BoxRung` with an attribute `name`.
    control: False leaves the boxes off. progress: called with the share done, 0..1.
    trace: a trace.TraceWriter that keeps what the boxes saw and decided (rung core only).
    watch: called with the Run after each step, to look at it by sight.sight_of.
    Raises ScenarioError for what is wrong with the scenario, PowerFlowError, EngineError.
    """
    began_s = time.monotonic()
    world = World(file)
    steps = Run(world, rung, control, trace)
    with ExitStack() as stack:
        steps.prepare(stack, _part(progress, 0.0, _LEARNING_SHARE))
        start = _LEARNING_SHARE if control and file.scenario.learning else 0.0
        steps.play(_part(progress, start, 1.0), watch)
    baseline = None
    if control and measures.needs_baseline(file):
        baseline = Run(world, "core", False, None)
        baseline.play(None)
    return steps.finish(baseline and baseline.judge, time.monotonic() - began_s)


def compare(file: ScenarioFile, rung="core", progress: Progress | None = None):
    """(result with the boxes, result without): the same scenario twice."""
    with_boxes = run(file, rung, True, _part(progress, 0.0, 0.8))
    return with_boxes, run(file, rung, False, _part(progress, 0.8, 1.0))


class Run:
    """The parts of one run, put together."""

    def __init__(self, world: World, rung, control: bool, trace, span: Span | None = None):
        self.world, self.control = world, control
        self.rung = rung
        self.rung_name = rung if isinstance(rung, str) else rung.name
        self.plant = Plant(world, span)
        self.recording = Recording(self.plant, self.rung_name, control)
        self.specs = world.specs if control else []
        self.telling = Telling(self.recording.recorder, self.specs) if control else None
        if control:
            self.recording.listen(self.telling)
        self.judge = Judge(self.plant, self.telling)
        self.trace = trace
        self.boxes: dict = {}
        self.benches: dict[str, Bench] = {}
        self._on_bus: list = []
        self.meters = Meters(self.specs, world.scenario.seed, self.rung_name == "core",
                             self.plant.span.step_s)
        check_events(world.file, self.plant, self.rung_name if control else "")
        measures.check_verdicts(world.file, self.judge)
        if trace is not None and self.rung_name != "core":
            raise EngineError(f"traces are kept on rung core only, not on {self.rung_name}")

    def prepare(self, stack: ExitStack, progress) -> None:
        """Let the boxes learn, then make them; `stack` ends them."""
        if not self.control:
            return
        learnt = histories(self.world, progress)
        factory = self._factory(stack)
        for spec in self.specs:
            bench = Bench(spec, self.meters.of[spec.name], self.plant.fleets.handles,
                          number(f"{self.world.scenario.seed} {spec.name} bus", 2**31))
            self.benches[spec.name] = bench
            box = factory(learnt.get(spec.name, spec), bench)
            stack.callback(box.stop)
            self.boxes[spec.name] = box

    def _factory(self, stack: ExitStack):
        if not isinstance(self.rung, str):
            return self.rung
        if self.rung == "core":
            return lambda spec, bench: CoreRung(spec, bench, self.trace)
        if self.rung == "unix":
            from ..loop.unix_rung import UnixRung
            return UnixRung(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        if self.rung.split(OF_BOXES)[0] == "rp2040":
            return self._emulated(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        raise EngineError(f"no rung {self.rung!r}: expected one of {', '.join(RUNGS)}")

    def _emulated(self, folder: Path):
        from ..loop.rp2040_rung import Rp2040Rung, SomeOnChips

        _, some, names = self.rung.partition(OF_BOXES)
        if not some:
            return Rp2040Rung(folder)
        unknown = set(names.split(",")) - {spec.name for spec in self.specs}
        if unknown:
            known = ", ".join(spec.name for spec in self.specs)
            raise EngineError(f"no box {', '.join(sorted(unknown))}; there are: {known}")
        return SomeOnChips(folder, names.split(","))

    def play(self, progress, watch: Watch | None = None) -> None:
        """All steps."""
        timeline = Timeline(self.world.file, self.plant, self.boxes, self.benches,
                            self.recording.recorder)
        steps = self.plant.span.steps
        tell_every = max(1, steps // 200)
        for k in range(steps):
            timeline.run_due(k * self.plant.span.step_s)
            self.step(k)
            if watch is not None:
                watch(self)
            if progress is not None and k % tell_every == 0:
                progress(k / steps)

    def step(self, k: int) -> None:
        """Grid step k with everything that belongs to it."""
        self.plant.step(k)
        if self.boxes:
            self.meters.update(self.plant.t_s, *self.plant.at_boxes())
            if k == 0:  # only now: a box that boots reads its meter at once
                self._start_boxes()
            self._run_boxes(round((k + 1) * self.plant.span.step_s * 1e6))
        self.judge.add()
        self.recording.add(k)

    def _start_boxes(self) -> None:
        for box in self.boxes.values():
            box.start(0)
        self._on_bus = [(box, self.benches[name]) for name, box in self.boxes.items()
                        if getattr(box, "on_bus", True)]

    def _run_boxes(self, end_us: int) -> None:
        for box in self.boxes.values():
            box.begin(end_us)
        going = self.boxes.values()
        while going:
            going = [box for box in going if box.advance()]
        for _, bench in self._on_bus:
            bench.advance(end_us)
        for name, box in self.boxes.items():
            records = box.records()
            if records:
                self.telling.take(name, records)

    def finish(self, baseline: Judge | None, wall_s: float) -> Result:
        """Judge the run and close its records."""
        everything = measures.scope_of(self.judge, None, None, None)
        self.judge.record_events(self.recording.recorder, everything.count().events)
        found = measures.plain(self.judge, self.control)
        if self.control:
            judged = measures.verdicts(self.world.file, self.judge, baseline)
            keys = {m.key for m in judged}
            found = [m for m in found if m.key not in keys] + judged
        return self.recording.recorder.finish(found, self.plant.span.duration_s, wall_s=wall_s)


def _part(progress, start: float, end: float):
    """A progress callback for a part of the whole."""
    if progress is None:
        return None
    return lambda share: progress(start + share * (end - start))
