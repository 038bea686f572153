"""`phaseward simulate`: one scenario, one report."""

import shutil
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded, verdict_code


class Rung(StrEnum):
    """What runs the box."""

    CORE = "core"
    UNIX = "unix"
    RP2040 = "rp2040"


@guarded
def simulate(
    scenario: Annotated[Path | None, typer.Argument(
        metavar="SCENARIO.yaml", show_default=False,
        help="The scenario to run; none with `--network`.")] = None,
    rung: Annotated[Rung, typer.Option(
        help="What runs the box: `core`, the decision core alone (fast), `unix`, the whole "
             "firmware on MicroPython, or `rp2040`, its image on an emulated chip.")] = Rung.CORE,
    out: Annotated[Path | None, typer.Option(
        metavar="DIR", show_default="results/SCENARIO",
        help="Folder for results and report; an earlier run there is replaced.")] = None,
    control: Annotated[bool, typer.Option(
        "--control/--no-control", help="Let the boxes act, or only watch.")] = True,
    compare: Annotated[bool, typer.Option(
        "--compare", help="Run with and without control and show both.")] = False,
    live: Annotated[bool, typer.Option(
        "--live", help="Show the boxes while they run: voltages, outputs, limits and reasons. "
        "For a single run on a terminal; a bar elsewhere.")] = False,
    image_box: Annotated[list[str] | None, typer.Option(
        metavar="NAME", show_default="all boxes",
        help="With `--rung rp2040`: this box is an emulated chip, those not named run on rung "
             "unix, which takes a tenth of the time; may be repeated.")] = None,
    network: Annotated[str | None, typer.Option(
        metavar="NETWORK", show_default=False,
        help="Instead of a scenario: a day on a network from outside, `simbench:CODE`, "
             "`pandapower:NAME`, a pandapower FILE.json or an OpenDSS FILE.dss (needs "
             "`phaseward[grids]`). The scenario made of it is kept beside the results.")] = None,
    boxes: Annotated[int, typer.Option(
        min=0, help="With `--network`: how many houses get a car and a box.")] = 0,
    profiles: Annotated[str | None, typer.Option(
        metavar="GRID|FILE.csv|none", show_default="rural2 where the network has none",
        help="With `--network`: household profiles for loads without one.")] = None,
    start: Annotated[str, typer.Option(
        metavar="DATE", help="With `--network`: the day.")] = "2016-01-28",
    allow_missing: Annotated[bool, typer.Option(
        "--allow-missing", help="With `--network`: go on without elements that cannot be "
        "imported.")] = False,
) -> None:
    """Run a scenario file, or a day on a network, and write its results and report.

    The folder holds report.html, and per run the series as CSV, records, and verdicts as JSON
    and JUnit XML. Exit code 1 says that a verdict failed.
    """
    if (scenario is None) == (network is None):
        raise typer.BadParameter("give a SCENARIO.yaml or --network, one of the two")
    controls = (True, False) if compare else (control,)
    what = _rung(rung, image_box)
    if network is None:
        _run(scenario, what, out, controls, live=live)
        return
    from phaseward_tools.network_scenario import Wish, write

    wish = Wish(network, allow_missing, profiles, boxes, start)
    with tempfile.TemporaryDirectory() as folder:
        path = write(wish, Path(folder))
        _run(path, what, out, controls if boxes else (False,), keep=True, live=live)


def _rung(rung: Rung, image_boxes: list[str] | None) -> str:
    """The engine's word for what runs the boxes."""
    if not image_boxes:
        return rung.value
    if rung is not Rung.RP2040:
        raise typer.BadParameter("--image-box needs --rung rp2040")
    return f"{rung.value}:{','.join(image_boxes)}"


def _run(scenario: Path, rung: str, out: Path | None, controls: tuple[bool, ...],
         keep: bool = False, live: bool = False) -> None:
    """Run it into its folder and print the outcome; keep: the scenario file goes there too."""
    from phaseward_tools.running import REPORT, run_into
    from phaseward_tools.terminal import print_outcome

    out = out or Path("results") / scenario.stem
    cases = run_into(out, [scenario], rung, controls, live=live)
    if keep:
        shutil.copy(scenario, out)
    print_outcome(cases, out / REPORT)
    raise typer.Exit(verdict_code(cases))
