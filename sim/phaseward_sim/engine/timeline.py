"""What happens while a scenario runs: marks, console lines, faults, switching, in order of time.

An event takes place at the begin of the first grid step that does not begin before it.
Failure: ScenarioError naming the event's key where it names something that is not there.
"""

from __future__ import annotations

from ..results import Recorder
from ..scenario import ScenarioFile
from .core_rung import parse_set
from .plant import Plant
from .told import NEEDS, parsed


class Timeline:
    """The events of a scenario.

    boxes: rung boxes by name, benches by name; both empty in a run without control: console
    lines and meter faults then have nothing to act on and are left out.
    """

    def __init__(self, file: ScenarioFile, plant: Plant, boxes: dict, benches: dict,
                 recorder: Recorder):
        self._plant, self._boxes, self._benches = plant, boxes, benches
        self._recorder = recorder
        self._queue = sorted(file.scenario.events, key=lambda event: event.at_s)
        self._do = {"mark": self._mark, "console": self._console,
                    "meter_fault": self._meter_fault, "open": self._open,
                    "close": self._close, "switch": self._switch, "tap": self._tap,
                    "contactor": self._contactor}

    def run_due(self, t_s: float) -> None:
        """Carry out what is due at the begin of the step at t_s."""
        while self._queue and self._queue[0].at_s <= t_s + 1e-9:
            event = self._queue.pop(0)
            self._do[event.do](event, t_s)

    def _mark(self, event, t_s) -> None:
        self._recorder.mark(t_s, event.label, event.text)

    def _console(self, event, t_s) -> None:
        if event.box in self._boxes:
            self._boxes[event.box].console(event.line, round(t_s * 1e6))

    def _meter_fault(self, event, t_s) -> None:
        if event.box in self._benches:
            self._benches[event.box].fail_meter(event.fault, t_s, event.for_s)

    def _contactor(self, event, t_s) -> None:
        if event.box in self._boxes:
            self._benches[event.box].stick_contactor(event.phase - 1, event.fault == "welded")
            wrong = getattr(self._boxes[event.box], "set_input", None)
            if wrong is not None:  # the read-back of a box with pins
                wrong(f"relay_l{event.phase}", int(event.fault == "welded"), round(t_s * 1e6))

    def _open(self, event, t_s) -> None:
        self._plant.cut(event.line, event.conductors)

    def _close(self, event, t_s) -> None:
        self._plant.mend(event.line)

    def _switch(self, event, t_s) -> None:
        self._plant.switch(event.switch, event.closed)

    def _tap(self, event, t_s) -> None:
        self._plant.tap(event.tap)


def check_events(file: ScenarioFile, plant: Plant, rung: str) -> None:
    """Refuse events that name a box, a line, a time or a parameter which is not there."""
    boxes = [spec.name for spec in plant.world.specs]
    lines = [line.name for line in plant.world.site.network.lines]
    switches = [switch.name for switch in plant.world.site.network.switches]
    for i, event in enumerate(file.scenario.events):
        loc = ("events", i)
        if event.at_s >= file.scenario.duration_s:
            raise file.error((*loc, "at_s"), f"expected a time before the end at "
                             f"{file.scenario.duration_s:g} s, got {event.at_s:g}")
        if event.do in ("console", "meter_fault", "contactor") and event.box not in boxes:
            raise file.error((*loc, "box"), f"expected one of {', '.join(boxes) or 'no box'}, "
                             f"got {event.box!r}")
        if event.do in ("open", "close") and event.line not in lines:
            raise file.error((*loc, "line"), f"no line {event.line!r}; there are "
                             f"{', '.join(lines[:4])}, ...")
        if event.do == "switch" and event.switch not in switches:
            raise file.error((*loc, "switch"), f"no switch {event.switch!r}; there are "
                             f"{', '.join(switches[:4]) or 'none'}")
        if event.do == "console" and (rung == "core" or event.line.split()[0] in ("set", *NEEDS)):
            _check_line(file, (*loc, "line"), event.line)
    _check_labels(file)


def _check_line(file: ScenarioFile, loc, line: str) -> None:
    try:
        (parsed if line.split()[0] in NEEDS else parse_set)(line)
    except ValueError as err:
        raise file.error(loc, str(err)) from None


def _check_labels(file: ScenarioFile) -> None:
    labels = [e.label for e in file.scenario.events if e.do == "mark"]
    for i, event in enumerate(file.scenario.events):
        if event.do == "mark" and labels.count(event.label) > 1:
            raise file.error(("events", i, "label"), f"label {event.label!r} is given twice")


def windows(file: ScenarioFile) -> dict[str, tuple[float, float]]:
    """Label of each mark -> (start_s, end_s) up to the next mark or the end."""
    marks = sorted((e.at_s, e.label) for e in file.scenario.events if e.do == "mark")
    edges = [at_s for at_s, _ in marks] + [file.scenario.duration_s]
    return {label: (edges[i], edges[i + 1]) for i, (_, label) in enumerate(marks)}
