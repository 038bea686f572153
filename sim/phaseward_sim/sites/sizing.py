"""From a wanted reduction to a rating: which unit at which node of a feeder, by how much of it.

Candidates come from the omniscient optimum of drawn minutes, an upper bound, less what the law
lost against it in the study. The best node's rating is then checked in the closed
loop with the box's own law, and raised until the law itself reaches the wanted reduction.
Units: kVA, shares. Failure: SiteError where no rating of the list is enough or nothing is amiss.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from phaseward.store import parameters as table

from . import laws, measures, optimum
from .archetype import SiteError
from .closed_loop import ClosedLoop, Row, base_voltages
from .feeder import with_units

RATINGS_KVA = (5.0, 7.5, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 80.0)
NEUTRALS = (1.0, 1.5, 3.0)
# pb_margin_mv: its default; wider where other meters lie farther out than the unit's node shows.
MARGINS_MV = (table.defaults()["pb_margin_mv"], 12000)
MARGIN_WORTH = 0.005  # of the trouble: so much more the wider must save, for it moves more energy
MINUTES = 400  # drawn for the estimate, of those with trouble
LAW_LOSS = 0.2  # the law loses about so much of what the optimum leaves, docs/STUDY_BALANCER.md
_NODES = 6


@dataclass(frozen=True)
class Size:
    """One answer: a unit at a bus. estimated, checked: reductions (0 ... 1; checked None where
    it was not simulated); bound: share of the troubled minutes in which the neutral leg binds;
    worst: the lowest reduction of any one course, as simulated; margin_mv: to set in the box,
    where simulated."""

    bus: str
    kva: float
    neutral: float
    estimated: float
    checked: float | None
    bound: float
    worst: float | None = None
    margin_mv: int | None = None


@dataclass(frozen=True)
class Case:
    """Courses of a feeder with what they are without balancers."""

    courses: list
    base: list

    @staticmethod
    def of(feeder, courses) -> Case:
        """Solve the courses without balancers."""
        return Case(courses, [base_voltages(feeder, course) for course in courses])


def nodes(feeder, most: int = _NODES) -> list[str]:
    """Buses worth a look: spread over the last two thirds of the way to the farthest meter."""
    served = (feeder.single.sum(axis=1) + feeder.triple) > 0
    far = feeder.distance_m[served].max()
    fit = [k for k in np.argsort(feeder.distance_m) if feeder.distance_m[k] >= 0.34 * far]
    pick = np.unique(np.linspace(0, len(fit) - 1, most).round().astype(int))
    return [feeder.buses[fit[k]] for k in pick]


def drawn(feeder, case: Case, seed: int = 0):
    """(course, base) of MINUTES minutes with trouble from all courses; SiteError without any."""
    rng = np.random.default_rng(seed)
    found = []
    for k, base in enumerate(case.base):
        u = np.abs(base).reshape(len(base), -1, 3)
        found += [(k, t) for t in np.flatnonzero(measures.score(feeder, u)[0] > 0)]
    if not found:
        raise SiteError(f"{feeder.name}: no meter leaves 213.9 ... 246.1 V in these days; there "
                        "is nothing to size a balancer for")
    rows = [found[k] for k in rng.permutation(len(found))[:MINUTES]]
    one = case.courses[0]
    parts = [case.courses[k].part(t, t + 1) for k, t in rows]
    course = replace(one, **{name: np.concatenate([getattr(part, name) for part in parts])
                             for name in ("p_w", "q_var", "source_pu", "pv_w")})
    return course, np.array([case.base[k][t] for k, t in rows])


def estimate(feeder, course, base, kva: float, neutral: float) -> tuple[float, float]:
    """(reduction of meter-minutes by the optimum, share of minutes with the neutral leg full) of
    the feeder's own units, all rated kva."""
    units = [(feeder.buses[place.bus], kva) for place in feeder.places]
    made = with_units(feeder, units)
    search = optimum.Search(made, course, base, neutral=neutral)
    best = search.best()
    before, _ = measures.score(made, np.abs(base).reshape(len(base), -1, 3))
    after, _ = measures.score(made, best.u_v)
    u = best.u_v.reshape(len(best.at), -1)[:, search.ports[0]]
    flow = optimum.neutral_current(best.p_w[:, 0], 0.0 * best.p_w[:, 0], u)
    full = flow > 0.97 * search.neutral_a[0]
    return float(1.0 - after.sum() / before.sum()), float(full.mean())


def least_rating(feeder, course, base, wanted: float, neutral: float = 1.0) -> Size | None:
    """The smallest of RATINGS_KVA whose estimate reaches `wanted`; None where none does."""
    low, high, found = 0, len(RATINGS_KVA), {}
    while low < high:
        middle = (low + high) // 2
        found[middle] = estimate(feeder, course, base, RATINGS_KVA[middle], neutral)
        enough = _of_law(found[middle][0]) >= wanted
        low, high = (low, middle) if enough else (middle + 1, high)
    if low == len(RATINGS_KVA):
        return None
    best, bound = found[low]
    bus = "+".join(feeder.buses[place.bus] for place in feeder.places)
    return Size(bus, RATINGS_KVA[low], neutral, _of_law(best), None, bound)


def _of_law(best: float) -> float:
    """What the law will make of the optimum's reduction."""
    return best - LAW_LOSS * (1.0 - best)


def check(feeder, case: Case, size: Size) -> Size:
    """The reduction that the box's law reaches in the closed loop with this unit, with the
    margin that `margins` would give it."""
    made = with_units(feeder, [(bus, size.kva) for bus in size.bus.split("+")])
    before, after = _minutes(made, case, [1.0], size.neutral)
    best = _worth(before, after[:, 0])
    left = after[best, 0]
    each = 1.0 - left[before > 0] / before[before > 0]
    return replace(size, checked=float(1.0 - left.sum() / before.sum()), worst=float(each.min()),
                   margin_mv=MARGINS_MV[best])


def margins(feeder, case: Case, scales) -> dict[float, int]:
    """For each scale of the feeder's own units: pb_margin_mv that fits these courses. The wider
    one only where it saves more of the trouble in the closed loop."""
    before, after = _minutes(feeder, case, scales, 1.0)
    return {scale: MARGINS_MV[_worth(before, after[:, k])] for k, scale in enumerate(scales)}


def _worth(before, after) -> int:
    """Index of the margin; before (courses,), after (margins, courses): meter-minutes."""
    left = after.sum(axis=1)
    return int(left[0] - left[1] > MARGIN_WORTH * before.sum())


def _minutes(feeder, case: Case, scales, neutral: float):
    """Meter-minutes without units (courses,) and with them (margins, scales, courses)."""
    rows = [Row(k, scale, neutral, margin_mv) for margin_mv in MARGINS_MV for scale in scales
            for k in range(len(case.courses))]
    ran = ClosedLoop(feeder, case.courses, [(laws.boxes(feeder, rows), rows)], case.base).run()
    before = [measures.score(feeder, np.abs(base).reshape(len(base), -1, 3))[0].sum()
              for base in case.base]
    after = [measures.score(feeder, u)[0].sum() for u in ran.u_v]
    return np.array(before), np.reshape(after, (len(MARGINS_MV), len(scales), -1))


def verified(feeder, case: Case, size: Size, wanted: float, every: float = 0.0) -> Size:
    """`size`, raised step by step until the closed loop reaches `wanted` over all courses, and
    `every` on each of them."""
    for kva in [r for r in RATINGS_KVA if r >= size.kva]:
        size = check(feeder, case, replace(size, kva=kva))
        if size.checked >= wanted and size.worst >= every:
            return size
    raise SiteError(f"{feeder.name}: {RATINGS_KVA[-1]:g} kVA at {size.bus} reach "
                    f"{100 * size.checked:.0f} %, on the worst day {100 * size.worst:.0f} %; "
                    f"{100 * wanted:.0f} % are wanted{' on each' if every else ''}; ask for less, "
                    "or place several units")


def at_places(feeder, courses, wanted: float, neutral: float = 1.0, every: float = 0.0,
              reserve: int = 0) -> Size:
    """The rating for the feeder's own places, verified; so many sizes more in reserve, because
    who has PV or a car will not stay as it is."""
    case = Case.of(feeder, courses)
    size = least_rating(feeder, *drawn(feeder, case), wanted, neutral)
    if size is None:
        raise SiteError(_too_much(feeder, wanted))
    size = verified(feeder, case, size, wanted, every)
    place = min(RATINGS_KVA.index(size.kva) + reserve, len(RATINGS_KVA) - 1)
    return check(feeder, case, replace(size, kva=RATINGS_KVA[place])) if reserve else size


def advise(feeder, courses, wanted: float, tell=None) -> list[Size]:
    """One unit: the least rating for each of a few nodes (estimates), best first, the best one
    verified, then the same node with a stronger neutral leg (estimates)."""
    case = Case.of(feeder, courses)
    course, base = drawn(feeder, case)
    found = []
    for bus in nodes(feeder):
        if tell:
            tell(f"estimating {bus}")
        size = least_rating(with_units(feeder, [(bus, 10.0)]), course, base, wanted)
        if size:
            found.append(size)
    if not found:
        raise SiteError(_too_much(feeder, wanted))
    found.sort(key=lambda size: (size.kva, -size.estimated))
    if tell:
        tell(f"checking {found[0].kva:g} kVA at {found[0].bus}")
    found[0] = verified(feeder, case, found[0], wanted)
    there = with_units(feeder, [(found[0].bus, 10.0)])
    more = [least_rating(there, course, base, wanted, neutral) for neutral in NEUTRALS[1:]]
    return found + [size for size in more if size]


def best_nodes(feeder, courses, kva: float, tell=None) -> list[Size]:
    """Where one unit of this rating saves most: each of a few nodes, best first (estimates; the
    first checked)."""
    case = Case.of(feeder, courses)
    course, base = drawn(feeder, case)
    found = []
    for bus in nodes(feeder):
        if tell:
            tell(f"estimating {bus}")
        best, bound = estimate(with_units(feeder, [(bus, kva)]), course, base, kva, 1.0)
        found.append(Size(bus, kva, 1.0, _of_law(best), None, bound))
    found.sort(key=lambda size: -size.estimated)
    return [check(feeder, case, found[0]), *found[1:]]


def _too_much(feeder, wanted) -> str:
    return (f"{feeder.name}: no rating up to {RATINGS_KVA[-1]:g} kVA at one of the places looked "
            f"at reaches {100 * wanted:.0f} %; ask for less, or place several units")
