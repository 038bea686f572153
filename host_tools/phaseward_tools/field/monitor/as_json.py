"""The monitor for scripts: one JSON object a line, once an interval, until Ctrl-C or `count`."""

import json
import time
from datetime import datetime

import typer

from phaseward_tools.field.connecting import Way, connected
from phaseward_tools.field.monitor.watch import Watch


def print_lines(way: Way, interval_s: float, count: int | None) -> None:
    with connected(way) as box:
        watch = Watch(box)
        seen = watch.seen
        printed = 0
        while True:
            at = datetime.now().isoformat(timespec="milliseconds")
            typer.echo(json.dumps({"at": at, **seen}))
            printed += 1
            if count is not None and printed >= count:
                return
            time.sleep(interval_s)
            seen = watch.step()
