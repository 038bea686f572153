"""What `phaseward size` prints.

Failure: SiteError (input, or no rating that is enough), typer.BadParameter for a missing --k.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import typer
from rich.table import Table

from phaseward_sim.sites import foreign, records, sizing
from phaseward_sim.sites.archetype import load
from phaseward_sim.sites.course import draw
from phaseward_sim.sites.feeder import of_archetype
from phaseward_tools import practice
from phaseward_tools.sizing_box import Given, answers_of, case_of, told_of
from phaseward_tools.terminal import console, errors_console


def from_feeder(name: str, wanted: float, days: int, seeds: int, kva: float | None) -> None:
    """Nodes and ratings of a feeder; with `kva` the nodes for that rating."""
    feeder = _feeder(name)
    console().print(f"{feeder.title}: {feeder.about}; {feeder.meters} meters, {seeds} seeds of "
                    f"{days} days", soft_wrap=True)
    courses = [draw(feeder, 1 + k, days) for k in range(seeds)]
    with errors_console().status("solving the feeder without balancer") as status:
        found = (sizing.best_nodes(feeder, courses, kva, status.update) if kva
                 else sizing.advise(feeder, courses, wanted, status.update))
    _print(found, f"Where {kva:g} kVA save most meter-minutes" if kva else _title(wanted))


def _feeder(name: str):
    foreign_one = name in foreign.names() or name.startswith("simbench:")
    return foreign.load(name) if foreign_one else of_archetype(load(name))


def keep(name: str, days: int, path: Path) -> None:
    """Records of a box at a feeder's last place, in a file."""
    told = practice.write(_feeder(name), 1, days, path)
    console().print(f"{len(told['means'])} ten-minute means and {len(told['log'])} events of a "
                    f"simulated box written to {path}", markup=False, soft_wrap=True)


def from_voltages(path: Path, bus: str | None, given: Given, wanted: float) -> None:
    """The rating at the box whose voltages these are."""
    if given.k is None:
        raise typer.BadParameter("voltages alone need the k of their node (mV/kW), as probing "
                                 "finds it", param_hint="--k")
    u_v = records.read(path, bus)
    found = records.Found(given.k, given.angle or 0.0, 150.0 if given.kq is None else given.kq)
    _print([records.advise(u_v, found, wanted, neutral) for neutral in sizing.NEUTRALS],
           _title(wanted))
    if given.kva:
        bad = u_v[records.outside(u_v)]
        share, _ = records.cured(bad, np.ones(len(bad)), found, given.kva)
        console().print(f"{given.kva:g} kVA keep {100 * share:.1f} % inside.")
    console().print("From the records of this node alone: customers beyond it may need more.")


def from_box(name: str, told: dict, given: Given, wanted: float) -> None:
    """The rating at a box, from its own records; name: file or port they come from."""
    case = case_of(name, told, given)
    answers = answers_of(case, wanted)
    for line in case.words:
        console().print(line, markup=False, soft_wrap=True)
    _print([replace(answer.size, bus=case.name) for answer in answers], _title(wanted))
    for line in told_of(case, answers[0]):
        console().print(line, markup=False, soft_wrap=True)


def _title(wanted: float) -> str:
    return f"Ratings for {100 * wanted:.0f} % fewer meter-minutes outside ±7 %"


def _print(found, title: str) -> None:
    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    simulated = any(size.margin_mv is not None for size in found)
    for column in ("node", "kVA", "neutral leg", "estimate", "checked", "neutral full",
                   *["margin"] * simulated):
        table.add_column(column)
    for size in found:
        checked = "" if size.checked is None else f"{100 * size.checked:.1f} %"
        margin = "" if size.margin_mv is None else f"{size.margin_mv / 1000:g} V"
        table.add_row(size.bus, f"{size.kva:g}", f"{100 * size.neutral:.0f} %",
                      f"{100 * size.estimated:.1f} %", checked, f"{100 * size.bound:.0f} %",
                      *[margin] * simulated)
    console().print(table)
    console().print("neutral leg: its rating over a phase leg's. neutral full: share of the bad "
                    "minutes in which the neutral leg is the limit.")
    if simulated:
        console().print("margin: pb_margin_mv that it was checked with, the default or 12 V where "
                        "that saves more.")
