"""Runs the study of the balancer piece by piece; a finished piece is a file and is not repeated.

OUT/jobs/FEEDER.KIND.json holds numbers, CPU time and a fingerprint of plan, sites, simulator room
and decision core: pieces of another fingerprint are run anew. Stop whenever you like.
Failure: what a piece raises; the pieces before it stay.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict
from pathlib import Path

import phaseward
from phaseward.store import parameters as table

from . import archetype, foreign, jobs

QUICK = jobs.Plan(report=(101, 102), tuning=(1,), sizing=(1, 2), scales=(1.0, 2.0), days=1)
QUICK_FEEDERS = ("madrid3", "acoruna1", "rural2")
QUICK_KINDS = ("report", "others", "neutral")


def feeders() -> list[str]:
    """All of the full study; further SimBench grids where the extra `grids` is installed."""
    more = ["simbench:1-LV-rural3--2-sw"] if _has_simbench() else []
    return [*archetype.shipped(), *foreign.names(), *more]


def _has_simbench() -> bool:
    try:
        import simbench  # noqa: F401
    except ImportError:
        return False
    return True


def fingerprint(plan: jobs.Plan) -> str:
    """Of everything that decides the numbers, but for the solver beneath."""
    decides = asdict(plan), table.defaults()
    digest = hashlib.sha256(json.dumps(decides, sort_keys=True).encode())
    here = Path(__file__).resolve().parent
    core = Path(phaseward.__path__[-1]) / "core"
    laws_of_box = [core / f"{name}.py" for name in
                   ("balancer", "reactive", "stage_watch", "grid_gain", "past", "transfer",
                    "hunting", "arith", "quality", "phasors", "neutral", "phase_selector")]
    leave_out = ("study.py", "page.py", "pictures.py", "summing.py", "records.py", "kept.py",
                 "kept_check.py", "box_records.py", "stability.py")
    sources = [path for path in here.glob("*.py") if path.name not in leave_out]
    for path in sorted([*sources, *archetype.FOLDER.glob("*.yaml"), *laws_of_box]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def pieces(quick: bool) -> list[tuple[str, str]]:
    """(kind, feeder), the most wanted first."""
    names = QUICK_FEEDERS if quick else feeders()
    kinds = QUICK_KINDS if quick else tuple(jobs.KINDS)
    return [(kind, name) for kind in kinds for name in names]


def path_of(out: Path, kind: str, name: str) -> Path:
    """Where a piece is kept."""
    return out / "jobs" / f"{name.replace(':', '_')}.{kind}.json"


def read(out: Path, kind: str, name: str, mark: str) -> dict | None:
    """A finished piece of this fingerprint."""
    path = path_of(out, kind, name)
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    return found if found["fingerprint"] == mark else None


def run(out: Path, plan: jobs.Plan, quick: bool, tell=None) -> None:
    """All pieces that are not there yet. tell(done, total, words)."""
    mark, todo = fingerprint(plan), pieces(quick)
    (out / "jobs").mkdir(parents=True, exist_ok=True)
    for k, (kind, name) in enumerate(todo):
        if read(out, kind, name, mark) is None:
            _run_one(out, kind, name, plan, mark, _within(tell, k, len(todo), f"{name} {kind}"))
        if tell:
            tell(k + 1, len(todo), f"{name} {kind}")


def _within(tell, k: int, total: int, words: str):
    """Progress inside piece k."""
    if tell is None:
        return None
    return lambda done, of: tell(k + done / of, total, words)


def _run_one(out, kind, name, plan, mark, tell) -> None:
    began_s = time.process_time()
    feeder = jobs.load_feeder(name)
    found = jobs.KINDS[kind](feeder, plan, tell)
    whole = {"fingerprint": mark, "kind": kind, "feeder": name, "title": feeder.title,
             "about": feeder.about, "meters": feeder.meters,
             "kva": [place.kva for place in feeder.places],
             "k_v_kw": [round(place.k_mv_kw / 1e3, 2) for place in feeder.places],
             "cpu_s": round(time.process_time() - began_s, 1), "found": found}
    path = path_of(out, kind, name)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(whole, separators=(",", ":")), encoding="utf-8")
    draft.replace(path)
