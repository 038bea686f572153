"""Refuses profiles with gaps: a missing value is named, never filled in silently.

Failure: ImportFailed naming the source, the profile and the first time without a value.
"""

from __future__ import annotations

import numpy as np

from ..grids.excerpt import Profiles
from .errors import ImportFailed


def refuse_gaps(profiles: Profiles, used: set[str] | None = None) -> Profiles:
    """`profiles` itself, if every value of the used columns is a number."""
    for name, values in profiles.columns.items():
        if used is None or name in used:
            _refuse(profiles, name, values)
    return profiles


def _refuse(profiles: Profiles, name: str, values) -> None:
    holes = np.flatnonzero(~np.isfinite(values))
    if len(holes):
        when = profiles.times[holes[0]].isoformat(" ", "minutes")
        raise ImportFailed(f"{profiles.path}: profile {name!r} has {len(holes)} gaps, the first "
                           f"at {when}: fill them, or leave the profile out")


def in_order(profiles: Profiles) -> Profiles:
    """Without the rows that go back in time: the hour that a clock change in autumn repeats.

    The hour that is lost in spring stays a gap; a run that needs it is refused by name.
    """
    seconds = np.array([(t - profiles.times[0]).total_seconds() for t in profiles.times])
    latest = np.maximum.accumulate(seconds)
    kept = np.flatnonzero(np.append(True, seconds[1:] > latest[:-1]))
    return Profiles([profiles.times[i] for i in kept],
                    {name: values[kept] for name, values in profiles.columns.items()},
                    profiles.step_s, profiles.path)
