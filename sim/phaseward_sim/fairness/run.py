"""Runs the units of the study, keeps each result in a file, and goes on where it stopped.

A result is kept under the unit's name with a digest of everything that decides it: this room, the
decision core, simulator and parameters. A changed digest means it is done again. Stop at any time.
Failure: a unit that breaks off raises; those done stay done.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from . import feeders, laws, outcome
from .boxes import Boxes, Twins
from .homes import DAY, draw
from .loop import Loop, Setting
from .plan import HOSTING_SHARES, Lineup, Unit
from .profiles import PROFILES

RESULTS = Path("build/study_blocking/results")
QUICK = Path("build/study_blocking/quick")
KINDS = {"nothing": laws.Law, "no_flex": laws.NoFlex, "always": laws.Always,
         "threshold": laws.Threshold, "droop": laws.Droop, "static": laws.Static}
_ROOMS = ("fairness", "powerflow", "devices", "network", "importers")


def digest(unit: Unit) -> str:
    """Of the unit and of all code that decides its result."""
    simulator = Path(__file__).parent.parent
    import phaseward.core
    import phaseward.store.parameters as table
    sources = [*Path(phaseward.core.__file__).parent.glob("*.py"), Path(table.__file__)]
    for room in _ROOMS:
        sources += (simulator / room).glob("*.py")
    told = {"tables.py", "pictures.py", "page.py", "pooled.py", "__main__.py"}
    found = hashlib.sha256(repr(unit).encode())
    for path in sorted(p for p in sources if p.name not in told):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def make_laws(lineup: Lineup, setting: Setting, real: bool = False) -> Callable:
    """For `Loop`: the laws of a lineup; real: decision cores instead of their twins."""

    def make(cars):
        pumps = len(setting.seeds[0].pump_home)
        made = []
        for _, kind, profiles, constants in lineup.laws:
            base = ([PROFILES[p] for p in profiles], cars, pumps)
            if kind == "ours":
                fitted = Boxes if real else Twins
                made.append(fitted(*base, seeds=setting.seeds, parameters=constants,
                                   loop_ohm=setting.site.loop_ohm()))
            else:
                made.append(KINDS[kind](*base, **constants))
        return made

    return make


def setting_of(unit: Unit, cars: float | None = None) -> Setting:
    """Site and people of a unit."""
    site = feeders.site(feeders.by_name(unit.feeder))
    days = unit.learn_days + 1 + unit.days
    count = round((unit.cars if cars is None else cars) * site.homes)
    seeds = [draw(site.homes, count, round(unit.pumps * site.homes), days, seed, unit.mix)
             for seed in unit.seeds]
    return Setting(site, seeds, unit.learn_days, unit.days)


def loop_of(unit: Unit, cars: float | None = None, listen=None, real=False) -> Loop:
    """The loop of a unit, not yet run."""
    setting = setting_of(unit, cars)
    return Loop(setting, make_laws(unit.lineup, setting, real), len(unit.lineup.rows), listen)


def result_of(unit: Unit, loop: Loop) -> dict:
    """Figures of every row and seed."""
    rows = unit.lineup.rows
    return {"homes": loop.site.homes, "cars": int(loop.cars.shape[2]),
            "rows": {row: {str(seed): outcome.figures(loop, k, s)
                           for s, seed in enumerate(unit.seeds)} for k, row in enumerate(rows)},
            "low10_by_day": {row: loop.measures.low10_by_day[k].tolist()
                             for k, row in enumerate(rows)}}


def do_plain(unit: Unit, progress) -> dict:
    """One run of all its laws."""
    loop = loop_of(unit)
    loop.run(progress)
    return result_of(unit, loop)


def do_hosting(unit: Unit, progress) -> dict:
    """More and more cars, without control until the feeder carries no more, then with it."""
    bare = Lineup(unit.lineup.laws[:1])  # nothing to learn
    found, carried = {}, 0.0
    for share in HOSTING_SHARES:
        found[f"{share:g}"] = _hosted(unit, bare, share, progress)
        if not carries(found[f"{share:g}"]["nothing"]):
            break
        carried = share
    for factor in (2.0, 3.0, 4.0):
        share = min(factor * max(carried, HOSTING_SHARES[0]), 2.0)
        found.setdefault(f"{share:g}", {}).update(_hosted(unit, unit.lineup, share, progress))
    homes = feeders.site(feeders.by_name(unit.feeder)).homes
    return {"homes": homes, "carried": carried, "shares": found}


HOSTING_LIMIT = 0.25  # 10-minute means of a home below -10 %, per day and feeder


def carries(by_seed: list[float]) -> bool:
    """Whether a feeder with these 10-minute means a day below -10 % still does its job."""
    return float(np.mean(by_seed)) <= HOSTING_LIMIT


def _hosted(unit: Unit, lineup: Lineup, share: float, progress) -> dict:
    setting = setting_of(unit, share)
    loop = Loop(setting, make_laws(lineup, setting), len(lineup.rows))
    loop.run(progress, unit.learn_days * DAY if len(lineup.rows) == 1 else 0)
    means = loop.measures.mean_low10.sum(axis=2) / unit.days
    return {row: means[k].tolist() for k, row in enumerate(lineup.rows)}


def do(unit: Unit, folder: Path = RESULTS, progress=None, again: bool = False) -> dict:
    """The result of a unit, from its file if that is of this code."""
    path = folder / f"{unit.name}.json"
    stamp = digest(unit)
    if path.is_file() and not again:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept.get("digest") == stamp:
            return kept
    from . import bound  # the optimiser, only where it is needed
    began = time.process_time()
    work = {"hosting": do_hosting, "best": bound.do_best}.get(unit.kind, do_plain)
    found = {"unit": unit.name, "kind": unit.kind, "feeder": unit.feeder, "digest": stamp,
             "seeds": list(unit.seeds), "days": unit.days, "cars_share": unit.cars,
             "mix": unit.mix, "commit": commit(), **work(unit, progress)}
    found["cpu_s"] = round(time.process_time() - began, 1)
    found = _rounded(found)
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found), encoding="utf-8")
    part.replace(path)
    return found


def commit() -> str:
    """The commit of the checkout, "+" where code was changed since."""
    def git(*words):
        return subprocess.run(["git", *words], capture_output=True, text=True)

    found = git("rev-parse", "--short", "HEAD").stdout.strip()
    changed = git("diff", "--quiet", "HEAD", "--", "firmware", "sim").returncode != 0
    return found + "+" * changed if found else "unknown"


def is_done(unit: Unit, folder: Path = RESULTS) -> bool:
    """Whether its result is kept and of this code."""
    path = folder / f"{unit.name}.json"
    return path.is_file() and json.loads(
        path.read_text(encoding="utf-8")).get("digest") == digest(unit)


def _rounded(value):
    """Four digits are more than is known."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return value
