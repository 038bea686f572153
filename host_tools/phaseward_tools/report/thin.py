"""Thins long series for plotting without losing an extreme.

The series is cut into equal buckets; of each bucket the first row and the rows of every
column's minimum and maximum stay. What is drawn then touches the same highest and lowest
values at the same times as the whole series.
"""

import numpy as np

BUCKETS = 260


def thin_rows(values: np.ndarray, buckets: int = BUCKETS) -> np.ndarray:
    """Rows to keep of values (rows,) or (rows, columns), ascending, first and last included.

    Rows that are not a number are passed over when looking for extremes.
    """
    values = values.reshape(len(values), -1)
    rows = len(values)
    if rows <= buckets * 3:
        return np.arange(rows)
    edges = np.linspace(0, rows, buckets + 1).astype(int)
    keep = [edges[:-1], [rows - 1]]
    missing = np.isnan(values)
    low, high = np.where(missing, np.inf, values), np.where(missing, -np.inf, values)
    for start, end in zip(edges[:-1], edges[1:], strict=True):
        keep.append(start + low[start:end].argmin(axis=0))
        keep.append(start + high[start:end].argmax(axis=0))
    return np.unique(np.concatenate(keep))
