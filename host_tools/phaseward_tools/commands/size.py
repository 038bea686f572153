"""`phaseward size`: which balancer at which node reaches a wanted reduction."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded


@guarded
def size(
    feeder: Annotated[str, typer.Argument(
        metavar="FEEDER", show_default=False,
        help="A shipped site (madrid1 ... acoruna1), a site's YAML file, `rural2`, "
             "`ieee_european_lv`, `simbench:CODE`; or a CSV of a box's voltages (columns u_l1_v, "
             "u_l2_v, u_l3_v).")],
    reduction: Annotated[float, typer.Option(
        min=1, max=99.9, help="Wanted reduction of meter-minutes outside ±7 %, in percent.")] = 95,
    days: Annotated[int, typer.Option(min=1, max=14, help="Days drawn per seed.")] = 2,
    seeds: Annotated[int, typer.Option(min=1, max=20, help="How many seeds, from 1.")] = 2,
    k: Annotated[float | None, typer.Option(
        min=1, help="With a CSV: mV per kW of transfer at the box, as probing found it.",
        show_default=False)] = None,
    angle: Annotated[float, typer.Option(help="With a CSV: angle of that effect, degrees.")] = 0,
    kq: Annotated[float, typer.Option(min=0, help="With a CSV: mV per kvar.")] = 150,
    bus: Annotated[str | None, typer.Option(
        help="With a CSV of several buses: which.", show_default=False)] = None,
) -> None:
    """Tell which rating of a balancer, at which node, reaches a wanted reduction.

    For a feeder: estimates for nodes on the way to its end, the best one checked in the closed
    loop with the box's own law. For a box's own records: the rating at that box, from k alone.
    """
    from phaseward_tools import sizing

    if feeder.endswith(".csv"):
        sizing.from_records(Path(feeder), bus, k, angle, kq, reduction / 100)
    else:
        sizing.from_feeder(feeder, reduction / 100, days, seeds)
