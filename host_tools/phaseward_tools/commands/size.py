"""`phaseward size`: which balancer at which node reaches a wanted reduction."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded
from phaseward_tools.field.options import Port


@guarded
def size(
    source: Annotated[str | None, typer.Argument(
        metavar="[FEEDER|RECORDS.json|VOLTAGES.csv]", show_default=False,
        help="A shipped site (madrid1 ... acoruna1), a site's YAML file, `rural2`, "
             "`ieee_european_lv`, `simbench:CODE`; or records of a box from `phaseward pull`; or "
             "a CSV of voltages (columns u_l1_v, u_l2_v, u_l3_v). Without it, the box at "
             "--port.")] = None,
    port: Port = None,
    reduction: Annotated[float, typer.Option(
        min=1, max=99.9, help="Wanted reduction of meter-minutes outside ±7 %, in percent.")] = 95,
    days: Annotated[int, typer.Option(
        min=1, max=14, help="Of a feeder: days drawn per seed.")] = 2,
    seeds: Annotated[int, typer.Option(
        min=1, max=20, help="Of a feeder: how many seeds, from 1.")] = 2,
    k: Annotated[float | None, typer.Option(
        min=1, help="mV per kW of transfer at the box.",
        show_default="as probed, or the box's pb_k_mv_kw; a CSV needs it")] = None,
    angle: Annotated[float | None, typer.Option(
        help="Angle of that effect, degrees.", show_default="as probed; 0 with --k")] = None,
    kq: Annotated[float | None, typer.Option(
        min=0, help="mV per kvar.", show_default="the box's pb_kq_mv_kvar; of a CSV 150")] = None,
    kva: Annotated[float | None, typer.Option(
        min=0.3, help="Of a box or a CSV: say also what this rating does. Of a feeder: say only "
                      "where it saves most, and how much there.",
        show_default="the box's pb_s_va")] = None,
    bus: Annotated[str | None, typer.Option(
        help="Of a CSV with several buses: which.", show_default=False)] = None,
    keep: Annotated[Path | None, typer.Option(
        metavar="FILE.json", show_default=False,
        help="Of a feeder: only write the records that a box there would keep of the first "
             "seed's days, to try this command with.")] = None,
) -> None:
    """Tell which rating of a balancer, at which node, reaches a wanted reduction.

    For a feeder: estimates for nodes on the way to its end, the best one checked in the closed
    loop with the box's own law, and the margin to set there. For a box's own records: the rating
    at that box, from its 10-minute means, the events in its log and what probing found there.
    """
    from phaseward_tools import sizing
    from phaseward_tools.sizing_box import Given

    given, wanted = Given(k, angle, kq, kva), reduction / 100
    if source is None:
        _at_port(port, given, wanted)
    elif source.endswith(".json"):
        from phaseward_tools.field.records import read

        sizing.from_box(source, read(Path(source)), given, wanted)
    elif source.endswith(".csv"):
        sizing.from_voltages(Path(source), bus, given, wanted)
    elif keep is not None:
        sizing.keep(source, days, keep)
    else:
        sizing.from_feeder(source, wanted, days, seeds, kva)


def _at_port(port: str | None, given, wanted: float) -> None:
    """The records are read whole before anything is said of them."""
    from phaseward_tools import sizing
    from phaseward_tools.field.connecting import Way, connected
    from phaseward_tools.field.progress import reading

    with connected(Way(port)) as box:
        told = reading(box)
    sizing.from_box(f"box {told['identity']['identity']}", told, given, wanted)
