"""`phaseward simulate`: one scenario, one report."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded, verdict_code


class Rung(StrEnum):
    """What runs the box."""

    CORE = "core"
    UNIX = "unix"


@guarded
def simulate(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.yaml", show_default=False,
                                             help="The scenario to run.")],
    rung: Annotated[Rung, typer.Option(
        help="What runs the box: `core`, the decision core alone (fast), or `unix`, the whole "
             "firmware on MicroPython.")] = Rung.CORE,
    out: Annotated[Path | None, typer.Option(
        metavar="DIR", show_default="results/SCENARIO",
        help="Folder for results and report; an earlier run there is replaced.")] = None,
    control: Annotated[bool, typer.Option(
        "--control/--no-control", help="Let the boxes act, or only watch.")] = True,
    compare: Annotated[bool, typer.Option(
        "--compare", help="Run with and without control and show both.")] = False,
) -> None:
    """Run a scenario file and write its results and report.

    The folder holds report.html, and per run the series as CSV, records, and verdicts as JSON
    and JUnit XML. Exit code 1 says that a verdict failed.
    """
    from phaseward_tools.running import REPORT, run_into
    from phaseward_tools.terminal import print_outcome

    out = out or Path("results") / scenario.stem
    cases = run_into(out, [scenario], rung.value, (True, False) if compare else (control,))
    print_outcome(cases, out / REPORT)
    raise typer.Exit(verdict_code(cases))
