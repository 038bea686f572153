"""What `phaseward size` prints.

Failure: SiteError (input, or no rating that is enough), typer.BadParameter for a missing --k.
"""

from pathlib import Path

import typer
from rich.table import Table

from phaseward_sim.sites import foreign, records, sizing
from phaseward_sim.sites.archetype import load
from phaseward_sim.sites.course import draw
from phaseward_sim.sites.feeder import of_archetype
from phaseward_tools.terminal import console, errors_console


def from_feeder(name: str, wanted: float, days: int, seeds: int) -> None:
    """Nodes and ratings of a feeder."""
    foreign_one = name in foreign.names() or name.startswith("simbench:")
    feeder = foreign.load(name) if foreign_one else of_archetype(load(name))
    console().print(f"{feeder.title}: {feeder.about}; {feeder.meters} meters, {seeds} seeds of "
                    f"{days} days", soft_wrap=True)
    courses = [draw(feeder, 1 + k, days) for k in range(seeds)]
    with errors_console().status("solving the feeder without balancer") as status:
        found = sizing.advise(feeder, courses, wanted, status.update)
    _print(found, wanted)


def from_records(path: Path, bus: str | None, k: float | None, angle: float, kq: float,
                 wanted: float) -> None:
    """The rating at the box whose voltages these are."""
    if k is None:
        raise typer.BadParameter("a box's records need its k (mV/kW), as probing finds it",
                                 param_hint="--k")
    u_v = records.read(path, bus)
    found = records.Found(k, angle, kq)
    _print([records.advise(u_v, found, wanted, neutral) for neutral in sizing.NEUTRALS], wanted)
    console().print("From the records of this node alone: customers beyond it may need more.")


def _print(found, wanted: float) -> None:
    table = Table(box=None, pad_edge=False,
                  title=f"Ratings for {100 * wanted:.0f} % fewer meter-minutes outside ±7 %",
                  title_justify="left")
    for column in ("node", "kVA", "neutral leg", "estimate", "checked", "neutral full"):
        table.add_column(column)
    for size in found:
        checked = "" if size.checked is None else f"{100 * size.checked:.1f} %"
        table.add_row(size.bus, f"{size.kva:g}", f"{100 * size.neutral:.0f} %",
                      f"{100 * size.estimated:.1f} %", checked, f"{100 * size.bound:.0f} %")
    console().print(table)
    console().print("neutral leg: its rating over a phase leg's. neutral full: share of the bad "
                    "minutes in which the neutral leg is the limit.")
