"""`phaseward demo`: the main job, twice, with a report to look at."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.commands.simulate import Rung
from phaseward_tools.exits import guarded, verdict_code


@guarded
def demo(
    out: Annotated[Path, typer.Option(
        metavar="DIR", help="Folder for results and report; an earlier demo there is replaced.",
    )] = Path("results/demo"),
    rung: Annotated[Rung, typer.Option(
        help="What runs the boxes; `core` needs no MicroPython.")] = Rung.UNIX,
) -> None:
    """Run both demo scenarios with and without control, and compare.

    One moves power between the phases of a weak feeder, the other holds cars and heat pumps
    back in the evening. Prints a before/after table of each and writes one report.
    """
    from phaseward_tools.running import REPORT, run_into
    from phaseward_tools.scenarios import demo_scenarios
    from phaseward_tools.terminal import print_outcome

    cases = run_into(out, demo_scenarios(), rung.value, (True, False), "Phaseward demo")
    print_outcome(cases, out / REPORT)
    raise typer.Exit(verdict_code(cases))
