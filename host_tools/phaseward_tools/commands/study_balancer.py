"""`phaseward study-balancer`: the study of the balancer on ten sites and on foreign feeders."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import Exit, guarded


@guarded
def study_balancer(
    out: Annotated[Path, typer.Option(
        metavar="DIR", help="Folder for the pieces; those that are there are not repeated."
    )] = Path("results/study_balancer"),
    quick: Annotated[bool, typer.Option(
        "--quick", help="Three feeders, two seeds, one day: the same code in minutes.")] = False,
    days: Annotated[int, typer.Option(min=1, max=14, help="Days per seed.")] = 4,
    page: Annotated[Path | None, typer.Option(
        metavar="PAGE.md", show_default=False,
        help="Bring the tables and pictures of this page up to date.")] = None,
    report_only: Annotated[bool, typer.Option(
        "--report-only", help="Run nothing; tables and pictures of what is there.")] = False,
) -> None:
    """Run the study of the balancer: its law beside the best possible, simple laws, other cures.

    A finished piece is one file in DIR/jobs; stop whenever you like, the same command goes on from
    there. The full study takes hours; writes DIR/tables.md and pictures. A compiled core
    (`make compiled-core`) is used where PHASEWARD_COMPILED_CORE names it.
    """
    from phaseward_tools.balancer_study import Stopped, run_study

    try:
        run_study(out, quick, days, page, report_only)
    except Stopped as stopped:
        from phaseward_tools.terminal import errors_console

        errors_console().print(f"phaseward: {stopped}", markup=False, soft_wrap=True)
        raise typer.Exit(int(Exit.STOPPED)) from None
