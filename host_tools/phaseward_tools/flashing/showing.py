"""What the commands for boards print: tables for people, JSON for programs."""

import json
from dataclasses import asdict

from rich import box as boxes
from rich.table import Table

from phaseward_tools.terminal import console

from . import finding
from .known import BOARDS

_VERDICTS = {True: "[green]ok[/green]", False: "[bold red]DIFFERS[/bold red]", None: ""}


def boards(as_json: bool) -> None:
    """Known boards, and what is plugged in."""
    drives, ports = finding.drives(), finding.ports()
    if as_json:
        console().print_json(json.dumps({
            "boards": [{"name": b.name, "chip": b.chip.name, "about": b.about}
                       for b in BOARDS.values()],
            "drives": [{"path": str(d.path), "board_id": d.board} for d in drives],
            "ports": [asdict(p) for p in ports]}))
        return
    table = _table("board", "chip", "what it is")
    for board in BOARDS.values():
        table.add_row(board.name, board.chip.name, board.about)
    console().print(table)
    _found(drives, ports)


def _found(drives, ports) -> None:
    if not drives and not ports:
        console().print("Nothing is plugged in: no USB serial port, no board in its boot loader.",
                        soft_wrap=True)
        return
    table = _table("plugged in", "what it says", "can be")
    for drive in drives:
        chip = drive.chip.name if drive.chip else "unknown"
        table.add_row(str(drive.path), f"UF2 drive, {drive.board}", f"{chip}, ready to be flashed")
    for port in ports:
        chips = ", ".join(dict.fromkeys(chip.name for chip in port.chips)) or "–"
        table.add_row(port.name, f"{port.about} ({port.vid:04x}:{port.pid:04x})", chips)
    console().print(table)


def checks(found, as_json: bool) -> None:
    """The outcome of `verify`."""
    if as_json:
        console().print_json(json.dumps([asdict(check) for check in found]))
        return
    for check in found:
        console().print(f"{check.what:12} {check.found} ", end="", markup=False, soft_wrap=True)
        console().print(_VERDICTS[check.good])
        if check.good is False and check.text:
            console().print(f"{'':12} {check.text}", markup=False, soft_wrap=True)


def _table(*columns: str) -> Table:
    table = Table(header_style="dim", box=boxes.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column)
    return table
