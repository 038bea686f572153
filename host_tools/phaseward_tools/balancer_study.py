"""Runs the study of the balancer with a progress bar, writes its tables, pictures and page.

Failure: what the study raises; Stopped by Ctrl-C, after which the same command goes on.
"""

import json
import subprocess
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from phaseward_sim.sites import jobs, page, pictures, study
from phaseward_tools.terminal import console, errors_console

IMAGES = "images"
RAW = "study_balancer.json"


class Stopped(Exception):
    """Ctrl-C; what was finished is kept."""


def run_study(out: Path, quick: bool, days: int, target: Path | None, report_only: bool) -> None:
    """Everything `phaseward study-balancer` does."""
    plan = study.QUICK if quick else jobs.Plan(days=days)
    if not report_only:
        try:
            with _bar() as tell:
                study.run(out, plan, quick, tell)
        except KeyboardInterrupt:
            raise Stopped(f"stopped; finished pieces are in {out}/jobs, the same command goes on "
                          "from there") from None
    pieces = _all(out, plan, quick)
    parts = tables(pieces, plan, quick)
    text = "\n\n".join(f"## {name}\n\n{part}" for name, part in parts.items())
    (out / "tables.md").write_text(text + "\n", encoding="utf-8")
    _pictures(pieces, out / IMAGES)
    if target is not None:
        _bring_up_to_date(target, parts, pieces)
    console().print(f"Tables: {out / 'tables.md'}", soft_wrap=True)


@contextmanager
def _bar():
    with Progress(TextColumn("{task.description}"), BarColumn(bar_width=26),
                  TextColumn("{task.completed:.1f}/{task.total}"), TimeElapsedColumn(),
                  console=errors_console()) as progress:
        task = progress.add_task("study", total=1)

        def tell(done: float, total: int, words: str) -> None:
            progress.update(task, completed=done, total=total, description=words)

        yield tell


def _all(out: Path, plan, quick: bool) -> dict[str, list[dict]]:
    """Finished pieces by kind."""
    mark = study.fingerprint(plan)
    found: dict[str, list[dict]] = {kind: [] for kind in jobs.KINDS}
    for kind, name in study.pieces(quick):
        piece = study.read(out, kind, name, mark)
        if piece is not None:
            found[kind].append(piece)
    return found


def tables(pieces, plan, quick: bool) -> dict[str, str]:
    """Every part of the page by its mark."""
    reports = {piece["feeder"]: piece for piece in pieces["report"]}
    made, foreign = page.made(pieces["report"]), page.foreign(pieces["report"])
    wanted = {
        "feeders": (pieces["report"], lambda some: page.feeders(some, plan.days)),
        "ratings": (made, page.ratings), "ratings-foreign": (foreign, page.ratings),
        "late": (pieces["report"], page.late), "margins": (pieces["report"], page.margins),
        "volts": (pieces["report"], lambda some: page.ratings(some, "volt_min")),
        "details": (pieces["report"], lambda some: page.details(some, plan.days)),
        "gaps": (pieces["report"], page.gaps), "simple": (pieces["simple"], page.simple),
        "others": (pieces["others"], lambda some: page.others(some, reports)),
        "sized": (page.made(pieces["sized"]), page.sized),
        "sized-foreign": (page.foreign(pieces["sized"]), page.sized),
        "selector": (pieces["selector"], page.selectors),
        "neutral": (pieces["neutral"], page.neutral),
        "tuning": (pieces["tuning"], page.ratings),
        "placing": (page.foreign(pieces["placing"]), page.placing),
    }
    return {"run": _about(pieces, plan, quick), **{
        name: make(some) if some else "(not run yet)" for name, (some, make) in wanted.items()}}


def _about(pieces, plan, quick: bool) -> str:
    done = [piece for several in pieces.values() for piece in several]
    spent_min = sum(piece["cpu_s"] for piece in done) / 60
    command = "phaseward study-balancer --quick" if quick else (
        f"phaseward study-balancer --days {plan.days} --page docs/STUDY_BALANCER.md")
    return (f"Made by `{command}`: reporting seeds {_list(plan.report)}, tuning seeds "
            f"{_list(plan.tuning)}, {plan.days} day{'s' * (plan.days > 1)} each; "
            f"{len(done)} of {len(study.pieces(quick))} pieces, {spent_min:.0f} minutes of CPU on "
            f"one core with the compiled core; commit {_commit()}, fingerprint "
            f"{study.fingerprint(plan)}.")


def _list(seeds) -> str:
    return f"{seeds[0]}–{seeds[-1]}" if len(seeds) > 1 else str(seeds[0])


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def _pictures(pieces, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if pieces["report"]:
        for name, text in (("study_balancer_ratings.svg", pictures.reductions(pieces["report"])),
                           ("study_balancer_ratios.svg", pictures.ratios(pieces["report"]))):
            (folder / name).write_text(text, encoding="utf-8")


def _bring_up_to_date(target: Path, parts, pieces) -> None:
    """The page's tables, its pictures and the raw numbers beside it."""
    text = page.filled(target.read_text(encoding="utf-8"), parts)
    target.write_text(text, encoding="utf-8")
    _pictures(pieces, target.parent / IMAGES)
    raw = target.parent / "data"
    raw.mkdir(exist_ok=True)
    (raw / RAW).write_text(json.dumps(pieces, separators=(",", ":")) + "\n", encoding="utf-8")
