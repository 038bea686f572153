"""`phaseward hil run`: a scenario on the rig in real time, into the same folder as a simulation.

The result carries what only a rig can tell: the box's firmware and parameters, the wiring's hash,
late steps, outputs that disagree, restarts. Those with a limit are verdicts like the scenario's
own.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from phaseward_sim import engine, scenario
from phaseward_sim.results import (
    Measurement,
    Result,
    firmware_hash,
    mapping_hash,
    replaced_folder,
    save,
)
from phaseward_tools.cases import Case
from phaseward_tools.running import REPORT, RUN_FOLDERS
from phaseward_tools.terminal import errors_console

from . import telemetry_file
from .load import load
from .rung import HilRung, Leave


def run_on_rig(rig: Path, scene: Path, out: Path, leave: Leave, compare: bool) -> Case:
    """Run it, write results and report into `out`; the case it makes."""
    from phaseward_tools.report import write_report

    file, rung = scenario.load(scene), HilRung(load(rig), leave)
    check_boxes(file, rung.file)
    with replaced_folder(out) as work:
        result = _run(file, rung)
        without = engine.run(file, rung="core", control=False) if compare else None
        case = Case(result, without)
        for _, run in case.runs:
            save(run, work / file.scenario.name / RUN_FOLDERS[run.meta.control])
        telemetry_file.write(work / telemetry_file.NAME, rung.boxes)
        write_report([case], work / REPORT)
    return case


def check_boxes(file, rig) -> None:
    """Every box of the rig plays a box of the scenario."""
    from phaseward_sim.engine.plant import World

    names = [spec.name for spec in World(file).specs]
    for i, box in enumerate(rig.rig.boxes):
        if box.name not in names:
            raise rig.error(("boxes", i, "name"), f"no such box in {file.name}; there are "
                            f"{', '.join(names) or 'none'}")


def _run(file, rung: HilRung) -> Result:
    with _bar(file) as progress:
        try:
            result = engine.run(file, rung=rung, progress=progress)
        finally:
            for box in rung.boxes:
                for hurdle in box.strategy.hurdles:
                    errors_console().print(f"phaseward: {hurdle}", style="red", markup=False,
                                           soft_wrap=True)
    return with_rig(result, rung)


@contextmanager
def _bar(file):
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    seconds = file.scenario.duration_s
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=26),
               TextColumn("{task.completed:.0f} of {task.total:.0f} s"), TimeElapsedColumn())
    with Progress(*columns, console=errors_console()) as progress:
        task = progress.add_task(f"{file.scenario.name}, on the rig", total=seconds)
        yield lambda share: progress.update(task, completed=share * seconds)
        progress.update(task, completed=seconds)


def with_rig(result: Result, rung: HilRung) -> Result:
    """The result with what the rig knows."""
    boxes = rung.boxes
    meta = replace(
        result.meta, wiring_hash=rung.file.wiring_hash,
        firmware_hash=" ".join(dict.fromkeys(firmware_of(box.identity) for box in boxes)),
        parameter_hash=mapping_hash({box.spec.name: box.values for box in boxes}),
        facts=result.meta.facts | _facts(rung, result))
    return replace(result, meta=meta,
                   measurements=[*result.measurements, *measurements(rung)])


def firmware_of(identity: dict) -> str:
    """Hash of the sources the box's image was made of; a box that runs from files runs ours."""
    return identity.get("sources") or firmware_hash()


def _facts(rung: HilRung, result: Result) -> dict[str, str]:
    told = {"Rig": f"{rung.file.rig.name}, {rung.file.rig.about}".rstrip(", "),
            "Steps": f"{rung.pacer.steps}, latest {1000 * rung.pacer.worst_s:.0f} ms late"}
    for box in rung.boxes:
        who = box.identity
        told[f"Box {box.spec.name}"] = (f"{who['identity']}, firmware {who['firmware']} on "
                                        f"{who['board']}, {_bus_words(box)}")
    return told


def _bus_words(box) -> str:
    answered = sum(adapter.answered for adapter in box.adapters)
    noise = sum(adapter.requests.noise for adapter in box.adapters)
    stale = sum(adapter.stale for adapter in box.adapters)
    return f"{answered} requests answered, {stale} too late, {noise} bytes of noise"


def measurements(rung: HilRung) -> list[Measurement]:
    """What only a rig can measure; those that every run must keep have a limit."""
    rig, pacer = rung.file.rig, rung.pacer
    found = [Measurement("hil_late_pct", pacer.late_pct, "pct", rig.late.at_most_pct, "<=",
                         f"Grid steps that began more than {rig.late.tolerance_s:g} s late"),
             Measurement("hil_latest_s", pacer.worst_s, "s", title="Latest begin of a step")]
    for box in rung.boxes:
        found += _of_box(box, rig)
    return found


def _of_box(box, rig) -> list[Measurement]:
    name = box.spec.name
    longest_s = max(box.readers.agreement.longest_s.values(), default=0.0)
    found = [
        Measurement("hil_restarts", box.port.restarts, "1", 0, "==",
                    "Restarts of the box that nobody asked for", name),
        Measurement("hil_disagree_s", longest_s, "s", rig.disagree_s, "<=",
                    "Longest time an output did not do what the box said", name)]
    if box.adapters:
        answered = sum(adapter.answered for adapter in box.adapters)
        found.append(Measurement("hil_answers", answered, "1", 1, ">=",
                                 "Requests of the box that reached the rig", name))
    if box.source is not None:
        found.append(Measurement("hil_ramped_steps", box.source.behind, "1",
                                 title="Steps in which the source's ramp held back", subject=name))
    return found
