"""From a study to its runs: every combination of variant, swept values and seed.

Each run carries the hash of everything that decides its result: the scenario as changed, rung,
boxes on or off, the sources of simulator and firmware, the data files it reads, the versions of
the numerical libraries. Two runs that cannot differ have one hash and are done once.
Failure: StudyError at the place in the study file that made a scenario wrong.
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from pydantic import ValidationError

from phaseward.store import parameters as table

from ..engine import measures
from ..grids.excerpt import DATA_DIR
from ..importers.opendss_files import files_of
from ..results import firmware_hash
from ..scenario import Scenario
from ..scenario.load import message_of
from .load import StudyFile
from .paths import assign, parts
from .schema import Axis, Changes, Variant
from .version import source_version

DIGITS = 20
LIBRARIES = ("numpy", "scipy")
IMPORTERS = ("simbench", "pandapower", "dss-python")


@dataclass(frozen=True)
class Run:
    """One run: `data` is the scenario as YAML would give it; `point` the swept values."""

    variant: str
    point: tuple
    seed: int
    control: bool
    rung: str
    data: dict
    name: str
    folder: str
    digest: str

    @property
    def words(self) -> str:
        """For messages."""
        swept = ", ".join(f"{label}={value}" for label, value in self.point)
        return f"{self.variant}{', ' + swept if swept else ''}, seed {self.seed}"


@dataclass(frozen=True)
class Plan:
    """All runs of a study in the order of its tables."""

    file: StudyFile
    runs: list[Run]
    version: str = ""

    @property
    def study(self):
        """The study itself."""
        return self.file.study

    def todo(self, store) -> list[Run]:
        """Runs whose result is not there yet, each digest once."""
        missing = {run.digest: run for run in self.runs if not store.has(run)}
        return list(missing.values())


def make_plan(file: StudyFile) -> Plan:
    """All runs; every scenario is checked against the schema."""
    _check_measures(file)
    identity = _identity()
    runs = []
    for i, variant in enumerate(file.study.variants):
        for values in itertools.product(*(axis.values for axis in file.study.sweep)):
            data = _changed(file, i, variant, values)
            base = [identity, _grid_identity(data, file.base_path.parent)]
            point = tuple(zip((axis.label for axis in file.study.sweep), values, strict=True))
            runs += [_run(file, variant, point, seed, data, base)
                     for seed in file.study.seed_list]
    return Plan(file, runs, identity["simulator"])


def _run(file, variant, point, seed, data, base: list) -> Run:
    data = {**data, "seed": seed}
    study = file.study
    content = [*base, data, variant.control, study.rung]
    text = json.dumps(content, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
    return Run(variant.name, point, seed, variant.control, study.rung, data,
               str(file.base_path), str(file.base_path.parent), digest)


# --- changing the scenario --------------------------------------------------------------------

def _changed(file: StudyFile, i: int, variant: Variant, values) -> dict:
    """The base scenario with the study's, the variant's and the sweep's changes; checked."""
    data = copy.deepcopy(file.base.data)
    # A comparison with the run without boxes is another run: the study makes its own.
    data["verdicts"] = [v for v in data.get("verdicts") or [] if not v.get("against")]
    _validate_base(file, data)
    _apply(file, data, file.study, (), variant.control)
    _apply(file, data, variant, ("variants", i), variant.control)
    for k, (axis, value) in enumerate(zip(file.study.sweep, values, strict=True)):
        _apply(file, data, _as_changes(axis, value), ("sweep", k), variant.control, axis=True)
    return data


def _as_changes(axis: Axis, value) -> Changes:
    if axis.key is not None:
        return Changes.model_construct(set={axis.key: value}, parameters={})
    return Changes.model_construct(set={}, parameters={axis.parameter: value})


def _apply(file, data, changes, loc, control: bool, axis: bool = False) -> None:
    places = {key: (*loc, "key") if axis else (*loc, "set", key) for key in changes.set}
    for key, value in changes.set.items():
        try:
            assign(data, key, value)
        except KeyError as err:
            raise file.error(places[key], err.args[0]) from None
    if changes.set:
        _validate_changes(file, data, changes.set, places)
    for name, value in changes.parameters.items():
        place = (*loc, "parameter") if axis else (*loc, "parameters", name)
        _set_parameter(file, data, place, name, value, control)


def _set_parameter(file, data, place, name, value, control: bool) -> None:
    try:
        table.check(name, value)
    except (table.ParameterError, TypeError) as err:
        raise file.error(place, str(err)) from None
    if not data.get("boxes"):
        raise file.error(place, "the scenario has no boxes")
    # Boxes that only watch decide nothing: without control all such runs are one.
    for box in data["boxes"] if control else ():
        box["parameters"] = {**(box.get("parameters") or {}), name: value}


def _validate_changes(file, data, values: dict, places: dict) -> None:
    """Blame the key whose path the first error has most in common with; else the first key."""
    wrong = _first_error(data)
    if wrong is not None:
        loc = [part for part in wrong["loc"] if not isinstance(part, int)]
        key = max(values, key=lambda key: _common([p for p in parts(key) if isinstance(p, str)],
                                                  loc))
        raise file.error(places[key], f"{key}={values[key]!r}: {_words(wrong)}")


def _common(one: list, other: list) -> int:
    """How many parts at the beginning are the same."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)))


def _validate_base(file, data) -> None:
    wrong = _first_error(data)
    if wrong is not None:
        raise file.error(("base",), f"{file.base_path}, the base scenario: {_words(wrong)}")


def _first_error(data) -> dict | None:
    """Pydantic's first error about a scenario, None if it is right."""
    try:
        Scenario.model_validate(data)
    except ValidationError as err:
        return err.errors()[0]
    return None


def _words(error: dict) -> str:
    return f"{'.'.join(map(str, error['loc']))}: {message_of(error)}"


def _check_measures(file: StudyFile) -> None:
    for i, key in enumerate(file.study.measure):
        if key.split("[")[0] not in measures.REFERENCE:
            raise file.error(("measure", i), f"expected one of {', '.join(measures.REFERENCE)}, "
                             f"got {key!r}")


# --- identity ---------------------------------------------------------------------------------

def _identity() -> dict:
    """What decides results of every run besides its scenario."""
    return {"simulator": source_version(), "firmware": firmware_hash(),
            "libraries": {name: _version(name) for name in LIBRARIES}}


def _grid_identity(data: dict, folder: Path) -> dict:
    """Contents of the files the grid comes from, and versions of what reads them."""
    grid = data.get("grid") or {}
    names = [grid.get(key) for key in ("excerpt", "network", "profiles")]
    files = {path for name in names if isinstance(name, str)
             for path in _data_files(folder, name)}
    foreign = IMPORTERS if grid.get("network") else ()
    return {"libraries": {name: _version(name) for name in foreign},
            "files": sorted((path.name, _content(path, path.stat().st_mtime_ns))
                            for path in files)}


# The modification time is a key, so that a changed file is read again.
@lru_cache(maxsize=1000)
def _content(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _data_files(folder: Path, name: str):
    """Files a name in `grid` stands for: shipped, or the user's own, with what lies beside."""
    for path in (DATA_DIR / f"{name}.json", DATA_DIR / f"{name}.csv", folder / name,
                 (folder / name).with_suffix(".csv")):
        if path.is_file():
            yield path
    if name.lower().endswith(".dss"):
        yield from files_of(folder / name)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def made_at() -> str:
    """Time stamp of a report."""
    return datetime.now().astimezone().isoformat(" ", "minutes")
