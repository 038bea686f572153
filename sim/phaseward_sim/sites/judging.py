"""What one run of a feeder is judged by, as plain numbers for the study's files.

PV trips are counted after the run: an inverter whose 1-minute mean exceeds 253 V (Un + 10 %,
RD 1699/2011 trips there after 1.5 s) is off until three minutes in a row are below. The voltage
that its absence would lower is left out, so lost energy is an upper bound, before and after alike.
Units: V, kWh, min. Failure: none.
"""

from __future__ import annotations

import numpy as np

from .measures import excess, induced, outcome, score, worsened_v

TRIP_V = 253.0
_BACK_MIN = 3


def judge(feeder, course, base_u, u_v) -> dict:
    """u_v, base_u: (T, buses, 3) 1-minute means with and without balancers."""
    found = outcome(feeder, u_v).as_dict()
    found["induced"] = induced(feeder, base_u, u_v)
    found["worsened_v"] = round(worsened_v(feeder, base_u, u_v), 3)
    found["neighbours"] = neighbours(feeder, u_v)
    found["pv_lost_kwh"] = round(pv_lost_kwh(course, u_v), 3)
    return found


def neighbours(feeder, u_v) -> float:
    """Meter-minutes outside at buses without a balancer."""
    beyond = excess(u_v) > 0
    here = [place.bus for place in feeder.places]
    single, triple = feeder.single.copy(), feeder.triple.copy()
    single[here], triple[here] = 0.0, 0.0
    return float((beyond * single).sum() + beyond.any(axis=-1).sum(axis=0) @ triple)


def pv_lost_kwh(course, u_v) -> float:
    """Energy that inverters would not feed in while tripped."""
    u = u_v.reshape(len(u_v), -1)[:, course.pv_port]
    lost_w = np.where(tripped(u > TRIP_V), course.pv_w, 0.0)
    return float(lost_w.sum() / 60e3)


def tripped(high) -> np.ndarray:
    """(T, n) off or not; high (T, n): mean above the trip value in that minute."""
    off, calm = np.zeros_like(high), np.full(high.shape[1], _BACK_MIN)
    for minute in range(len(high)):
        calm = np.where(high[minute], 0, calm + 1)
        off[minute] = calm < _BACK_MIN
    return off


def runs(feeder, loop, ran) -> list[dict]:
    """`judge` for every row of a closed loop, with what the units did."""
    out = []
    for k, row in enumerate(loop.rows):
        base_u = np.abs(loop.base[row.course]).reshape(loop.minutes, -1, 3)
        found = judge(feeder, loop.courses[row.course], base_u, ran.u_v[k])
        found |= {"moved_kwh": round(float(ran.moved_kwh[k].sum()), 3),
                  "kvarh": round(float(ran.var_kvarh[k].sum()), 3),
                  "loss_kwh": round(float(ran.loss_kwh[k].sum()), 3)}
        out.append(found)
    return out


def without(feeder, course, base_v) -> dict:
    """The same of the feeder without balancers."""
    u = np.abs(base_v).reshape(len(base_v), -1, 3)
    found = judge(feeder, course, u, u)
    count, _ = score(feeder, u)
    return found | {"minutes_with_any": int((count > 0).sum()),
                    "pv_kwh": round(float(course.pv_w.sum() / 60e3), 1)}
