"""Writes docs/FAULTS.md from the fault matrix: python scripts/render_faults.py [--check].

With --check nothing is written; exit code 1 where the file is out of date.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "app"))
sys.path.insert(0, str(ROOT / "scripts"))

from faults_table import FAULTS, OUTCOMES, STATES

from page import keep

TARGET = ROOT / "docs" / "FAULTS.md"
HEAD = """# Faults and what the box does

Generated from `tests/app/faults_table.py` by `python scripts/render_faults.py`; do not edit.
Every fault is tried in every state on the whole application (`tests/app/test_faults.py`): the
firmware on MicroPython, with a meter, a wallbox, a relay and a power stage on their wires. The
fast suite tries each fault in one state, the full one all of them.

The box under test: a car at a Modbus wallbox and a load on a relay that releases when energised,
both dimmed, safe limit 4.2 kW; hold time 60 s; the wallbox's watchdog 30 s, the stage's 10 s; a
meter counts as frozen after 10 equal polls.
"""


def state_rows():
    return "\n".join(f"| {state.name} | {state.loads} | {state.balancer} |" for state in STATES)


def fault_rows():
    return "\n".join(f"| {fault.group} | {fault.name} | {fault.outcome} |" for fault in FAULTS)


def outcome_rows():
    return "\n".join(f"- **{name}**: {text}." for name, text in OUTCOMES.items())


def render():
    """The whole document as text."""
    return f"""{HEAD}
## States

| state | limit of the loads | balancer |
|---|---|---|
{state_rows()}

## Faults

The outcome is promised in each of the {len(STATES)} states.

| group | fault | outcome |
|---|---|---|
{fault_rows()}

## Outcomes

{outcome_rows()}
"""


def main(arguments):
    return keep(TARGET, render(), __file__, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
