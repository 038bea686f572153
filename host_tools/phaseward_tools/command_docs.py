"""Writes docs/COMMANDS.md from the commands themselves: `python -m phaseward_tools.command_docs`.

Read from the commands' signatures, which are also what `--help` is made of, so the two cannot
disagree. A test compares the page with what this module would write.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import get_args, get_type_hints

from typer.models import ArgumentInfo, OptionInfo

from phaseward_tools.cli import COMMANDS, GROUPS
from phaseward_tools.exits import MEANINGS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "COMMANDS.md"
_HEAD = """# The `phaseward` command

Made from the command's own help by `python -m phaseward_tools.command_docs`; do not edit.
"""
_COMPLETION = """## Tab completion

`phaseward --install-completion`, once, in the shell that is to have it (bash, zsh, fish,
PowerShell); then open a new shell. It completes commands and options, serial ports, parameters'
ids with their meanings, and values of enums:

```
$ phaseward params set l1_k<TAB>
$ phaseward params set l1_kind=<TAB>
```

Ids are those of the box seen last, else of the firmware that came with the tools; no box is asked.
"""


@dataclass(frozen=True)
class Parameter:
    """One argument or option of a command."""

    name: str
    kind: type
    info: ArgumentInfo | OptionInfo
    default: object

    @property
    def is_argument(self) -> bool:
        return isinstance(self.info, ArgumentInfo)

    def value_words(self) -> str:
        if isinstance(self.kind, type) and issubclass(self.kind, StrEnum):
            return "|".join(choice.value for choice in self.kind)
        return self.info.metavar or self.name.upper()

    def names(self) -> str:
        # In an annotation the first name lands where a default would stand otherwise.
        given = [n for n in (self.info.default, *(self.info.param_decls or ()))
                 if isinstance(n, str)]
        return "/".join(given or [f"--{self.name.replace('_', '-')}"])

    def default_words(self) -> str:
        if isinstance(self.info.show_default, str):
            return f" Default: `{self.info.show_default}`."
        if self.kind is bool or self.default in (None, inspect.Parameter.empty):
            return ""
        return f" Default: `{getattr(self.default, 'value', self.default)}`."

    def line(self) -> str:
        if self.is_argument:
            return f"- `{self.value_words()}`: {self.info.help}"
        value = "" if self.kind is bool else f" {self.value_words()}"
        return f"- `{self.names()}{value}`: {self.info.help}{self.default_words()}"


def parameters(command: Callable) -> list[Parameter]:
    """The command's parameters in the order of its signature."""
    hints = get_type_hints(command, include_extras=True)
    signature = inspect.signature(command).parameters
    found = []
    for name, parameter in signature.items():
        kind, info = get_args(hints[name])
        found.append(Parameter(name, kind, info, parameter.default))
    return found


def _command_text(command: Callable, group: str = "") -> str:
    own = command.__name__ if group else command.__name__.replace("_", "-")
    name, shown = f"{group} {own}".strip(), parameters(command)
    options = ["[OPTIONS]"] if any(not p.is_argument for p in shown) else []
    usage = " ".join(["phaseward", name, *options,
                      *(p.value_words() for p in shown if p.is_argument)])
    lines = [f"## phaseward {name}", f"```\n{usage}\n```", inspect.getdoc(command)]
    if shown:
        lines.append("\n".join(p.line() for p in shown))
    return "\n\n".join(lines) + "\n"


def page() -> str:
    """The whole page as text."""
    codes = "\n".join(f"| {int(code)} | {text} |" for code, text in MEANINGS.items())
    table = f"## Exit codes\n\n| code | meaning |\n|---|---|\n{codes}\n"
    return "\n".join([_HEAD, *(_command_text(command) for command in COMMANDS),
                      *(_command_text(command, group) for group, (_, _, commands) in GROUPS.items()
                        for command in commands), _COMPLETION, table])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
