"""The tables of cases as Markdown, for a ticket or a page of documentation."""

from phaseward_tools.cases import Case
from phaseward_tools.summary import DASH, summary_rows, verdict_rows
from phaseward_tools.windows import window_rows

_EMPTY_CELL = " "


def _table(head: list[str], rows: list[list[str]]) -> str:
    """First column to the left, all others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or _EMPTY_CELL


def _with_unit(value: str, unit: str) -> str:
    return value if value == DASH else f"{value} {unit}".strip()


def _summary(case: Case) -> str:
    return _table(["", "without control", "with control"], [
        [row.title, _with_unit(row.before, row.unit), f"**{_with_unit(row.after, row.unit)}**"]
        for row in summary_rows(case)])


def _windows(case: Case) -> str:
    return _table(["", "weakest phase without", "weakest phase", "strongest phase", "u2",
                   "moved"], [
        [f"**{row.label}** {row.text}", _with_unit(row.weakest_before, "V"),
         _with_unit(row.weakest, "V"), _with_unit(row.strongest, "V"), _with_unit(row.u2, "%"),
         _with_unit(row.moved, "kW")] for row in window_rows(case)])


def _verdicts(case: Case) -> str:
    return _table(["verdict", "measured", "limit", ""], [
        [row.title, _with_unit(row.value, row.unit), _with_unit(row.limit, row.unit),
         "passed" if row.passed else "**failed**"] for row in verdict_rows(case)])


def case_markdown(case: Case) -> str:
    """Heading and tables of one case; tables without rows are left out."""
    parts = [f"### {case.title}", _summary(case) if summary_rows(case) else "",
             _windows(case) if window_rows(case) else "",
             _verdicts(case) if verdict_rows(case) else ""]
    return "\n\n".join(part for part in parts if part) + "\n"
