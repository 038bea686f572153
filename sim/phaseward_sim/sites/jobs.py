"""The study's pieces: each takes a feeder and a plan and gives plain numbers for one file.

report   the box on seeds not used for tuning, at every rating, beside the optimum and its gap
tuning   the same on the tuning seeds, at two ratings
simple   the simple laws at rating x1
others   Dyn and Yyn0 transformer, re-connecting customers; no balancer
sized    the rating that the sizing tool gives from other seeds, on the reporting seeds
selector phase selectors for four cars instead of a power stage; sites with cars
placing  where the sizing tool would place a unit of a foreign feeder, from the tuning seeds
neutral  the neutral's watch: false alarms on the sound feeder, detection with it broken upstream
Failure: PowerFlowError, SiteError.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..network import EARTH
from . import (
    archetype,
    broken_neutral,
    certify,
    foreign,
    judging,
    laws,
    opponents,
    optimum,
    selected,
    sizing,
)
from .closed_loop import PERIODS, ClosedLoop, Row, base_voltages
from .course import draw
from .feeder import Feeder, neutral_of, of_archetype, with_units
from .measures import outcome, score

_SAMPLE = 40  # minutes per seed whose optimum is held against a proven bound
LESS = 0.9  # of all days together, where no unit keeps what the plan wants on each
_SELECTED = 5  # seeds of the phase selectors


@dataclass(frozen=True)
class Plan:
    """What a study covers. sizing: seeds that the sizing tool sees (a seed draws anew who has PV
    and cars, so few seeds make a narrow view); wanted: reduction that units are sized for."""

    report: tuple[int, ...] = tuple(range(111, 121))
    tuning: tuple[int, ...] = (1, 2, 3, 4, 5)
    sizing: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    scales: tuple[float, ...] = (0.5, 1.0, 1.5, 2.0, 3.0)
    days: int = 4
    wanted: float = 0.97


def load_feeder(name: str) -> Feeder:
    """A made site or a foreign feeder."""
    if name in archetype.shipped():
        return of_archetype(archetype.load(name))
    return foreign.load(name)


def run_boxes(feeder, courses, margins, tell=None):
    """(loop, ran) with every course at every scale of `margins` (mV, see `sizing.margins`)."""
    rows = [Row(k, scale, margin_mv=margin_mv) for scale, margin_mv in margins.items()
            for k in range(len(courses))]
    loop = ClosedLoop(feeder, courses, [(laws.boxes(feeder, rows), rows)])
    return loop, loop.run(tell)


def margins_of(feeder, plan, scales) -> dict[float, int]:
    """The margin that the sizing tool advises for each scale, from the seeds that it sees."""
    courses = [draw(feeder, seed, 1) for seed in plan.sizing]
    return sizing.margins(feeder, sizing.Case.of(feeder, courses), scales)


def report(feeder, plan, tell=None) -> dict:
    """See the module."""
    return _beside_optimum(feeder, plan.report, plan.scales, plan, tell)


def tuning(feeder, plan, tell=None) -> dict:
    """See the module."""
    scales = [scale for scale in (1.0, 2.0) if scale in plan.scales]
    return _beside_optimum(feeder, plan.tuning, scales, plan, tell)


def _beside_optimum(feeder, seeds, scales, plan, tell) -> dict:
    margins = margins_of(feeder, plan, scales)
    courses = [draw(feeder, seed, plan.days) for seed in seeds]
    loop, ran = run_boxes(feeder, courses, margins, tell)
    judged = judging.runs(feeder, loop, ran)
    out = {"margins_mv": [[scale, margin_mv] for scale, margin_mv in margins.items()],
           "base": [judging.without(feeder, c, b)
                    for c, b in zip(courses, loop.base, strict=True)], "rows": []}
    for k, row in enumerate(loop.rows):
        search = optimum.Search(feeder, courses[row.course], loop.base[row.course], row.scale)
        best = search.best([(ran.p_w[k], ran.q_var[k])])
        least = outcome(feeder, optimum.replay(search, best))
        found = {"seed": seeds[row.course], "scale": row.scale, "law": judged[k],
                 "best": least.as_dict(), "late": _late(feeder, loop, ran, k)}
        if row.scale == 1.0 and len(best.at):
            found["gap"] = _gap(search, best)
        out["rows"].append(found)
    return out


def _late(feeder, loop, ran, k: int) -> float:
    """Meter-minutes with the best that a controller could do which hears of a change as late as
    the box: the law's own transfer of the minute before holds for the periods until then."""
    row, p, q = loop.rows[k], ran.p_w[k], ran.q_var[k]
    before = [np.concatenate([0 * x[:1], x[:-1]]) for x in (p, q)]
    search = optimum.Search(feeder, loop.courses[row.course], loop.base[row.course], row.scale,
                            held=((1 + loop.delay) / PERIODS, *before))
    best = search.best([(p, q)])
    law, _ = score(feeder, ran.u_v[k])
    found = np.zeros(len(law))
    found[best.at], _ = score(feeder, best.u_v)
    return float(np.minimum(found, law).sum())  # what the law has done can be done


def _gap(search, best) -> dict:
    """Found against proven, on the linear model and with its largest error allowed for."""
    error_v = model_error_v(search, best)
    plain, wide = (certify.gap(search, best, _SAMPLE, slack_v) for slack_v in (0.0, error_v))
    return plain | {"bound_wide": wide["bound"], "model_error_v": round(error_v, 4)}


def model_error_v(search, best) -> float:
    """99th percentile of the linear model's error a twelfth of the rating from the best point."""
    rows = np.random.default_rng(1).permutation(len(best.at))[:_SAMPLE]
    p, q = best.p_w[rows].copy(), best.q_var[rows].copy()
    step = search.rated[0] / 12.0
    p[:, 0, 0] += step
    p[:, 0, 2] -= step
    exact = search.solve(rows, p, q)
    model = best.u_v[rows] + (search._slope[rows, 0, 0] * step).reshape(exact.shape)
    return float(np.quantile(np.abs(exact - model), 0.99))


def simple(feeder, plan, tell=None) -> dict:
    """See the module; the first three reporting seeds, one day each."""
    seeds = plan.report[:3]
    courses = [draw(feeder, seed, 1) for seed in seeds]
    law = laws.simple_laws(feeder, [1.0] * len(courses))
    rows = [Row(k) for _ in laws.SIMPLE for k in range(len(courses))]
    margin_mv = margins_of(feeder, plan, [1.0])[1.0]
    mine = [Row(k, margin_mv=margin_mv) for k in range(len(courses))]
    loop = ClosedLoop(feeder, courses, [(laws.boxes(feeder, mine), mine), (law, rows)])
    judged = judging.runs(feeder, loop, loop.run(tell))
    names = ["box", *laws.SIMPLE]
    base = [judging.without(feeder, c, b) for c, b in zip(courses, loop.base, strict=True)]
    best = []
    for course, base_v in zip(courses, loop.base, strict=True):
        search = optimum.Search(feeder, course, base_v)
        best.append(outcome(feeder, optimum.replay(search, search.best())).as_dict())
    return {"base": base, "best": best,
            "laws": {name: judged[k * len(seeds) : (k + 1) * len(seeds)]
                     for k, name in enumerate(names)}}


def others(feeder, plan, tell=None) -> dict:
    """See the module; made sites only have a vector group to change."""
    out = {"rephased": [], "groups": {}}
    for seed in plan.report[:3]:
        course = draw(feeder, seed, plan.days)
        base_v = base_voltages(feeder, course)
        steps = opponents.rephase(feeder, course, base_v)
        before = judging.without(feeder, course, base_v)
        out["rephased"].append([before["minutes"], *(after["minutes"] for _, after in steps)])
    if feeder.name in archetype.shipped():
        for group in ("Yyn0", "Dyn11"):
            other = of_archetype(archetype.load(feeder.name), group)
            out["groups"][group] = [_minutes(other, draw(feeder, seed, plan.days))
                                    for seed in plan.report[:3]]
    return out


def _minutes(feeder, course) -> float:
    u = np.abs(base_voltages(feeder, course)).reshape(course.minutes, -1, 3)
    return float(score(feeder, u)[0].sum())


def sized(feeder, plan, tell=None) -> dict:
    """See the module: sized on days of other seeds, judged on the reporting seeds."""
    courses = [draw(feeder, seed, 1) for seed in plan.sizing]
    for wanted, every in ((plan.wanted, plan.wanted), (LESS, 0.0)):
        try:
            size = sizing.at_places(feeder, courses, wanted, every=every, reserve=1)
            break
        except archetype.SiteError as error:
            none = {"none": str(error)}  # a finding: no unit there can do it
    else:
        return none
    made = with_units(feeder, [(bus, size.kva) for bus in size.bus.split("+")])
    courses = [draw(feeder, seed, plan.days) for seed in plan.report]
    loop, ran = run_boxes(made, courses, {1.0: size.margin_mv}, tell)
    return {"wanted": wanted, "each": every > 0, "kva": size.kva, "margin_mv": size.margin_mv,
            "estimated": size.estimated,
            "checked": size.checked, "bound": size.bound,
            "base": [judging.without(made, c, b) for c, b in zip(courses, loop.base, strict=True)],
            "law": judging.runs(made, loop, ran)}


def placing(feeder, plan, tell=None) -> dict:
    """See the module; made sites say themselves where their units are."""
    if feeder.name in archetype.shipped():
        return {"nodes": []}
    courses = [draw(feeder, seed, 1) for seed in plan.tuning]
    found = sizing.best_nodes(feeder, courses, feeder.places[0].kva)
    return {"here": feeder.buses[feeder.places[0].bus],
            "nodes": [[size.bus, round(size.estimated, 4)] for size in found]}


def neutral(feeder, plan, tell=None) -> dict:
    """See the module. Three-wire networks have no neutral to break."""
    bus = feeder.places[-1].bus
    out = {"sound": [], "broken": []}
    for seed in plan.report:
        course = draw(feeder, seed, min(plan.days, 2))
        base = base_voltages(feeder, course).reshape(course.minutes, -1, 3)
        out["sound"].append(broken_neutral.watch(base[:, bus]))
        if neutral_of(feeder) != EARTH:
            line = upstream(feeder, bus)
            v = broken_neutral.voltages(feeder, course, line, np.arange(course.minutes))
            out["broken"].append(broken_neutral.watch(v[:, bus]))
    return out


def selector(feeder, plan, tell=None) -> dict:
    """See the module: the first five reporting seeds, one day each."""
    out = {"before": 0.0, "after": 0.0, "best": 0.0, "events": [0.0, 0.0], "moves": 0, "cars": 0,
           "days": 0}
    for seed in plan.report[:_SELECTED] if feeder.source.ev.count else ():
        course = draw(feeder, seed, 1)
        base_v = base_voltages(feeder, course)
        u_v, moves, ports, power_w = selected.run(feeder, course, seed, 1)
        before = outcome(feeder, np.abs(base_v).reshape(course.minutes, -1, 3))
        after = outcome(feeder, u_v)
        out["before"] += before.minutes
        out["after"] += after.minutes
        out["best"] += selected.least(feeder, course, base_v, ports, power_w)
        out["events"] = [out["events"][0] + before.events, out["events"][1] + after.events]
        out["moves"] += int(moves.sum())
        out["cars"] += len(ports)
        out["days"] += 1
    return out


def upstream(feeder, bus: int) -> str:
    """The line at about a quarter of the way from the busbar to a bus; lines may run either way.

    SiteError where no way leads there.
    """
    start = feeder.network.transformers[0].lv_bus
    ways, queue = {start: ()}, [start]
    while queue:
        here = queue.pop()
        for line in feeder.network.lines:
            for one, other in ((line.from_bus, line.to_bus), (line.to_bus, line.from_bus)):
                if one == here and other not in ways:
                    ways[other] = (*ways[here], line.name)
                    queue.append(other)
    way = ways.get(feeder.buses[bus])
    if not way:
        raise archetype.SiteError(f"{feeder.name}: no line leads to {feeder.buses[bus]!r}")
    return way[len(way) // 4]


KINDS = {"report": report, "others": others, "neutral": neutral, "sized": sized,
         "simple": simple, "selector": selector, "tuning": tuning, "placing": placing}
