"""Where answers come from: a person at the terminal, a file, or each question's own default.

A question has an id, which is its key in an answers file (YAML). Failure: AnswerError, naming the
question that has no answer or a wrong one.
"""

from pathlib import Path

import typer
import yaml


class AnswerError(ValueError):
    """A question has no usable answer."""


class Answers:
    """given: answers by id; yes: take defaults for the rest; else a person is asked."""

    def __init__(self, given: dict | None = None, yes: bool = False, name: str = "answers"):
        self._given, self._yes, self._name = dict(given or {}), yes, name
        self.used: dict[str, object] = {}

    def text(self, key: str, question: str, default: str | None = None) -> str:
        """A line of text."""
        found = str(self._find(key, default, lambda: typer.prompt(question, default=default)))
        self.used[key] = found
        return found

    def agreed(self, key: str, question: str, default: bool | None = None) -> bool:
        """Yes or no."""
        found = self._find(key, default, lambda: typer.confirm(question, default=default))
        if not isinstance(found, bool):
            raise AnswerError(f"{self._name}: {key}: expected true or false, got {found!r}")
        self.used[key] = found
        return found

    def choice(self, key: str, question: str, options: list[str]) -> str:
        """One of some names; the first is the default."""
        words = f"{question} ({', '.join(options)})"
        found = str(self._find(key, options[0],
                               lambda: typer.prompt(words, default=options[0])))
        if found not in options:
            raise AnswerError(f"{self._name}: {key}: expected one of {', '.join(options)}, got "
                              f"{found!r}")
        self.used[key] = found
        return found

    def _find(self, key: str, default, ask):
        if key in self._given:
            return self._given[key]
        if not self._yes:
            return ask()
        if default is None:
            raise AnswerError(f"{self._name}: {key}: is missing, and has no default")
        return default


def from_file(path: Path | None, yes: bool) -> Answers:
    """Answers of a YAML file of keys; what it lacks is taken as default."""
    if path is None:
        return Answers(yes=yes)
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AnswerError(f"{path}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise AnswerError(f"{path}: not YAML: {error}") from None
    if not isinstance(given, dict):
        raise AnswerError(f"{path}: expected keys such as `technician: A. Name`")
    return Answers(given, True, str(path))
