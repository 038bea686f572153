"""How good a rating is that was found from a box's own records alone.

One seed of a site is one place with its customers: their days without a balancer, and the same
days with a unit that works, are kept as the firmware keeps them; the rating that these records ask
for then runs in the closed loop on the same days. Beside it: the rating by all 1-minute means of
the node, and the one that the tool finds with the feeder's model. Units: kVA, shares of 1.
Failure: as sizing and closed_loop; None where no rating is enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import box_records, kept, records, sizing
from .archetype import SiteError
from .closed_loop import ClosedLoop, Row, base_voltages
from .course import draw
from .feeder import with_units
from .laws import boxes
from .measures import score

_UNIT_KVA = 10.0


@dataclass(frozen=True)
class Found:
    """kVA by all minutes, by 10-minute means, by both kinds of records (without a unit, and with
    one of present_kva at work), by the feeder's model; saved: {kVA: (share of the feeder's
    meter-minutes, share of the node's bad minutes)} in the closed loop."""

    bad_min: int
    minutes: float | None
    means: float | None
    records: float | None
    present_kva: float
    working: float | None
    model: float | None
    saved: dict


def check(feeder, seed: int, days: int, wanted: float) -> Found:
    """One seed at the feeder's last place. SiteError where the node is never outside."""
    place = feeder.places[-1]
    made = with_units(feeder, [(feeder.buses[place.bus], _UNIT_KVA)])
    told = records.Found(place.k_mv_kw, place.angle_deg, place.kq_mv_kvar)
    course = draw(made, seed, days)
    base = base_voltages(made, course)
    node = np.abs(base).reshape(course.minutes, -1, 3)[:, place.bus]
    idle = kept.advise(_kept(node), told, wanted)
    size = idle.size.kva
    after = _run(made, course, base, [place.kva, size, *filter(None, [kept.next_size(size)])])
    ran = after.pop("ran")
    working = _kept(ran.u_v[0][:, place.bus], ran.p_w[0][:, 0])
    return Found(int(records.outside(node).sum()), _kva(records.advise, node, told, wanted),
                 idle.by_means, size, place.kva,
                 _kva(lambda: kept.advise(working, told, wanted).size),
                 _kva(sizing.at_places, made, [course], wanted), after)


def _kept(u_v, own_w=None) -> kept.Kept:
    return box_records.read("the box", box_records.kept_by_box(u_v, own_w), 0)


def trial(feeder, seed: int, days: int, wanted: float) -> tuple[int, int] | None:
    """By how many sizes of the list the 10-minute means alone, and the records, are off the
    rating by all 1-minute means, without a closed loop; None where no rating tells."""
    place = feeder.places[-1]
    told = records.Found(place.k_mv_kw, place.angle_deg, place.kq_mv_kvar)
    course = draw(feeder, seed, days)
    node = np.abs(base_voltages(feeder, course)).reshape(course.minutes, -1, 3)[:, place.bus]
    right = _kva(records.advise, node, told, wanted)
    if right is None:
        return None
    found = kept.advise(_kept(node), told, wanted)
    place_of = sizing.RATINGS_KVA.index
    means = place_of(found.by_means) if found.by_means else -1
    return means - place_of(right), place_of(found.size.kva) - place_of(right)


def _kva(find, *words) -> float | None:
    try:
        return find(*words).kva
    except SiteError:
        return None


def _run(made, course, base, ratings) -> dict:
    """{kVA: (saved of the meters', of the node's minutes)}, and `ran`."""
    rows = [Row(0, kva / _UNIT_KVA) for kva in ratings]
    ran = ClosedLoop(made, [course], [(boxes(made, rows), rows)], [base]).run()
    bus = made.places[0].bus
    u = np.abs(base).reshape(1, course.minutes, -1, 3)
    before = score(made, u)[0].sum(), records.outside(u[0, :, bus]).sum()
    found = {"ran": ran}
    for kva, after in zip(ratings, ran.u_v, strict=True):
        left = score(made, after)[0].sum(), records.outside(after[:, bus]).sum()
        found[kva] = tuple(1.0 - a / b for a, b in zip(left, before, strict=True))
    return found
