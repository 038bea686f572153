"""Files of parameters: what `dump` and `diff` write and `load` takes, the same as on the console.

    load 2 fresh          schema of ids and units; `fresh`: all others to their defaults
    # a comment
    bl_share_pm=90
    end
Lines `load` and `end` may be left out. Identity and keys are no parameters, so a file fits on any
box. Failure: FieldError naming file and line, every wrong line at once.
"""

from dataclasses import dataclass, field
from pathlib import Path

from phaseward_tools.field.errors import FieldError
from phaseward_tools.field.values import parse
from phaseward_tools.link.parameters import Parameter


@dataclass
class Batch:
    """values: checked, by id; schema: of ids and units, None where the file does not say."""

    values: dict[str, int | str] = field(default_factory=dict)
    schema: int | None = None
    fresh: bool = False


def read(path: Path, parameters: dict[str, Parameter], ids: int | None) -> Batch:
    """The batch in a file, checked by the box's own table. ids: the box's schema number.

    An older schema's lines are left to the box, which converts them."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FieldError(f"{path}: cannot be read: "
                         f"{getattr(error, 'strerror', None) or 'it is no text'}") from None
    batch, errors = Batch(), []
    for number, line in enumerate(lines, 1):
        try:
            _take(batch, line.strip(), parameters, ids)
        except ValueError as error:
            errors.append(f"{path}:{number}: {error}")
    if errors:
        raise FieldError("\n".join([*errors, f"{len(errors)} wrong lines: nothing was changed"]))
    if not batch.values and not batch.fresh:
        raise FieldError(f"{path}: holds no line ID=VALUE")
    return batch


def _take(batch: Batch, line: str, parameters, ids: int | None) -> None:
    if not line or line.startswith("#") or line == "end":
        return
    word, *rest = line.split()
    if word == "load":
        _head(batch, rest, ids)
        return
    name, sign, text = word.partition("=")
    if not sign:
        raise ValueError(f"expected ID=VALUE, not {line!r}")
    if name in batch.values:
        raise ValueError(f"{name} is given twice")
    older = batch.schema is not None and ids is not None and batch.schema < ids
    batch.values[name] = text if older else parse(parameters, name, text)


def _head(batch: Batch, words: list[str], ids: int | None) -> None:
    if batch.values:
        raise ValueError("`load` belongs before the values")
    if words and not words[0].isdigit():
        raise ValueError(f"expected load SCHEMA [fresh], not load {' '.join(words)}")
    batch.schema = int(words[0]) if words else None
    batch.fresh = words[1:] == ["fresh"]
    if ids is not None and batch.schema is not None and batch.schema > ids:
        raise ValueError(f"made for schema {batch.schema} of ids and units, this box has {ids}: "
                         "its firmware is older; update it first")


def text(box, values: dict, fresh: bool) -> str:
    """A batch of these values as a file. box: whose it is, for the comment at its head."""
    found = box.identity
    number = f" {found['ids']}" if "ids" in found else ""
    head = [f"load{number}{' fresh' if fresh and number else ''}",
            f"# phaseward {found['firmware']} on {found['board']}, box {found['identity']}"]
    return "\n".join([*head, *(f"{name}={value}" for name, value in values.items()), "end", ""])
