"""`phaseward explain`, `events`, `log`, `pull`: what a box says of itself, and what it keeps."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded
from phaseward_tools.field.options import Json, Port


@guarded
def explain(port: Port = None, as_json: Json = False) -> None:
    """Say why each limit of a box is in force and until when, and what it moves between phases."""
    from phaseward_tools.field.connecting import Way, connected
    from phaseward_tools.field.showing import print_json
    from phaseward_tools.field.telling import explanation

    with connected(Way(port)) as box:
        status, reasons, loads = box.status(), box.explain(), box.loads()
    if as_json:
        print_json({"status": status, "reasons": reasons, "loads": loads})
    else:
        _print(explanation(status, reasons, loads))


@guarded
def events(port: Port = None, as_json: Json = False) -> None:
    """Show the voltage quality a box has counted: events, minutes outside, 10-minute means."""
    from phaseward_tools.field.connecting import Way, connected
    from phaseward_tools.field.showing import print_json
    from phaseward_tools.field.telling import quality

    with connected(Way(port)) as box:
        found = box.client.request("quality")
    if as_json:
        print_json(found)
    else:
        _print(quality(found))


@guarded
def log(
    port: Port = None,
    last: Annotated[int, typer.Option(
        metavar="N", min=1, help="Only the last entries.")] = 40,
    kind: Annotated[str | None, typer.Option(
        metavar="KIND", show_default=False,
        help="Only entries whose kind begins so: block, free, event, alarm, set, boot …")] = None,
    as_json: Json = False,
) -> None:
    """Show a box's event log: blocks, releases, events, alarms, changes and who made them.

    The box has no clock; times are this computer's, and `by` marks those before its last boot,
    which are the latest they can be.
    """
    from phaseward_tools.field.connecting import Way, connected
    from phaseward_tools.field.logbook import entries, shown
    from phaseward_tools.field.showing import print_json

    with connected(Way(port)) as box:
        found = entries(box)
        parameters = box.parameters
    found = [entry for entry in found if entry.kind.startswith(kind or "")][-last:]
    if as_json:
        print_json([entry.plain() for entry in found])
    else:
        _print([shown(entry, parameters) for entry in found] or ["nothing logged"])


@guarded
def pull(
    file: Annotated[Path, typer.Argument(
        metavar="FILE.json", show_default=False, help="Where to keep the records.")],
    port: Port = None,
) -> None:
    """Pull all records of a box into a file: parameters, state, log, 10-minute means.

    `phaseward report FILE.json` makes a report of it, without the box.
    """
    from phaseward_tools.field.connecting import Way, connected
    from phaseward_tools.field.progress import reading
    from phaseward_tools.field.records import write

    with connected(Way(port)) as box:
        found = reading(box)
    write(found, file)
    _print([f"{len(found['log'])} log entries and {len(found['means'])} ten-minute means of box "
            f"{found['identity']['identity']} written to {file}"])


def _print(lines: list[str]) -> None:
    from phaseward_tools.terminal import console

    for line in lines:
        console().print(line, markup=False, soft_wrap=True)
