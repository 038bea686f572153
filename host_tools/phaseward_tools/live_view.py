"""The boxes of a run while it goes on: voltages, outputs, limits and their reasons, on a terminal.

Drawn at most `FRAMES_PER_S` times per second of the host, whatever the speed of the run.
"""

import time

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from phaseward_sim.engine.sight import BoxSight, Sight, sight_of

FRAMES_PER_S = 4
MOST_BOXES = 12  # more do not fit a terminal's height
LOW_V, HIGH_V = 207.0, 253.0  # 230 V -10 %/+10 %: outside of it a voltage is red


class LiveView:
    """Use: `with LiveView(…) as view: engine.run(…, progress=view.share, watch=view.watch)`."""

    def __init__(self, title: str, rung: str, console: Console, clock=time.monotonic):
        self._title, self._rung, self._clock = title, rung, clock
        self._live = Live(Text("The boxes boot ..."), console=console, auto_refresh=False)
        self._share = 0.0
        self._began_s = self._drawn_s = None

    def __enter__(self) -> "LiveView":
        self._live.start()
        return self

    def __exit__(self, *_) -> None:
        self._live.refresh()
        self._live.stop()

    def share(self, share: float) -> None:
        """Progress of the whole; while boxes learn there is nothing else to show."""
        self._share = share
        if self._began_s is None:
            self._live.update(Text(f"{self._title}: preparing, {share:.0%}"), refresh=True)

    def watch(self, run) -> None:
        """A step is done."""
        now_s = self._clock()
        if self._began_s is None:
            self._began_s = now_s
        if self._drawn_s is None or now_s - self._drawn_s >= 1 / FRAMES_PER_S:
            self._drawn_s = now_s
            picture = drawn(sight_of(run), self._title, self._rung, now_s - self._began_s)
            self._live.update(picture, refresh=True)


def drawn(sight: Sight, title: str, rung: str, wall_s: float) -> Group:
    """What is shown of a run after `wall_s` seconds of the host's time."""
    speed = f"{sight.t_s / wall_s:.1f} x real time" if wall_s >= 1 and sight.t_s else ""
    head = Text.assemble((title, "bold"), f", rung {rung}\n",
                         f"virtual {_clock(sight.t_s)} of {_clock(sight.duration_s)}   "
                         f"wall {_clock(wall_s)}   {speed}")
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False)
    for name in ("box", "L1 V", "L2 V", "L3 V", "outputs on", "limits, stage, and why"):
        table.add_column(name, justify="right" if name.endswith(" V") else "left")
    for seen in sight.boxes[:MOST_BOXES]:
        table.add_row(escape(seen.name), *map(_voltage, seen.u_v), _outputs(seen),
                      _decisions(seen))
    more = len(sight.boxes) - MOST_BOXES
    return Group(head, table, *([Text(f"and {more} more boxes", "dim")] if more > 0 else []))


def _clock(seconds: float) -> str:
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"


def _voltage(u_v: float) -> Text:
    return Text(f"{u_v:.1f}", "" if LOW_V <= u_v <= HIGH_V else "bold red")


def _outputs(seen: BoxSight) -> Text:
    return Text(", ".join(name for name, level in sorted(seen.levels.items()) if level) or "-")


def _decisions(seen: BoxSight) -> Text:
    lines = []
    for decision in seen.decisions:
        until = f", until {_clock(decision.until_s)}" if decision.until_s else ""
        style = "yellow" if decision.blocked else ""
        if decision.kind == "stage":
            what = "stage " + " ".join(f"{w / 1000:+.1f}" for w in seen.stage_w or ()) + " kW"
        else:
            what = f"{decision.load} {decision.limit_w / 1000:.1f} kW"
        lines.append(Text(f"{what}: {decision.reason}{until}", style))
    return Text("\n").join(lines) if lines else Text("not told yet", "dim")
