"""The rating that a box's own records ask for, without any network model.

The records are voltages at the box's node, one row per mean (a minute; with 10-minute means short
excursions are lost and the answer is too small), and what probing found there: k, angle, k_q. For
each row outside 213.9 ... 246.1 V the law's own arithmetic (core/transfer.py, docs/BALANCER.md)
says which transfer and reactive power a unit of some rating would use, and where the phases would
then be. Other customers' voltages are not in the records: the reduction is that of the node.
Units: V, W, var, mV/kW. Failure: SiteError naming the file, the line and what was expected.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..devices.stage_limits import limited, neutral_current
from .archetype import SiteError
from .measures import HIGH_V, LOW_V
from .sizing import RATINGS_KVA, Size

_COLUMN = re.compile(r"(?:(.*)_)?u_l([123])_v")
_ROOT3 = 3.0**0.5
NOTHING = ("no row of these records leaves 213.9 ... 246.1 V; there is nothing to size a balancer "
           "for")


@dataclass(frozen=True)
class Found:
    """What probing found at the node; margin_v as the law's pb_margin_mv."""

    k_mv_kw: float
    angle_deg: float = 0.0
    kq_mv_kvar: float = 150.0
    margin_v: float = 8.0


def read(path: Path, bus: str | None = None) -> np.ndarray:
    """(T, 3) volts from the columns u_l1_v, u_l2_v, u_l3_v, or NAME_u_l1_v ... of one bus."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
    except OSError as err:
        raise SiteError(f"{path}: cannot be read: {err.strerror}") from None
    columns = _columns(path, rows[0] if rows else [], bus)
    out = np.empty((len(rows) - 1, 3))
    for k, row in enumerate(rows[1:]):
        try:
            out[k] = [float(row[column]) for column in columns]
        except (ValueError, IndexError):
            raise SiteError(f"{path}:{k + 2}: expected three voltages in V, got "
                            f"{row[:6]}") from None
    if len(out) == 0:
        raise SiteError(f"{path}: no row after the header")
    bad = np.flatnonzero(~((out > 100) & (out < 400)).all(axis=1))
    if len(bad):
        raise SiteError(f"{path}:{bad[0] + 2}: {out[bad[0]].tolist()} V: expected "
                        "phase-to-neutral voltages between 100 and 400 V")
    return out


def _columns(path, header, bus) -> list[int]:
    found: dict[str, dict[str, int]] = {}
    for k, name in enumerate(header):
        match = _COLUMN.fullmatch(name.strip())
        if match:
            found.setdefault(match[1] or "", {})[match[2]] = k
    whole = {name: by for name, by in found.items() if len(by) == 3}
    if bus is not None:
        whole = {name: by for name, by in whole.items() if name in (bus, f"bus_{bus}")}
    if len(whole) == 1:
        by = next(iter(whole.values()))
        return [by[phase] for phase in "123"]
    if not whole:
        raise SiteError(f"{path}:1: expected columns u_l1_v, u_l2_v, u_l3_v"
                        f"{f' of {bus}' if bus else ''}, got {', '.join(header[:6]) or 'nothing'}")
    raise SiteError(f"{path}:1: voltages of several buses ({', '.join(list(whole)[:5])}); "
                    "name one with --bus")


def effect(p_w, found: Found) -> np.ndarray:
    """(n, 3) volts that transfers (n, 3) make at the node, docs/BALANCER.md."""
    a = np.radians(found.angle_deg)
    turned = np.roll(p_w, -1, axis=1) - np.roll(p_w, 1, axis=1)
    return found.k_mv_kw * 1e-6 * (np.cos(a) * p_w - np.sin(a) * turned / _ROOT3)


def wanted_transfer(u_v, found: Found) -> np.ndarray:
    """(n, 3) W that bring voltages (n, 3) into the band inset by the margin, sum unchanged."""
    low, high = LOW_V + found.margin_v, HIGH_V - found.margin_v
    total = u_v.sum(axis=1)
    below, above = low - u_v.max(axis=1), high - u_v.min(axis=1)
    for _ in range(40):
        shift = (below + above) / 2
        sums = np.clip(u_v + shift[:, None], low, high).sum(axis=1)
        below, above = np.where(sums > total, below, shift), np.where(sums > total, shift, above)
    x = np.clip(u_v + below[:, None], low, high)
    mean = u_v.mean(axis=1, keepdims=True)
    d = np.where((mean >= low) & (mean <= high), x, mean) - u_v
    a = np.radians(found.angle_deg)
    turned = np.roll(d, -1, axis=1) - np.roll(d, 1, axis=1)
    return (np.cos(a) * d + np.sin(a) * turned / _ROOT3) / (found.k_mv_kw * 1e-6)


def with_unit(u_v, found: Found, kva: float, neutral: float = 1.0):
    """((n, 3) voltages with a unit, (n,) whether its neutral leg is full)."""
    n = len(u_v)
    rated = np.full(n, 1e3 * kva)
    leg, none = rated / 690.0, np.zeros((n, 3))
    p, _, _, _ = limited(wanted_transfer(u_v, found), none, u_v, leg, leg * neutral, rated)
    u = u_v + effect(p, found)
    up = np.maximum(LOW_V + found.margin_v - u.min(axis=1), 0.0)
    down = np.maximum(u.max(axis=1) - (HIGH_V - found.margin_v), 0.0)
    want_v = (up - down) * np.where((up > 0) & (down > 0), 0.5, 1.0)
    room = np.sqrt(np.maximum((rated / 3.0) ** 2 - (p**2).max(axis=1), 0.0))
    slope = max(found.kq_mv_kvar, 1e-9) * 1e-6
    q = np.clip(want_v / slope, -room, room)
    full = neutral_current(p, 0.0 * p, u_v) > 0.97 * leg * neutral
    return u + (q * slope)[:, None], full


def outside(u_v) -> np.ndarray:
    """(n,) whether a phase leaves the band."""
    return ((u_v < LOW_V) | (u_v > HIGH_V)).any(axis=1)


def cured(bad_v, weight, found: Found, kva: float, neutral: float = 1.0) -> tuple[float, float]:
    """(share of the weight inside with such a unit, share with its neutral leg full)."""
    u, full = with_unit(bad_v, found, kva, neutral)
    part = weight / weight.sum()
    return 1.0 - float(part[outside(u)].sum()), float(part[full].sum())


def least(bad_v, weight, found: Found, wanted: float, neutral: float = 1.0) -> Size:
    """The least of RATINGS_KVA that keeps the wanted share of the weight (n,) inside."""
    for kva in RATINGS_KVA:
        share, full = cured(bad_v, weight, found, kva, neutral)
        if share >= wanted:
            return Size("the box", kva, neutral, share, None, full)
    raise SiteError(f"{RATINGS_KVA[-1]:g} kVA keep {100 * share:.0f} % of the {len(bad_v)} bad "
                    f"rows inside, {100 * wanted:.0f} % are wanted: the mean of the phases is out "
                    "too often, or k is too small here; look nearer to the end of the feeder")


def advise(u_v, found: Found, wanted: float, neutral: float = 1.0) -> Size:
    """The least of RATINGS_KVA that keeps the wanted share of bad rows inside."""
    bad = u_v[outside(u_v)]
    if not len(bad):
        raise SiteError(NOTHING)
    return least(bad, np.ones(len(bad)), found, wanted, neutral)
