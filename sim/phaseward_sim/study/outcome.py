"""Writes what a study found: the results table and a report that compares the variants.

`runs.csv` (and Parquet), `report.md`, `report.html` in the study's folder. A study that is not
complete gets them too, saying how much is missing.
Failure: ResultWriteError naming the file.
"""

from __future__ import annotations

from pathlib import Path

import jinja2

from ..results import ResultWriteError
from . import table
from .comparing import Comparison, compare
from .plan import Plan, made_at
from .store import Store
from .version import source_version

TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "study_report.html.j2"
BAR_PX = 260


def write_outcome(plan: Plan, store: Store) -> list[Path]:
    """Write all; the paths, tables first."""
    rows = table.rows(plan, store)
    comparisons = compare(plan, rows)
    facts = _facts(plan, rows)
    texts = {"report.md": markdown(plan, facts, comparisons),
             "report.html": html(plan, facts, comparisons)}
    try:
        paths = table.write(rows, store.out)
        for name, text in texts.items():
            (store.out / name).write_text(text, encoding="utf-8")
    except OSError as err:
        raise ResultWriteError(f"{err.filename}: cannot be written ({err.strerror})") from None
    return [*paths, *(store.out / name for name in texts)]


def _facts(plan: Plan, rows: list[dict]) -> dict[str, str]:
    """Lines of the header: what was run, and how the intervals are to be read."""
    done = sum(row["state"] == "done" for row in rows)
    study, spent_s = plan.study, {row["run"]: row["wall_s"] or 0.0 for row in rows}
    return {
        "Runs": f"{done} of {len(rows)} done, {len(spent_s)} different; "
                f"{sum(spent_s.values()):.0f} s of work",
        "Seeds": f"{len(study.seed_list)}: {_some(study.seed_list)}",
        "Base": f"{study.base}, rung {study.rung}",
        "Compared with": study.reference,
        "Intervals": f"{100 * study.confidence:g} %, Student's t over seeds; differences paired "
                     "by seed; not corrected for comparing many",
        "Software": source_version(), "Written": made_at()}


def _some(values) -> str:
    shown = ", ".join(map(str, values[:8]))
    return shown + (", ..." if len(values) > 8 else "")


def number(value: float) -> str:
    """Four significant digits, without an exponent where people do not need one."""
    if value != value:
        return "–"
    if 1e4 <= abs(value) < 1e9:
        return f"{value:.0f}"
    return f"{value:.4g}" if 1e-3 <= abs(value) < 1e4 or value == 0 else f"{value:.3e}"


def span(found) -> str:
    """`12.3 (11 to 13.5)`, or the mean alone."""
    if found is None:
        return ""
    if found.n < 2:
        return number(found.mean)
    return f"{number(found.mean)} ({number(found.low)} to {number(found.high)})"


# --- Markdown ---------------------------------------------------------------------------------

def markdown(plan: Plan, facts: dict, comparisons: list[Comparison]) -> str:
    """The report as Markdown."""
    head = [f"# {plan.study.title or plan.study.name}", "", plan.study.about.strip(), ""]
    head += [f"- {name}: {text}" for name, text in facts.items()]
    return "\n".join([*head, *(_section(plan, c) for c in comparisons)]) + "\n"


def _section(plan, found: Comparison) -> str:
    unit = f" in {found.unit}" if found.unit else ""
    rows = [f"| {line.point or 'as written'} | {line.variant} | {line.own.n} | {span(line.own)} | "
            f"{span(line.difference)}{_mark(line)} |" for line in found.lines]
    return "\n".join([
        "", f"## {found.title}{unit} (`{found.key}`)", "",
        f"| where | variant | n | mean (interval) | difference to {plan.study.reference} |",
        "|---|---|---:|---|---|", *rows])


def _mark(line) -> str:
    return " *" if line.difference is not None and line.difference.clear else ""


# --- HTML -------------------------------------------------------------------------------------

def html(plan: Plan, facts: dict, comparisons: list[Comparison]) -> str:
    """The report as one HTML page without scripts."""
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(study=plan.study, facts=facts, width=BAR_PX, span=span, mark=_mark,
                           blocks=[(c, [_bar(c, line) for line in c.lines]) for c in comparisons])


def _bar(found: Comparison, line) -> dict | None:
    """Where interval, mean and zero of a difference lie, in px; None without one."""
    shown = [x.difference for x in found.lines if x.difference is not None and x.difference.n > 1]
    if line.difference is None or line.difference.n < 2:
        return None
    low = min(0.0, *(d.low for d in shown))
    high = max(0.0, *(d.high for d in shown))
    scale = (BAR_PX - 12) / ((high - low) or 1.0)

    def at(value: float) -> float:
        return round(6 + (value - low) * scale, 1)

    d = line.difference
    return {"low": at(d.low), "high": at(d.high), "mean": at(d.mean), "zero": at(0.0),
            "leaves_out_zero": d.clear}
