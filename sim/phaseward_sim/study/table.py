"""The results table of a study: a row per run, as CSV, and as Parquet where pyarrow is there.

Columns: variant, the swept values by their path, seed, one per measurement (the unit is in its
name), state (`done` or `missing`), wall_s, and the hash the run's file is named by.
"""

from __future__ import annotations

import csv
from pathlib import Path

from ..results import parquet
from .plan import Plan
from .store import Store


def rows(plan: Plan, store: Store) -> list[dict]:
    """All rows, done or not."""
    return [_row(plan, run, store.read(run)) for run in plan.runs]


def _row(plan, run, outcome) -> dict:
    found = (outcome or {}).get("measurements", {})
    return {"variant": run.variant, **{label: _plain(value) for label, value in run.point},
            "seed": run.seed, **{key: found.get(key) for key in plan.study.measure},
            "state": "missing" if outcome is None else "done",
            "wall_s": (outcome or {}).get("wall_s"), "run": run.digest}


def _plain(value):
    return value if isinstance(value, (int, float, str, bool)) else str(value)


def write(table: list[dict], folder: Path) -> list[Path]:
    """`runs.csv`, and `runs.parquet` if pyarrow is installed; the paths written."""
    path = folder / "runs.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    if not parquet.available():
        return [path]
    import pyarrow
    from pyarrow import parquet as files

    files.write_table(pyarrow.Table.from_pylist(table), path.with_suffix(".parquet"))
    return [path, path.with_suffix(".parquet")]
