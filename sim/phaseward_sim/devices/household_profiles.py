"""Finer household profiles out of 15-minute means, with each interval's energy kept exactly.

Two steps, both per column:
1. `interpolated`: straight lines through the middles of the intervals, then each interval is
   scaled so that its mean is again the given one. Nothing is added.
2. `with_switching`: bursts are added, as of kettles, hobs and washing machines, and their mean
   is taken off again within the same interval: zero-mean in every interval, so its energy does
   not change while its peaks do. Each column has its own seeded on/off pattern (mean burst
   `burst_s`, on for the share `duty` of the time). A burst is at most `burst_w` high, and
   all bursts of an interval together take at most `share` of its energy.
The pattern is invented: it gives minute-scale unrest of plausible size, not a measured one.
Units: W, s. Failure: negative powers (generation) and steps that do not divide: ValueError.
"""

from __future__ import annotations

import numpy as np


def interpolated(means_w, interval_s: float, step_s: float):
    """Table (T*k, m) of `step_s` out of interval means (T, m), each interval's mean kept."""
    means_w = _checked(means_w)
    per = _steps_per_interval(interval_s, step_s)
    middles = np.arange(len(means_w)) + 0.5
    fine = (np.arange(len(means_w) * per) + 0.5) / per
    lines = np.stack([np.interp(fine, middles, column) for column in means_w.T], axis=1)
    return _rescaled(lines, means_w, per)


def with_switching(means_w, interval_s: float, step_s: float, seed: int, share: float = 0.6,
                   duty: float = 0.15, burst_s: float = 180.0, burst_w: float = 2500.0):
    """Interpolated table with seeded bursts, shape (T*k, m); see the module's comment.

    share: largest part of an interval's energy drawn in bursts, 0..1. burst_w: height of a
    burst over the power beside it (a kettle, a hob plate).
    """
    if not 0.0 <= share <= 1.0 or not 0.0 < duty < 1.0:
        raise ValueError(f"switching: share {share} outside 0..1 or duty {duty} outside (0, 1)")
    lines = interpolated(means_w, interval_s, step_s)
    per = _steps_per_interval(interval_s, step_s)
    columns = lines.shape[1]
    pulses = np.stack([_bursts(len(lines), step_s, duty, burst_s, (seed, column))
                       for column in range(columns)], axis=1)
    return _with_bursts(lines.reshape(-1, per, columns), pulses.reshape(-1, per, columns),
                        share, burst_w).reshape(-1, columns)


def _with_bursts(lines, pulses, share: float, burst_w: float):
    """Add zero-mean bursts to each interval; arrays (T, k, m)."""
    on = pulses.mean(axis=1, keepdims=True)
    partly = (on > 0) & (on < 1)
    by_energy = share * lines.min(axis=1, keepdims=True) / np.where(partly, on, 1.0)
    height = np.where(partly, np.minimum(by_energy, burst_w), 0.0)
    return lines + height * (pulses - on)


def _checked(means_w):
    means_w = np.atleast_2d(np.asarray(means_w, float))
    if (means_w < 0).any() or not np.isfinite(means_w).all():
        row, column = np.argwhere(~(means_w >= 0))[0]
        raise ValueError(f"household profile: row {row}, column {column}: {means_w[row, column]} "
                         "W; consumption must be a number >= 0")
    return means_w


def _steps_per_interval(interval_s: float, step_s: float) -> int:
    per = round(interval_s / step_s)
    if per < 1 or abs(per * step_s - interval_s) > 1e-9:
        raise ValueError(f"step {step_s} s does not divide the interval {interval_s} s")
    return per


def _rescaled(table, means_w, per: int):
    """Scale every interval to its given mean (an interval that came out empty gets it evenly)."""
    blocks = table.reshape(len(means_w), per, -1)
    got = blocks.mean(axis=1, keepdims=True)
    wanted = means_w[:, None, :]
    scaled = np.where(got > 0, blocks * wanted / np.where(got > 0, got, 1.0), wanted)
    return scaled.reshape(len(means_w) * per, -1)


def _bursts(steps: int, step_s: float, duty: float, burst_s: float, seed) -> np.ndarray:
    """0/1 pattern of exponentially distributed on and off times."""
    rng = np.random.default_rng(seed)
    off_s = burst_s * (1.0 - duty) / duty
    count = int(steps * step_s / (burst_s + off_s) * 2) + 20
    lengths = np.empty(2 * count)
    lengths[0::2] = rng.exponential(off_s, count)
    lengths[1::2] = rng.exponential(burst_s, count)
    edges = np.cumsum(lengths)
    times = (np.arange(steps) + rng.random()) * step_s
    return (np.searchsorted(edges, times) % 2).astype(float)
