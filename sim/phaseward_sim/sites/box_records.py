"""A box's records in the form of its protocol, read for `kept`, and made as a box would keep them.

    means    [[number, uptime_s, boot, [mV, mV, mV] or None, 0.01 %, [W by legs], [s held back]]]
    log      [[number, uptime_s, boot, time, kind, numbers, origin]], of which kind `event` counts:
             numbers phase and mV of its first minute, origin low or high
    quality  low_events, low_min, high_events, high_min: counters of each phase
Rows without voltage, or with a phase below 100 V (an outage), are left out.
Failure: SiteError naming key and row, for what no box keeps, and where too little is kept.
"""

from __future__ import annotations

import numpy as np

from phaseward.core.means import Means
from phaseward.core.probing import LEGS
from phaseward.core.quality import Quality
from phaseward.store import parameters as table

from .archetype import SiteError
from .kept import Event, Kept

TEN_S, MINUTE_S, TEN = 600, 60, 10
_LEAST_V, _MOST_V = 100.0, 400.0
_ORIGINS = ("low", "high")


def read(name: str, records: dict, legs: int) -> Kept:
    """The records of a box; name: file or port, for errors; legs: number of the legs' order."""
    means = [_mean(name, k, row) for k, row in enumerate(_part(name, records, "means", list))]
    if not any(u_v for _, _, u_v, _ in means):
        raise SiteError(f"{name}: means: no 10 minutes with voltages are kept yet; leave the box "
                        "on for a day at least, then pull again")
    _all_phases(name, means)
    whole = [row for row in means if row[2] and _LEAST_V <= min(row[2]) <= max(row[2]) <= _MOST_V]
    if not whole:
        raise SiteError(f"{name}: means: no row has all three phases between 100 and 400 V")
    own_w = np.array([row[3] for row in whole], float)
    by_phase = np.empty_like(own_w)
    by_phase[:, list(LEGS[legs])] = own_w
    return Kept(np.array([row[2] for row in whole]), by_phase,
                tuple(_events(name, records, [row[:2] for row in whole])))


def _part(name, records, key, kind):
    if not isinstance(records.get(key), kind):
        raise SiteError(f"{name}: {key}: missing; `phaseward pull` writes it")
    return records[key]


def _mean(name, k, row):
    """(boot, uptime_s, volts of three phases or None, W of three legs)."""
    try:
        _, uptime_s, boot, u_mv, _, legs_w, _ = row
        if u_mv is not None and len(u_mv) != 3 or len(legs_w) != 3:
            raise ValueError
        return (int(boot), int(uptime_s), u_mv and [float(mv) / 1e3 for mv in u_mv],
                [float(w) for w in legs_w])
    except (TypeError, ValueError):
        raise SiteError(f"{name}: means[{k}]: expected [number, uptime, boot, three mV or null, "
                        f"unbalance, three W, s held back], got {str(row)[:60]}") from None


def _all_phases(name, means) -> None:
    most = np.max([u_v for _, _, u_v, _ in means if u_v], axis=0)
    dead = [f"L{phase + 1}" for phase in range(3) if most[phase] < _LEAST_V]
    if dead:
        raise SiteError(f"{name}: means: {' and '.join(dead)} never had voltage: a balancer works "
                        "between three phases; is the meter connected to one phase only?")


def _events(name, records, whole):
    """Events of the log whose 10 minutes are kept."""
    quality = _part(name, records, "quality", dict)
    rows = {(boot, uptime_s): k for k, (boot, uptime_s) in enumerate(whole)}
    ends = {}
    for boot, uptime_s in whole:
        ends.setdefault(boot, []).append(uptime_s)
    for k, entry in enumerate(_part(name, records, "log", list)):
        try:
            if entry[4] != "event" or entry[6] not in _ORIGINS:
                continue
            uptime_s, boot, (phase, mv), origin = entry[1], entry[2], entry[5], entry[6]
            counts, minutes = quality[f"{origin}_events"], quality[f"{origin}_min"]
            lasts_min = minutes[phase - 1] / max(1, counts[phase - 1])
        except (LookupError, TypeError, ValueError):
            raise SiteError(f"{name}: log[{k}]: an event whose phase, voltage or counter in "
                            f"`quality` cannot be read: {str(entry)[:60]}") from None
        end = next((end for end in ends.get(boot, []) if 0 <= end - uptime_s < TEN_S), None)
        if end is not None:
            yield Event(rows[boot, end], boot * 2**32 + uptime_s // MINUTE_S, phase - 1, mv / 1e3,
                        max(1.0, lasts_min))


def kept_by_box(u_v, legs_w=None, boot: int = 1) -> dict:
    """means, log and quality of a box that has seen these 1-minute means (T, 3), registers of
    0.1 V, by the firmware's own counting; legs_w (T, 3): delivered by its stage."""
    quality, means = Quality(), Means()
    quality.configure(table.defaults())
    means.valid = True
    legs_w = np.zeros_like(u_v) if legs_w is None else legs_w
    told, log, counts = [], [], [0] * 6
    for minute, row in enumerate(u_v):
        means.u_mv[:] = [100 * round(10 * float(u)) for u in row]
        quality.minute(means)
        now, uptime_s = [*quality.low.count, *quality.high.count], MINUTE_S * (minute + 1)
        log += [[len(log) + n, uptime_s, boot, None, "event",
                 [place % 3 + 1, means.u_mv[place % 3]], _ORIGINS[place // 3]]
                for n, place in enumerate(p for p in range(6) if now[p] != counts[p])]
        counts = now
        if minute % TEN == TEN - 1:
            own_w = legs_w[minute + 1 - TEN : minute + 1].mean(axis=0)
            told.append([len(told), uptime_s, boot, list(quality.ten_mv),
                         quality.ten_unbalance_bp, [int(w // 1) for w in own_w], [0, 0, 0, 0]])
    return {"means": told, "log": log, "quality": {
        "low_events": list(quality.low.count), "low_min": list(quality.low.minutes),
        "high_events": list(quality.high.count), "high_min": list(quality.high.minutes)}}
