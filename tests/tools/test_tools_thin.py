"""Thinning a series for plotting keeps its extremes and its ends."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from phaseward_tools.report.thin import thin_rows

VALUES = arrays.arrays(np.float32, st.tuples(st.integers(1, 400), st.integers(1, 3)),
                       elements=st.floats(-1e6, 1e6, width=32))


@given(VALUES)
def test_every_bucket_keeps_its_highest_and_lowest_value(values):
    rows = thin_rows(values, buckets=10)
    edges = np.linspace(0, len(values), 11).astype(int)
    kept = values[rows]
    for start, end in zip(edges[:-1], edges[1:], strict=True):
        if end > start and len(values) > 30:
            inside = kept[(rows >= start) & (rows < end)]
            np.testing.assert_array_equal(inside.max(axis=0), values[start:end].max(axis=0))
            np.testing.assert_array_equal(inside.min(axis=0), values[start:end].min(axis=0))


@given(VALUES)
def test_rows_ascend_and_hold_both_ends(values):
    rows = thin_rows(values, buckets=10)
    assert rows[0] == 0 and rows[-1] == len(values) - 1
    assert np.all(np.diff(rows) > 0)
    assert len(rows) <= max(30, 10 * (1 + 2 * values.shape[1]) + 1)


def test_a_single_spike_among_a_million_values_survives():
    values = np.zeros(1_000_000, dtype=np.float32)
    values[777_777] = 5.0
    rows = thin_rows(values)
    assert 777_777 in rows
    assert len(rows) < 1000


def test_missing_values_do_not_hide_an_extreme():
    values = np.full(1000, np.nan, dtype=np.float32)
    values[501], values[502] = 3.0, -3.0
    assert {501, 502} <= set(thin_rows(values, buckets=4))
