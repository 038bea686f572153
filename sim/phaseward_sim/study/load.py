"""Reads a study file and its base scenario; errors name file, line and key, as scenarios' do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from ..scenario import ScenarioError
from ..scenario.lines import Located, parse
from ..scenario.load import report
from .errors import StudyError
from .schema import Study


@dataclass(frozen=True)
class StudyFile:
    """A checked study; `base` is the scenario's YAML with its lines."""

    study: Study
    name: str
    base_path: Path
    base: Located = field(repr=False)
    located: Located = field(repr=False)

    def error(self, loc, text: str) -> StudyError:
        """An error at `loc`, a path such as ("sweep", 0, "key")."""
        return StudyError(f"{self.name}:{self.located.line(loc)}: "
                          f"{self.located.path(loc)}: {text}")


def load(path: str | Path) -> StudyFile:
    """Read and check a study file; StudyError lists what is wrong with it."""
    path = Path(path)
    located = _parsed(path)
    try:
        study = Study.model_validate(located.data)
    except ValidationError as err:
        raise StudyError(report(err, str(path), located)) from None
    base_path = path.parent / study.base
    return StudyFile(study, str(path), base_path, _parsed(base_path), located)


def _parsed(path: Path) -> Located:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as err:
        raise StudyError(f"{path}: cannot be read: {err.strerror}") from None
    except UnicodeDecodeError:
        raise StudyError(f"{path}: not a UTF-8 text file") from None
    try:
        located = parse(text, str(path))
    except ScenarioError as err:
        raise StudyError(str(err)) from None
    if not isinstance(located.data, dict):
        raise StudyError(f"{path}:1: expected keys such as `version: 1`")
    return located
