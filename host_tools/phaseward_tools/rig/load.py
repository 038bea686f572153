"""Reads a rig file: YAML, checked against the schema; errors name file, line and key."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from phaseward_sim.results import mapping_hash
from phaseward_sim.scenario import ScenarioError
from phaseward_sim.scenario.lines import Located, parse
from phaseward_sim.scenario.load import report

from .errors import RigFileError
from .schema import Rig


@dataclass(frozen=True)
class RigFile:
    """A checked rig and where it came from; `folder` is what its paths are relative to."""

    rig: Rig
    name: str
    folder: Path
    located: Located = field(repr=False)

    def error(self, loc, text: str) -> RigFileError:
        """An error at `loc`, a path such as ("boxes", 0, "console")."""
        return RigFileError(f"{self.name}:{self.located.line(loc)}: "
                            f"{self.located.path(loc)}: {text}")

    def path(self, text: str) -> Path:
        """A path of the file, relative to it."""
        return self.folder / text

    @property
    def wiring_hash(self) -> str:
        """Names the wiring: everything in the file but words and where keys lie."""
        values = self.rig.model_dump(exclude={"about": True,
                                              "boxes": {"__all__": {"key_file"}}})
        return mapping_hash(values)


def load(path: str | Path) -> RigFile:
    """Read and check a rig file; RigFileError lists what is wrong with it."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as err:
        raise RigFileError(f"{path}: cannot be read: {err.strerror}") from None
    except UnicodeDecodeError:
        raise RigFileError(f"{path}: not a UTF-8 text file") from None
    return loads(text, str(path), path.parent)


def loads(text: str, name: str = "rig", folder: Path = Path(".")) -> RigFile:
    """Like `load`, from text; `name` stands for the file in messages."""
    try:
        located = parse(text, name)
    except ScenarioError as err:
        raise RigFileError(str(err)) from None
    if not isinstance(located.data, dict):
        raise RigFileError(f"{name}:1: expected keys such as `version: 1`, got "
                           f"{type(located.data).__name__}")
    try:
        rig = Rig.model_validate(located.data)
    except ValidationError as err:
        raise RigFileError(report(err, name, located)) from None
    file = RigFile(rig, name, folder, located)
    _check(file)
    return file


def _check(file: RigFile) -> None:
    """What no single key can say: names and ports are used once."""
    seen: dict[str, str] = {}
    for i, box in enumerate(file.rig.boxes):
        _once(file, ("boxes", i, "name"), "box " + box.name, seen)
        _once(file, ("boxes", i, "console"), box.console, seen)
        devices: dict[str, str] = {}
        for k, adapter in enumerate(box.adapters):
            loc = ("boxes", i, "adapters", k)
            _once(file, (*loc, "port"), adapter.port, seen)
            for device in adapter.devices or ["all that is left"]:
                _once(file, (*loc, "devices"), device, devices)
        if box.source is not None and "meter" in devices:
            raise file.error(("boxes", i, "adapters"), "a source feeds a real meter: leave the "
                             "simulated one out")


def _once(file: RigFile, loc, what: str, seen: dict[str, str]) -> None:
    if what in seen:
        raise file.error(loc, f"{what} is used twice, first at {seen[what]}")
    seen[what] = file.located.path(loc)
