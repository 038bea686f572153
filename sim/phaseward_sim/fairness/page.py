"""Writes tables and pictures into docs/STUDY_BLOCKING.md from the results kept so far.

The page's words are written by hand; between `<!-- begin NAME -->` and `<!-- end NAME -->` stands
what this module makes. A table without results yet says so. `records` is the compact copy of the
results that is committed beside the page.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from . import pictures, tables
from .plan import units
from .pooled import Cells

PAGE = Path("docs/STUDY_BLOCKING.md")
RECORDS = Path("docs/study_blocking.json")
IMAGES = Path("docs/images")
NOT_YET = ["*not simulated yet*"]


def read(folder: Path) -> list[dict]:
    """All results in a folder, by unit name."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def records(results: list[dict], path: Path = RECORDS) -> None:
    """Keep a compact copy: one line per unit."""
    lines = ",\n".join(json.dumps(found, separators=(",", ":")) for found in results)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def kept(path: Path = RECORDS) -> list[dict]:
    """The committed copy."""
    return json.loads(path.read_text(encoding="utf-8"))


def blocks(results: list[dict]) -> dict[str, list[str]]:
    """Name -> lines of every part that is made."""
    of_kind: dict[str, list[dict]] = {}
    for found in results:
        of_kind.setdefault(found["kind"], []).append(found)
    main = of_kind.get("main", [])
    reporting = [r for r in main if r["seeds"][0] > 100]
    tuning = [r for r in main if r["seeds"][0] <= 100]
    made = {"feeders": tables.feeders({r["feeder"]: r for r in main}), "run": _run(results)}
    if reporting:
        cells = Cells(reporting)
        made |= {"goals": tables.goals(cells, of_kind.get("best", [])),
                 "promises": tables.promises(cells),
                 "effect": tables.effect(cells), "absolute": tables.absolute(cells),
                 "fairness": tables.fairness(cells), "comfort": tables.comfort(cells),
                 "by_feeder": tables.by_feeder(reporting)}
    if tuning:
        cells = Cells(tuning)
        made["tuning"] = tables.effect(cells)
        made["tuning_promises"] = tables.promises(cells)
    for kind, make in (("hosting", tables.hosting), ("mix", tables.mixes)):
        if of_kind.get(kind):
            made[kind] = make(of_kind[kind])
    return made


def _run(results: list[dict]) -> list[str]:
    cpu_min = sum(r["cpu_s"] for r in results) / 60.0
    seeds = sorted({seed for r in results for seed in r["seeds"]})
    commits = ", ".join(sorted({r["commit"] for r in results}))
    done = {r["unit"] for r in results}
    lacking = [unit.name for unit in units() if unit.name not in done]
    left = f" Not simulated yet: {', '.join(lacking)}." if lacking else ""
    return [f"{len(results)} of {len(units())} units, {cpu_min:.0f} min of CPU on one core; seeds "
            f"{', '.join(map(str, seeds))}; commit {commits} (+: with changes).{left}"]


def write(results: list[dict], page: Path = PAGE) -> None:
    """Bring the page and its pictures up to date."""
    made = blocks(results)
    text = page.read_text(encoding="utf-8")

    def fresh(match: re.Match) -> str:
        lines = made.get(match[1], NOT_YET)
        return "\n".join([f"<!-- begin {match[1]} -->", *lines, f"<!-- end {match[1]} -->"])

    text = re.sub(r"<!-- begin (\w+) -->\n.*?<!-- end \1 -->", fresh, text, flags=re.S)
    page.write_text(text, encoding="utf-8")
    reporting = [r for r in results if r["kind"] == "main" and r["seeds"][0] > 100]
    if reporting:
        cells = Cells(reporting)
        (IMAGES / "study_blocking_effect.svg").write_text(pictures.effect(cells), "utf-8")
        (IMAGES / "study_blocking_price.svg").write_text(pictures.price(cells), "utf-8")
