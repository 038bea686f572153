"""The version of the sources as this process knows them: read once, at the first call."""

from __future__ import annotations

from functools import cache

from .. import results


@cache
def source_version() -> str:
    """As `results.source_version`, from the time of the first call."""
    return results.source_version()
