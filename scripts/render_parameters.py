"""Writes docs/PARAMETERS.md from the table: python scripts/render_parameters.py [--check].

With --check nothing is written; exit code 1 where the file is out of date.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "firmware"))
sys.path.insert(0, str(ROOT / "scripts"))

from page import keep
from phaseward.app.access.levels import NAMES
from phaseward.store import parameters as table
from phaseward.store.migrations import SCHEMA

TARGET = ROOT / "docs" / "PARAMETERS.md"
GROUPS = (
    ("System", table.SYSTEM_ROWS),
    ("Blocking", table.BLOCKING_ROWS),
    ("Loads, n = 1..4", table.LOAD_ROWS),
    ("Feed-in", table.FEED_IN_ROWS),
    ("Balancer", table.BALANCER_ROWS),
    ("Phase selector", table.SELECTOR_ROWS),
    ("Voltage quality", table.QUALITY_ROWS),
    ("Bus", table.BUS_ROWS),
    ("Outputs and contacts, n = 1..4", table.ACTUATOR_ROWS),
)
HEAD = f"""# Parameters

Generated from `firmware/phaseward/store/parameters.py` by `python scripts/render_parameters.py`;
do not edit. A box sends this table itself ([protocol](PROTOCOL.md)); `get PART` shows it on the
[console](CONSOLE.md). Schema {SCHEMA} of ids and units.

- *Level*: who may change it, see [security](SECURITY.md). Everybody may read.
- *Restart*: taken up only at a restart; all others at once.
- *Source*: where the default comes from; [M] was not verified at the source.
"""
COLUMNS = """| id | default | range | step | level | meaning | source |
|---|---|---|---|---|---|---|"""


def range_of(row):
    if row[table.TYPE] == "text":
        dots = ", ." if row[table.ID].endswith("_host") else ""
        return f"{row[table.MIN]} to {row[table.MAX]} of a-z, 0-9, _{dots}"
    names = table.CHOICES.get(row[table.ID])
    if names:
        return ", ".join(f"{value} {name}" for value, name in enumerate(names))
    return f"{row[table.MIN]} to {row[table.MAX]}"


def line(row):
    """Markdown row of one parameter."""
    unit = f" {row[table.UNIT]}" if row[table.UNIT] else ""
    level = NAMES[row[table.LEVEL]] + (", restart" if row[table.RESTART] else "")
    name = row[table.ID].replace("{n}", "<n>")
    meaning = row[table.MEANING].replace("{n}", "n")
    return (
        f"| `{name}` | {row[table.DEFAULT]}{unit} | {range_of(row)} | {row[table.STEP]} "
        f"| {level} | {meaning} | {row[table.SOURCE]} |"
    )


def render():
    """The whole document as text."""
    parts = [HEAD]
    for title, rows in GROUPS:
        parts.append("\n".join([f"## {title}\n", COLUMNS, *map(line, rows), ""]))
    return "\n".join(parts)


def main(arguments):
    return keep(TARGET, render(), __file__, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
