"""Runs a study with a progress bar and prints what came out.

Table and report are written at the end, and also when the study ends early: of what is there.
"""

from contextlib import contextmanager
from pathlib import Path

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from phaseward_sim import study as studies
from phaseward_sim.study.comparing import compare
from phaseward_sim.study.outcome import span
from phaseward_sim.study.table import rows
from phaseward_tools.terminal import console, errors_console


def run_study(file: Path, out: Path, workers: int, scheduler: str | None,
              report_only: bool) -> None:
    """Everything `phaseward study` does."""
    plan = studies.make_plan(studies.load(file))
    store = studies.Store(out)
    store.make()
    try:
        if not report_only:
            with _bar(plan) as tell:
                studies.execute(plan, store, workers, scheduler, tell)
    finally:
        paths = studies.write_outcome(plan, store)
    _print(plan, store, paths)


@contextmanager
def _bar(plan):
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=26), MofNCompleteColumn(),
               TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors_console()) as progress:
        task = progress.add_task(plan.study.name, total=None)

        def tell(done: int, total: int, words: str) -> None:
            progress.update(task, completed=done, total=total)

        yield tell


def _print(plan, store, paths) -> None:
    for found in compare(plan, rows(plan, store)):
        unit = f" in {found.unit}" if found.unit else ""
        table = Table(title=f"{found.title}{unit}", title_justify="left", box=None,
                      pad_edge=False)
        swept = bool(plan.study.sweep)
        for column in (*(["where"] if swept else []), "variant", "n", "mean (interval)",
                       f"difference to {plan.study.reference}"):
            table.add_column(column)
        for line in found.lines:
            clear = line.difference is not None and line.difference.clear
            table.add_row(*([line.point] if swept else []), line.variant, str(line.own.n),
                          span(line.own), span(line.difference) + (" *" if clear else ""))
        console().print(table)
        console().print()
    console().print("* the interval of the difference leaves out zero")
    console().print(f"Report: {paths[-1]}", soft_wrap=True)
