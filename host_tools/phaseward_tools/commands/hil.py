"""`phaseward hil`: a real box on a bench in the simulated grid, in real time."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import Exit, guarded, verdict_code

RigPath = Annotated[Path, typer.Argument(metavar="RIG.yaml", show_default=False,
                                         help="What lies on the bench and how it is wired.")]


@guarded
def run(
    rig: RigPath,
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.yaml", show_default=False,
                                             help="The scenario to run.")],
    out: Annotated[Path | None, typer.Option(
        metavar="DIR", show_default="results/SCENARIO_hil",
        help="Folder for results and report; an earlier run there is replaced.")] = None,
    compare: Annotated[bool, typer.Option(
        "--compare/--no-compare", help="Simulate the same without boxes, for the report.")] = True,
    energise: Annotated[bool, typer.Option(
        "--energise", help="Let the rig's AC source put real voltages on the terminals.")] = False,
    beyond_ratings: Annotated[bool, typer.Option(
        "--beyond-ratings", help="Let the source go beyond the rig file's ratings, up to its own "
        "range. This can destroy box and meter.")] = False,
    own_history: Annotated[bool, typer.Option(
        "--own-history", help="Run a scenario with learning days on what the boxes have learnt "
        "themselves.")] = False,
) -> None:
    """Run a scenario in real time with real boxes on the bench.

    The feeder appears to a box as its meters and actuators on RS-485, or as real voltages; its
    outputs act on the feeder. Results, verdicts and report are those of `simulate`, with the
    hashes of firmware, parameters and wiring; late steps, restarts and outputs that disagree are
    verdicts too. The scenario's parameters are saved in the box, and its own afterwards again.
    """
    from phaseward_tools.rig.rung import Leave
    from phaseward_tools.rig.running import run_on_rig
    from phaseward_tools.running import REPORT
    from phaseward_tools.terminal import print_outcome

    out = out or Path("results") / f"{scenario.stem}_hil"
    case = run_on_rig(rig, scenario, out, Leave(energise, beyond_ratings, own_history), compare)
    print_outcome([case], out / REPORT)
    raise typer.Exit(verdict_code([case]))


@guarded
def check(
    rig: RigPath,
    seconds: Annotated[float, typer.Option(
        min=1, help="How long to listen to each box.")] = 5.0,
    relays: Annotated[bool, typer.Option(
        "--relays", help="Also hold each load back for two seconds and see whether every "
        "read-back follows.")] = False,
) -> None:
    """Look for what is wrong on the bench, and say whether it is the wiring or the box.

    Sets nothing and switches nothing, but with `--relays`. Exit code 1 says that something is
    wrong.
    """
    from phaseward_tools.rig.checking import check_rig, print_findings

    findings = check_rig(rig, seconds, relays)
    print_findings(findings)
    raise typer.Exit(int(Exit.DONE if all(f.good for f in findings) else Exit.VERDICT_FAILED))
