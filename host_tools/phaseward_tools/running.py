"""Runs scenarios with a progress bar and puts results and report into one folder.

The folder appears whole or not at all: `OUT/report.html`, and per scenario a folder with
`with_control` and `without_control`.
"""

from collections.abc import Iterable
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
from phaseward_tools.cases import Case, pair
from phaseward_tools.terminal import errors_console

REPORT = "report.html"
RUN_FOLDERS = {True: "with_control", False: "without_control"}


@contextmanager
def progress_bars() -> Iterable[Progress]:
    """Bars on stderr, so that stdout holds only results."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=26), TaskProgressColumn(),
               TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors_console()) as progress:
        yield progress


def run_case(path: Path, rung: str, controls: Iterable[bool], progress: Progress) -> Case:
    """Run one scenario file, once per entry of `controls`."""
    from phaseward_sim import scenario

    source = scenario.load(path)
    tasks = {control: progress.add_task(_task_words(path, control), total=1.0, start=False)
             for control in controls}
    return pair([_run(source, rung, control, progress, task)
                 for control, task in tasks.items()])[0]


def _task_words(path: Path, control: bool) -> str:
    return f"{path.stem}, {'with' if control else 'without'} control"


def _run(source: object, rung: str, control: bool, progress: Progress, task: int) -> Result:
    from phaseward_sim import engine

    progress.start_task(task)
    result = engine.run(source, rung=rung, control=control,
                        progress=lambda share: progress.update(task, completed=share))
    progress.update(task, completed=1.0)
    return result


def run_into(out: Path, paths: Iterable[Path], rung: str, controls: tuple[bool, ...],
             title: str = "") -> list[Case]:
    """Run scenario files, each once per entry of `controls`, and fill the folder `out`."""
    with replaced_folder(out) as work:
        with progress_bars() as progress:
            cases = [run_case(path, rung, controls, progress) for path in paths]
        _write(cases, work, title)
    return cases


def _write(cases: list[Case], work: Path, title: str) -> None:
    from phaseward_tools.report import write_report

    for case in cases:
        for _, run in case.runs:
            save(run, work / run.meta.scenario / RUN_FOLDERS[run.meta.control])
    write_report(cases, work / REPORT, title)
