"""A box's records on one time axis: seconds since the oldest of them. Units: V, W, %, s.

Entries of boots that nothing else is known of are left out; those before the last boot stand as
late as they can have been.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from phaseward_tools.field.logbook import Entry, made_of
from phaseward_tools.field.records import parameters_of, times_of
from phaseward_tools.link.parameters import Parameter

INTERVAL_S = 600
_LONGEST_STEP_S = 1.5 * INTERVAL_S
_PHASES = 3
_LOADS = 4


@dataclass(frozen=True)
class Series:
    """t_s (n,): ends of the 10 minutes; u_v, transfer_w (n, 3); unbalance_pct (n,);
    blocked_s (n, 4). NaN where the box had no voltage, and a row of NaN in each gap.

    log: (t_s, entry), ascending. parameters, values: by id. sure_from_s: what lies before stands
    only approximately
    """

    start: datetime
    end_s: float
    sure_from_s: float
    t_s: np.ndarray
    u_v: np.ndarray
    unbalance_pct: np.ndarray
    transfer_w: np.ndarray
    blocked_s: np.ndarray
    log: list[tuple[float, Entry]]
    parameters: dict[str, Parameter]
    values: dict


def series_of(records: dict) -> Series:
    times, pulled = times_of(records), datetime.fromisoformat(records["pulled_at"])
    entries = [e for e in made_of(records["log"], times) if e.moment]
    means = [(times.of(row[2], row[1]), row) for row in records["means"]]
    means = [(moment.at, row) for moment, row in means if moment]
    start = min([e.moment.at for e in entries] + [at for at, _ in means] + [pulled])
    rows = _with_gaps([((at - start).total_seconds(), row) for at, row in means])
    parameters, values = parameters_of(records)
    sure = [e.moment.at for e in entries if e.moment.sure]
    return Series(start, (pulled - start).total_seconds(),
                  (min(sure, default=pulled) - start).total_seconds(), *_arrays(rows),
                  [((e.moment.at - start).total_seconds(), e) for e in entries], parameters,
                  values)


def _with_gaps(rows: list[tuple[float, list | None]]) -> list[tuple[float, list | None]]:
    """A row of None where 10 minutes or more are missing, so that no line crosses it."""
    found: list[tuple[float, list | None]] = []
    for t_s, row in rows:
        if found and t_s - found[-1][0] > _LONGEST_STEP_S:
            found.append((found[-1][0] + INTERVAL_S, None))
        found.append((t_s, row))
    return found


def _arrays(rows):
    n = len(rows)
    t_s = np.array([t for t, _ in rows], float)
    u_v, transfer_w = np.full((n, _PHASES), np.nan), np.full((n, _PHASES), np.nan)
    unbalance, blocked_s = np.full(n, np.nan), np.zeros((n, _LOADS))
    for i, (_, row) in enumerate(rows):
        if row is None:
            continue
        _, _, _, u_mv, unbalance_bp, moved_w, held_s = row
        if u_mv is not None:
            u_v[i] = np.array(u_mv) / 1000
        unbalance[i] = unbalance_bp / 100 if unbalance_bp >= 0 else np.nan
        transfer_w[i] = moved_w
        blocked_s[i] = held_s
    return t_s, u_v, unbalance, transfer_w, blocked_s
