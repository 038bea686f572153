"""Parameters of a box: what is shown, and what each `phaseward params` command does."""

from collections.abc import Iterable

from phaseward_tools.field import batch, values
from phaseward_tools.field.errors import FieldError
from phaseward_tools.link import Box, UnknownRequest
from phaseward_tools.link.parameters import Parameter

LEVEL_NAMES = ("open", "technician", "manufacturer")


def chosen(box: Box, parts: Iterable[str] | None) -> dict[str, Parameter]:
    """Parameters whose id contains one of the parts; all without parts."""
    parts = list(parts or ())
    found = {name: p for name, p in box.parameters.items()
             if not parts or any(part in name for part in parts)}
    if not found:
        raise FieldError(f"no parameter's id contains {' or '.join(parts)}; `phaseward params "
                         "get` lists them all")
    return found


def wanted(box: Box, words: list[str]) -> dict[str, int | str]:
    """Checked values from the command line."""
    try:
        return values.parse_pairs(box.parameters, words)
    except ValueError as error:
        raise FieldError(str(error)) from None


def rows(box: Box, parts: Iterable[str] | None, changed: bool = False) -> list[dict]:
    """Per parameter: what it is, its value, whether it is saved."""
    in_force, saved = box.values(), box.saved()
    found = [_row(p, in_force[name], saved[name]) for name, p in chosen(box, parts).items()]
    return [row for row in found if not changed or row["value"] != row["default"]
            or not row["saved"]]


def _row(p: Parameter, value, saved) -> dict:
    return {"id": p.id, "value": value, "shown": p.shown(value), "unit": p.unit,
            "default": p.default, "allowed": values.allowed(p), "saved": value == saved,
            "level": LEVEL_NAMES[p.level], "restart": bool(p.restart), "meaning": p.meaning,
            "source": p.source}


def differing(box: Box) -> dict[str, int | str]:
    """Values that differ from their defaults."""
    in_force = box.values()
    return {name: in_force[name] for name, p in box.parameters.items()
            if in_force[name] != p.default}


def changes(box: Box, wanted_values: dict, fresh: bool = False) -> list[tuple[Parameter, object,
                                                                              object]]:
    """(parameter, old, new) of what a batch would change. fresh: what this session may set of the
    others goes to its default."""
    in_force = box.values()
    target = dict(wanted_values)
    if fresh:
        level = box.status()["level"]
        target = {name: p.default for name, p in box.parameters.items()
                  if p.level <= level} | target
    return [(box.parameters[name], in_force[name], value) for name, value in target.items()
            if name in box.parameters and in_force[name] != value]


def load(box: Box, found: batch.Batch) -> dict:
    """Puts a batch in force, all of it or nothing."""
    number = found.schema or box.identity.get("ids")
    if number is None:
        if found.fresh:
            raise UnknownRequest("command", "this box's firmware does not say which schema of "
                                 "ids it has: leave `fresh` out, or update it")
        return box.set(found.values)
    return box.load(found.values, number, found.fresh)
