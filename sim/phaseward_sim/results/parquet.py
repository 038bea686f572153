"""Parquet files of a table, if pyarrow is installed (extra `study`); CSV is always there."""

import importlib.util
from pathlib import Path

import numpy as np

from phaseward_sim.results import files
from phaseward_sim.results.table import Table, TableSpec


def available() -> bool:
    return importlib.util.find_spec("pyarrow") is not None


def write(table: Table, path: Path) -> None:
    """One float32 column per item and part, and `t_s` in float64."""
    import pyarrow
    from pyarrow import parquet

    flat = table.values.reshape(table.rows, -1)
    columns = {files.TIME_COLUMN: table.t_s}
    columns.update(zip(table.spec.columns(), np.ascontiguousarray(flat.T), strict=True))
    parquet.write_table(pyarrow.table(columns), path)


def read(spec: TableSpec, path: Path) -> Table:
    """Raises KeyError for a missing column, pyarrow's errors for a damaged file."""
    from pyarrow import parquet

    content = parquet.read_table(path)
    t_s = content[files.TIME_COLUMN].to_numpy()
    flat = [content[name].to_numpy() for name in spec.columns()]
    return Table.filled(spec, t_s, np.stack(flat, axis=1) if flat else np.empty((len(t_s), 0)))
