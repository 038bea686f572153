"""What can end a study; finished runs are kept in every case."""

from __future__ import annotations


class StudyError(ValueError):
    """A study file cannot be used; the text reads `file:line: key: what was expected`."""


class ClusterLost(RuntimeError):
    """The Dask cluster went away; the text says how much is done and how to go on."""


class StudyStopped(Exception):
    """Ctrl-C; the text says how much is done and how to go on."""


class RunsFailed(RuntimeError):
    """All runs were tried, some broke off; the text names them."""
