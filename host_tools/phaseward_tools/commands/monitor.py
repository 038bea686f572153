"""`phaseward monitor`: a box watched and tuned in a terminal."""

from typing import Annotated

import typer

from phaseward_tools.exits import guarded
from phaseward_tools.field.options import Key, Level, Port


@guarded
def monitor(
    port: Port = None, key: Key = None, level: Level = "technician",
    interval: Annotated[float, typer.Option(
        metavar="S", min=0.2, max=60, help="Seconds between two looks.")] = 1.0,
    as_json: Annotated[bool, typer.Option(
        "--json", help="Print one JSON object a line instead, for programs.")] = False,
    count: Annotated[int | None, typer.Option(
        metavar="N", min=1, show_default=False, help="With `--json`: end after so many lines."),
    ] = None,
) -> None:
    """Watch a box, and tune it: voltages in their bands, limits and why, transfer, bus, alarms.

    `t` and ID=VALUE puts values in force for ten minutes, `k` keeps them, `u` takes them back, `s`
    saves. Works at 80 by 24 characters, over ssh too. Needs `phaseward[field]`, but for `--json`.
    """
    from phaseward_tools.field.connecting import Way

    way = Way(port, key, level)
    if as_json:
        from phaseward_tools.field.monitor.as_json import print_lines

        print_lines(way, interval, count)
        return
    from phaseward_tools.field.extras import needs

    with needs("textual", "field", "phaseward monitor (not with --json)"):
        from phaseward_tools.field.monitor.screen import Monitor
    Monitor(way, interval).run()
