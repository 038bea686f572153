"""Writes the reference page of the scenario schema from the schema itself.

    python -m phaseward_sim.scenario.reference docs/SCENARIOS.md

A test compares the page in the repository with what this makes.
"""

from __future__ import annotations

import inspect
import sys
import typing
from pathlib import Path
from types import UnionType

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from .schema import Scenario

HEAD = """\
# Scenario files

<!-- Made by `python -m phaseward_sim.scenario.reference docs/SCENARIOS.md`; do not edit. -->

A scenario is one YAML file: the grid, what is connected, the control boxes, what happens, and what
must come out. The same file runs on every rung. Keys carry their unit: `_s` seconds, `_m` metres,
`_w` watts, `_va` volt-amperes, `_v` volts, `_a` amperes, `_pu` per unit of the nominal voltage.
Unknown keys are refused. An error names file, line and key:

    scenarios/x.yaml:12: boxes[0].loads[1].kind: expected one of 'dim', 'pause', 'lock', got 'dimm'

The two demo scenarios in `scenarios/` show most of it. `phaseward simulate FILE` runs one.

## What is added to a data set

Data sets such as SimBench describe balanced three-phase loads on three-wire lines. From the
scenario's seed, and repeatable, the program adds:

- **Phases.** A customer up to `single_phase_up_to_va` is on one phase, drawn by `weights` from the
  seed and the customer's own name; larger ones are on three, evenly.
- **The neutral.** Each cable gets the full 4x4 matrix of the catalogue in
  `sim/phaseward_sim/network/cables.py` (its sources are there) by its type's name; a type that is
  not in it gets a fourth conductor equal to the phases.
- **Earthing** as `grid.earthing` says.
- **Unrest within the quarter of an hour**: bursts that leave each quarter's energy as it is
  (`sim/phaseward_sim/devices/household_profiles.py`; invented, not measured).
- **Other days** (`shift_days`): customers who share a profile would otherwise peak together.

Reactive power follows from a unit's rated power factor. Storages of a data set are left out, and
the result says so.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *sections(Scenario)]) + "\n" + _measurements()


def sections(model) -> list[str]:
    """A table of keys for a model of a file, and one for every model in it."""
    return [_section(model, "The file"),
            *(_section(child, path) for child, path in _models(model, {}).items())]


def _models(model, found: dict, path: str = "") -> dict:
    """Models below `model` in the order they are met -> path of their first use."""
    for name, field in model.model_fields.items():
        for child, many in _children(field.annotation):
            where = f"{path}{name}{'[]' if many else ''}"
            if child not in found:
                found[child] = f"`{where}`{_tag(child)}"
                _models(child, found, f"{where}.")
    return found


def _children(annotation, many: bool = False):
    """(model, whether in a list) of every model in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, many
        return
    inside = many or typing.get_origin(annotation) is list
    for part in typing.get_args(annotation):
        yield from _children(part, inside)


def _tag(model) -> str:
    """` (do: mark)` for the kinds of events, ` (kind: scpi)` for those of a rig's read-backs."""
    for key in ("do", "kind"):
        field = model.model_fields.get(key)
        values = typing.get_args(field.annotation) if field else ()
        if len(values) == 1:
            return f" with `{key}: {values[0]}`"
    return ""


def _section(model, path: str) -> str:
    rows = [f"| `{name}` | {_type(field)} | {_default(field)} | {_cell(field.description)} |"
            for name, field in model.model_fields.items()]
    return "\n".join([f"\n## {path}\n", inspect.cleandoc(model.__doc__ or "") + "\n",
                      "| key | type | default | meaning |", "|---|---|---|---|", *rows])


def _type(field) -> str:
    text = _words(field.annotation)
    bounds = "".join(_bounds(field.metadata))
    return _cell(f"{text}{bounds}")


def _bounds(metadata):
    names = {"ge": ">= ", "gt": "> ", "le": "<= ", "lt": "< "}
    for item in metadata:
        for key, sign in names.items():
            limit = getattr(item, key, None)
            if limit is not None:
                yield f", {sign}{limit:g}"


def _words(annotation) -> str:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return " or ".join(f"`{value}`" for value in args)
    if origin is list:
        return f"list of {_words(args[0])}".replace("list of map", "list of maps")
    if origin is dict:
        return f"map of {_words(args[0])} to {_words(args[1])}"
    if origin is typing.Annotated:
        return _words(args[0])
    if origin in (typing.Union, UnionType):
        return " or ".join(dict.fromkeys(_words(a) for a in args if a is not type(None)))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "map, see below"
    return {"int": "whole number", "float": "number", "str": "text", "bool": "true or false",
            "NaiveDatetime": "date and time"}.get(annotation.__name__, annotation.__name__)


def _default(field) -> str:
    if field.default is PydanticUndefined:
        return "**needed**"
    if field.default is None or field.default in ("", [], {}):
        return "none"
    if isinstance(field.default, list) and isinstance(field.default[0], BaseModel):
        return "one of `kind: " + field.default[0].kind + "`"
    if isinstance(field.default, BaseModel):
        return "its defaults"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default:g}`" if isinstance(field.default, float) else f"`{field.default}`"


def _cell(text: str) -> str:
    return (text or "").replace("|", "\\|")


def _measurements() -> str:
    from ..engine.measures import VOLTAGE, WHOLE

    lines = ["\n## Measurements\n",
             "What `verdicts[].measure` can name. Those of voltages can be narrowed by `window`, "
             "`bus` and `phase`;\nthe others are of the whole run. An event is one phase whose "
             "mean over `evaluation.mean_s` lies outside the limits.\n",
             "| measure | unit | meaning | narrowed |", "|---|---|---|---|"]
    for table, narrowed in ((VOLTAGE, "yes"), (WHOLE, "no")):
        lines += [f"| `{name}` | {unit} | {title} | {narrowed} |"
                  for name, (unit, title, _) in table.items()]
    return "\n".join(lines) + "\n"


def main(argv: list[str]) -> int:
    """Write the page to the path given."""
    if len(argv) != 1:
        print("usage: python -m phaseward_sim.scenario.reference PATH", file=sys.stderr)
        return 2
    Path(argv[0]).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
