"""Runs scenarios with progress bars and puts results and report into one folder.

The folder appears whole or not at all: `OUT/report.html`, and per scenario a folder with
`with_control` and `without_control`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from phaseward_sim.results import Result, replaced_folder, save
from phaseward_tools import jobs
from phaseward_tools.cases import Case, pair
from phaseward_tools.jobs import Job
from phaseward_tools.terminal import errors_console

REPORT = "report.html"
RUN_FOLDERS = {True: "with_control", False: "without_control"}


def run_into(out: Path, paths: Iterable[Path], rung: str, controls: tuple[bool, ...],
             title: str = "", live: bool = False) -> list[Case]:
    """Run scenario files, each once per entry of `controls`, and fill the folder `out`.

    live: of a single run on a terminal the boxes are shown as it goes on, in the bars' place.
    """
    todo = [Job(path, rung, control) for control in controls for path in paths]
    with replaced_folder(out) as work:
        _check(todo)
        if live and len(todo) == 1 and errors_console().is_terminal:
            cases = pair([_watched(todo[0])])
        else:
            with _bars(todo) as tell:
                cases = pair(jobs.run_jobs(todo, tell))
        _write(cases, work, title)
    return cases


def _check(todo: list[Job]) -> None:
    """Find what is wrong before the first bar shows: scenario files, MicroPython."""
    from phaseward_sim import scenario
    from phaseward_sim.emulator.image import Image
    from phaseward_sim.emulator.node_packages import rp2040js
    from phaseward_sim.loop.micropython import find_micropython

    for path in dict.fromkeys(job.path for job in todo):
        scenario.load(path)
    rungs = {job.rung.split(":")[0] for job in todo if job.control}
    if rungs & {"unix", "rp2040"}:
        find_micropython()
    if "rp2040" in rungs:
        Image()
        rp2040js()


def _watched(job: Job) -> Result:
    from phaseward_tools.live_view import LiveView

    with LiveView(job.words, job.rung, errors_console()) as view:
        return jobs.run_job(job, view.share, view.watch)


@contextmanager
def _bars(todo: list[Job]) -> Iterator[jobs.Tell]:
    """One bar per job, on stderr, so that stdout holds only results."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=26), TaskProgressColumn(),
               TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors_console()) as progress:
        tasks = [progress.add_task(job.words, total=1.0, start=False) for job in todo]

        def tell(i: int, share: float) -> None:
            progress.start_task(tasks[i])
            progress.update(tasks[i], completed=share)

        yield tell


def _write(cases: list[Case], work: Path, title: str) -> None:
    from phaseward_tools.report import write_report

    for case in cases:
        for _, run in case.runs:
            save(run, work / run.meta.scenario / RUN_FOLDERS[run.meta.control])
    write_report(cases, work / REPORT, title)
