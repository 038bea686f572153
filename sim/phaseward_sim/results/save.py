"""Writes a Result to a folder: CSV always, Parquet where pyarrow is installed, JSON, JUnit XML.

Columns carry their unit in the name. CSV rounds to the table's places, Parquet keeps float32.
The folder appears whole or not at all; a disk error raises ResultWriteError naming the file.
"""

import csv
import json
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np

from phaseward_sim.results import files, parquet
from phaseward_sim.results.errors import ResultWriteError
from phaseward_sim.results.folder import replaced_folder
from phaseward_sim.results.junit import junit_xml
from phaseward_sim.results.measurement import Measurement
from phaseward_sim.results.result import Result
from phaseward_sim.results.table import Table

_ROWS_AT_ONCE = 4096


def save(result: Result, folder: Path | str) -> Path:
    """Write `result` to `folder`, replacing an earlier result there; returns the folder."""
    folder = Path(folder)
    try:
        with replaced_folder(folder) as work:
            _write_all(result, work)
    except OSError as error:
        raise ResultWriteError(f"{error.filename or folder}: cannot be written "
                               f"({error.strerror})") from error
    return folder


def _write_all(result: Result, work: Path) -> None:
    for table in result.tables.values():
        stem = work / files.series_stem(table.spec.name)
        _write_series(table, stem.with_suffix(".csv"))
        if parquet.available():
            parquet.write(table, stem.with_suffix(".parquet"))
    for name, record in files.RECORDS.items():
        _write_records(record, getattr(result, name), work / f"{name}.csv")
    _write_json(_meta_dict(result), work / files.META)
    _write_json({"format": files.FORMAT, "passed": result.passed,
                 "measurements": [_measurement_dict(m) for m in result.measurements]},
                work / files.VERDICTS)
    (work / files.JUNIT).write_text(junit_xml(result), encoding="utf-8")


def _write_series(table: Table, path: Path) -> None:
    flat = table.values.reshape(table.rows, -1)
    line = "%.10g" + f",%.{table.spec.places()}f" * flat.shape[1] + "\n"
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join([files.TIME_COLUMN, *table.spec.columns()]) + "\n")
        for start in range(0, table.rows, _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            rows = np.column_stack([table.t_s[part], flat[part]]).tolist()
            out.write("".join([line % tuple(row) for row in rows]))


def _write_records(record: type, rows: list, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(files.field_types(record)))
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def _meta_dict(result: Result) -> dict:
    tables = [asdict(t.spec) for t in result.tables.values()]
    return {"format": files.FORMAT, "meta": asdict(result.meta), "tables": tables}


def _measurement_dict(m: Measurement) -> dict:
    return {**asdict(m), "value": _json_number(m.value), "margin": _json_number(m.margin),
            "passed": m.passed}


def _json_number(value: float | None) -> float | None:
    """JSON has no NaN: an unmeasured value is null."""
    return None if value is None or not math.isfinite(value) else float(value)


def _write_json(content: dict, path: Path) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
