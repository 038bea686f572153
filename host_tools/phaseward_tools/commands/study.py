"""`phaseward study`: many runs of one scenario, varied, kept one by one and compared."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import Exit, guarded


@guarded
def study(
    file: Annotated[Path, typer.Argument(metavar="STUDY.yaml", show_default=False,
                                         help="The study to run.")],
    out: Annotated[Path | None, typer.Option(
        metavar="DIR", show_default="results/STUDY",
        help="Folder for runs, table and report; runs that are there are not repeated.")] = None,
    workers: Annotated[int, typer.Option(
        min=0, help="Worker processes of a local Dask cluster; 0 runs one after the other, "
                    "without Dask.")] = 2,
    scheduler: Annotated[str | None, typer.Option(
        metavar="ADDRESS", show_default=False,
        help="Dask scheduler of a cluster instead, such as tcp://10.0.0.5:8786.")] = None,
    report_only: Annotated[bool, typer.Option(
        "--report-only", help="Run nothing; write table and report of what is there.")] = False,
) -> None:
    """Run a study: every variant with every seed, and compare the variants.

    A finished run is one file in DIR/runs; stop whenever you like, the same command goes on from
    there. Writes runs.csv (and Parquet, if pyarrow is there), report.md and report.html.
    """
    from phaseward_sim import study as studies
    from phaseward_tools.studying import run_study
    from phaseward_tools.terminal import errors_console

    out = out or Path("results") / file.stem
    try:
        run_study(file, out, workers, scheduler, report_only)
    except studies.StudyStopped as stopped:
        errors_console().print(f"phaseward: {stopped}", markup=False, soft_wrap=True)
        raise typer.Exit(int(Exit.STOPPED)) from None
