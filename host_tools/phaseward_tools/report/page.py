"""Puts a report together: facts, tables and figures of all cases into one HTML file.

The file loads nothing: plotly.js, style and data are inside, and a content security policy
makes the browser hold to it. The file appears whole or not at all.
"""

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jinja2
from plotly.offline import get_plotlyjs

from phaseward_sim.results import Meta, ResultError, ResultWriteError
from phaseward_tools.cases import Case
from phaseward_tools.report.canvas import Figure
from phaseward_tools.report.encode import script_json
from phaseward_tools.report.figures import all_figures
from phaseward_tools.summary import SummaryRow, VerdictRow, summary_rows, verdict_rows
from phaseward_tools.windows import WindowRow, window_rows

_TEMPLATES = Path(__file__).parents[1] / "templates"
_HEADLINES = 4


@dataclass(frozen=True)
class Section:
    """All a report shows of one case."""

    id: str
    case: Case
    facts: dict[str, str]
    summary: list[SummaryRow]
    verdicts: list[VerdictRow]
    windows: list[WindowRow]
    figures: list[Figure]

    @property
    def title(self) -> str:
        return self.case.title

    @property
    def headlines(self) -> list[SummaryRow]:
        """The rows worth a large number: those that changed first, else in order."""
        return sorted(self.summary, key=lambda row: row.improved is None)[:_HEADLINES]

    @property
    def failed(self) -> int:
        return sum(not v.passed for v in self.verdicts)


def _duration_words(seconds: float) -> str:
    minutes = seconds / 60
    if minutes < 120:
        return f"{minutes:g} min" if minutes == int(minutes) else f"{minutes:.1f} min"
    hours = minutes / 60
    return f"{hours:g} h" if hours == int(hours) else f"{hours:.1f} h"


def facts(meta: Meta) -> dict[str, str]:
    """Label -> text for the head of a section, the scenario's own facts first."""
    lines = dict(meta.facts)
    if meta.clock_start:
        lines["Starts"] = meta.clock_start.replace("T", " ")
    lines["Duration"] = f"{_duration_words(meta.duration_s)} in steps of {meta.step_s:g} s"
    lines["Rung"] = f"{meta.rung}, seed {meta.seed}"
    hashes = {"Version": meta.version, "Firmware": meta.firmware_hash,
              "Parameters": meta.parameter_hash, "Wiring": meta.wiring_hash}
    lines.update({label: text for label, text in hashes.items() if text})
    return lines


def _section(index: int, case: Case) -> Section:
    figures = all_figures(case)
    for figure in figures:
        figure.id = f"c{index}-{figure.id}"
    return Section(f"case{index}", case, facts(case.main.meta), summary_rows(case),
                   verdict_rows(case), window_rows(case), figures)


def environment() -> jinja2.Environment:
    """What fills the templates in."""
    return jinja2.Environment(loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True,
                              undefined=jinja2.StrictUndefined, trim_blocks=True,
                              lstrip_blocks=True)


def template_text(name: str) -> str:
    """A file beside the templates."""
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _figure_data(sections: list[Section]) -> str:
    return script_json({f.id: {"data": f.data, "layout": f.layout,
                               "choices": [vars(c) for c in f.choices]}
                        for s in sections for f in s.figures})


def render(cases: Iterable[Case], title: str = "") -> str:
    """The whole page as text."""
    sections = [_section(i, case) for i, case in enumerate(cases, 1)]
    if not sections:
        raise ResultError("there is no result to report on")
    style, script = (template_text(name) for name in ("report.css", "report.js"))
    return environment().get_template("report.html.j2").render(
        title=title or sections[0].title, sections=sections, style=style, script=script,
        plotly=get_plotlyjs(), figures=_figure_data(sections))


def write_report(cases: Iterable[Case], path: Path | str, title: str = "") -> Path:
    """Write the page to `path`; a disk error raises ResultWriteError naming it."""
    return write_whole(render(cases, title), Path(path))


def write_whole(page: str, path: Path) -> Path:
    """Write a page, whole or not at all."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(page)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise ResultWriteError(f"{path}: cannot be written ({error.strerror})") from error
    return path
