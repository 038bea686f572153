"""Reads result folders back. Every damage raises ResultError naming file and line or key."""

import csv
import json
from dataclasses import fields
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin

import numpy as np

from phaseward_sim.results import files, parquet
from phaseward_sim.results.errors import ResultError
from phaseward_sim.results.measurement import Measurement
from phaseward_sim.results.meta import Meta
from phaseward_sim.results.result import Result
from phaseward_sim.results.table import Table, TableSpec


def find_results(folder: Path | str) -> list[Path]:
    """Result folders at or below `folder`, by path; ResultError if there is none."""
    folder = Path(folder)
    if not folder.is_dir():
        raise ResultError(f"{folder}: no such folder")
    found = sorted(p.parent for p in folder.rglob(files.META)
                   if not any(part.startswith(".") for part in p.relative_to(folder).parts))
    if not found:
        raise ResultError(f"{folder}: holds no result (no {files.META}); "
                          "name the folder given to --out")
    return found


def load(folder: Path | str) -> Result:
    """The Result written by `save`; series from Parquet where it can be read, else CSV."""
    folder = Path(folder)
    content = _read_json(folder / files.META)
    tables = [_load_table(_spec(folder, entry), folder) for entry in content["tables"]]
    records = {name: _read_records(cls, folder / f"{name}.csv")
               for name, cls in files.RECORDS.items()}
    return Result(meta=_build(Meta, content["meta"], folder / files.META),
                  tables={t.spec.name: t for t in tables},
                  measurements=_read_measurements(folder / files.VERDICTS), **records)


def _read_json(path: Path) -> dict:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ResultError(f"{path}: is not JSON ({error})") from error
    found = content.get("format") if isinstance(content, dict) else None
    if found != files.FORMAT:
        raise ResultError(f"{path}: format is {found!r}, this version reads {files.FORMAT}; "
                          "run the scenario again")
    wanted = {files.META: ("meta", "tables"), files.VERDICTS: ("measurements",)}[path.name]
    for key in wanted:
        if key not in content:
            raise ResultError(f"{path}: key {key!r} is missing")
    return content


def _build(cls: type, values: dict, path: Path):
    """A record of class `cls` from JSON values, each of the type its field says."""
    try:
        built = cls(**values)
    except TypeError as error:
        raise ResultError(f"{path}: {cls.__name__}: {error}") from error
    for field in fields(cls):
        value = getattr(built, field.name)
        if not _fits(value, field.type):
            raise ResultError(f"{path}: {cls.__name__}: {field.name} is {value!r}, "
                              f"expected {getattr(field.type, '__name__', field.type)}")
    return built


def _fits(value: object, kind: type) -> bool:
    """Whether a JSON value fits a field's type; whole numbers fit float, no number fits bool."""
    if isinstance(kind, UnionType):
        return any(_fits(value, one) for one in get_args(kind))
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    return isinstance(value, (int, float) if kind is float else get_origin(kind) or kind)


def _spec(folder: Path, entry: dict) -> TableSpec:
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    return _build(TableSpec, values, folder / files.META)


def _read_measurements(path: Path) -> list[Measurement]:
    entries = _read_json(path)["measurements"]
    derived = ("margin", "passed")
    measurements = []
    for entry in entries:
        values = {k: v for k, v in entry.items() if k not in derived}
        if values.get("value") is None:
            values["value"] = float("nan")
        measurements.append(_build(Measurement, values, path))
    return measurements


def _load_table(spec: TableSpec, folder: Path) -> Table:
    stem = folder / files.series_stem(spec.name)
    binary = stem.with_suffix(".parquet")
    if parquet.available() and binary.exists():
        try:
            return parquet.read(spec, binary)
        except (KeyError, OSError, ValueError) as error:
            raise ResultError(f"{binary}: cannot be read ({error})") from error
    return _read_series(spec, stem.with_suffix(".csv"))


def _read_series(spec: TableSpec, path: Path) -> Table:
    wanted = [files.TIME_COLUMN, *spec.columns()]
    try:
        with path.open(encoding="utf-8") as lines:
            found = lines.readline().rstrip("\n").split(",")
            if found != wanted:
                raise ResultError(f"{path}:1: columns do not agree with {files.META}: "
                                  f"{_first_difference(found, wanted)}")
            rows = np.loadtxt(lines, delimiter=",", ndmin=2)
    except OSError as error:
        raise ResultError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ResultError(f"{path}: is not a table of numbers ({error})") from error
    rows = rows.reshape(-1, len(wanted))
    return Table.filled(spec, rows[:, 0], rows[:, 1:])


def _first_difference(found: list[str], wanted: list[str]) -> str:
    for a, b in zip(found, wanted, strict=False):
        if a != b:
            return f"found {a!r}, expected {b!r}"
    return f"found {len(found)} columns, expected {len(wanted)}"


def _read_records(cls: type, path: Path) -> list:
    types = files.field_types(cls)
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            if reader.fieldnames != list(types):
                raise ResultError(f"{path}:1: expected the columns {','.join(types)}")
            return [_record(cls, types, row, f"{path}:{reader.line_num}") for row in reader]
    except OSError as error:
        raise ResultError(f"{path}: cannot be read ({error.strerror})") from error


def _record(cls: type, types: dict[str, type], row: dict, place: str):
    values = {}
    for name, kind in types.items():
        try:
            values[name] = row[name] == "True" if kind is bool else kind(row[name])
        except (TypeError, ValueError) as error:
            raise ResultError(f"{place}: {name} is {row[name]!r}, "
                              f"expected {kind.__name__}") from error
    return cls(**values)
