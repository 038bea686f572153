"""What the commands print: before/after tables, verdicts, where the report is.

Fits 80 columns; plain text where the output is not a terminal.
"""

from functools import cache
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from phaseward_tools.cases import Case
from phaseward_tools.summary import SummaryRow, VerdictRow, summary_rows, verdict_rows
from phaseward_tools.windows import window_rows


@cache
def console() -> Console:
    """For results, on stdout."""
    return Console(highlight=False)


@cache
def errors_console() -> Console:
    """For messages, on stderr."""
    return Console(stderr=True, highlight=False)


def _columns(case: Case) -> list[str]:
    return [words.lower() for words, _ in reversed(case.runs)]


def _value_cells(case: Case, row: SummaryRow) -> list[str]:
    if len(case.runs) == 2:
        style = {None: "", True: "green", False: "red"}[row.improved]
        change = f"[{style}]{row.change}[/{style}]" if style else row.change
        return [row.before, f"[bold]{row.after}[/bold]", change]
    return [row.after if case.with_control else row.before]


def summary_table(case: Case) -> Table:
    """Before and after of one case."""
    table = Table(title=case.title, title_justify="left", title_style="bold", header_style="dim",
                  box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("measurement")
    for name in _columns(case) + (["change"] if len(case.runs) == 2 else []):
        table.add_column(name, justify="right", max_width=9)
    table.add_column("unit", style="dim")
    for row in summary_rows(case):
        table.add_row(row.title, *_value_cells(case, row), row.unit)
    return table


def windows_table(case: Case) -> Table | None:
    """From mark to mark, None where the scenario has no marks."""
    rows = window_rows(case)
    if not rows:
        return None
    table = Table(header_style="dim", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("from mark to mark")
    for name in ("weakest without, V", "weakest phase, V", "strongest phase, V", "u2, %",
                 "moved, kW"):
        table.add_column(name, justify="right", max_width=12)
    for row in rows:
        table.add_row(f"[bold]{escape(row.label)}[/bold] {escape(row.text)}", row.weakest_before,
                      row.weakest, row.strongest, row.u2, row.moved)
    return table


def _verdict_line(row: VerdictRow) -> str:
    word = "[green]passed[/green]" if row.passed else "[bold red]FAILED[/bold red]"
    unit = f" {row.unit}" if row.unit else ""
    return f"  {word}  {row.title}: {row.value}{unit} (limit {row.limit}{unit})"


def print_case(case: Case) -> None:
    """The table of a case and its verdicts."""
    console().print()
    console().print(summary_table(case))
    windows = windows_table(case)
    if windows is not None:
        console().print(windows)
    for row in verdict_rows(case):
        console().print(_verdict_line(row), soft_wrap=True)


def print_outcome(cases: list[Case], report: Path) -> None:
    """The tables of all cases, and where the report is."""
    for case in cases:
        print_case(case)
    console().print(f"\nReport: [bold]{escape(str(report))}[/bold]", soft_wrap=True)
