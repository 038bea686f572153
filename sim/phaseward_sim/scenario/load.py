"""Reads a scenario file: YAML, checked against the schema, errors with file, line and key.

`load(path)` returns a `ScenarioFile`: the scenario, and `error(loc, text)` with which later checks
(does this bus exist, does the firmware have this parameter) name the place in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from .base import ScenarioError
from .lines import Located, parse
from .schema import Scenario

SHOWN_ERRORS = 10


@dataclass(frozen=True)
class ScenarioFile:
    """A checked scenario and where it came from; `folder` is what its paths are relative to."""

    scenario: Scenario
    name: str
    folder: Path
    located: Located = field(repr=False)

    def error(self, loc, text: str) -> ScenarioError:
        """An error at `loc`, a path such as ("boxes", 0, "bus")."""
        return ScenarioError(f"{self.name}:{self.located.line(loc)}: "
                             f"{self.located.path(loc)}: {text}")


def load(path: str | Path) -> ScenarioFile:
    """Read and check a scenario file; ScenarioError lists what is wrong with it."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as err:
        raise ScenarioError(f"{path}: cannot be read: {err.strerror}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path}: not a UTF-8 text file") from None
    return loads(text, str(path), path.parent)


def loads(text: str, name: str = "scenario", folder: Path = Path(".")) -> ScenarioFile:
    """Like `load`, from text; `name` stands for the file in messages."""
    located = parse(text, name)
    if not isinstance(located.data, dict):
        raise ScenarioError(f"{name}:1: expected keys such as `version: 1`, got "
                            f"{type(located.data).__name__}")
    try:
        scenario = Scenario.model_validate(located.data)
    except ValidationError as err:
        raise ScenarioError(report(err, name, located)) from None
    return ScenarioFile(scenario, name, folder, located)


def report(err: ValidationError, name: str, located: Located) -> str:
    """What pydantic found, one line each with file, line and key."""
    found = [_line(error, name, located) for error in err.errors()]
    more = len(found) - SHOWN_ERRORS
    return "\n".join(found[:SHOWN_ERRORS] + ([f"... and {more} more"] if more > 0 else []))


def _line(error: dict, name: str, located: Located) -> str:
    loc = tuple(error["loc"])
    if error["type"] == "unknown_key":
        loc += (error["ctx"]["key"],)
    place = located.path(loc)
    return f"{name}:{located.line(loc)}: {place + ': ' if place else ''}{message_of(error)}"


def message_of(error: dict) -> str:
    """One of pydantic's errors in this project's words, without its place."""
    kind, ctx = error["type"], error.get("ctx", {})
    if kind == "unknown_key":
        return ctx["advice"]
    if kind == "missing":
        return "is missing"
    got = f", got {error['input']!r}" if _short(error["input"]) else ""
    if kind == "literal_error":
        return f"expected one of {ctx['expected'].replace(' or ', ', ')}{got}"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _tag_message(kind, ctx)
    if kind == "value_error":
        return str(ctx["error"])
    return _plain(error["msg"]) + got


def _tag_message(kind: str, ctx: dict) -> str:
    key = ctx["discriminator"].strip("'")
    if kind == "union_tag_not_found":
        return f"key '{key}' is missing"
    return f"{key}: expected one of {ctx['expected_tags']}, got '{ctx['tag']}'"


def _plain(message: str) -> str:
    """Pydantic's sentence in this project's wording."""
    message = message.replace("Input should be ", "expected ")
    return message[0].lower() + message[1:]


def _short(value) -> bool:
    return isinstance(value, (str, int, float, bool)) or value is None
