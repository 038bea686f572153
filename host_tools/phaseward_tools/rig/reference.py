"""Writes the reference page of the rig file from its schema: `python -m
phaseward_tools.rig.reference`.

A test compares the page in the repository with what this makes.
"""

from pathlib import Path

from phaseward_sim.scenario.reference import sections

from .schema import Rig

PAGE = Path(__file__).resolve().parents[3] / "docs" / "RIG.md"
HEAD = """# Rig files

<!-- Made by `python -m phaseward_tools.rig.reference`; do not edit. -->

A rig file says which boxes lie on a bench and how they are wired; [HIL](HIL.md) shows how it is
used. Keys carry their unit: `_s` seconds, `_v` volts, `_v_s` volts per second, `_a` amperes.
Unknown keys are refused, errors name file, line and key. Outputs are named `relay_l1`, `sg_a_l1`,
`sg_b_l1` ... `_l4`.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *sections(Rig)]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
