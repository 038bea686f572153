"""`phaseward report`: of a simulation's results, or of a box's records."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded
from phaseward_tools.field.options import Port


@guarded
def report(
    source: Annotated[Path | None, typer.Argument(
        metavar="[DIR|RECORDS.json]", show_default=False,
        help="A folder given to --out earlier, or records of a box from `phaseward pull`; none "
             "with --port.")] = None,
    port: Port = None,
    out: Annotated[Path | None, typer.Option(
        metavar="FILE.html", show_default="beside the source, or box_NUMBER.html",
        help="Of a box: where to write the report.")] = None,
    markdown: Annotated[bool, typer.Option(
        "--markdown", help="Of a simulation: print the tables as Markdown.")] = False,
) -> None:
    """Write an HTML report: of a simulation, or of a box.

    Of a folder of results it writes report.html again and prints the tables. Of a box it shows
    what the box has kept: voltages as 10-minute means, transfers, blocks with their reasons, and
    events before and after each change of parameters.
    """
    if source is not None and source.suffix != ".json":
        _of_results(source, markdown)
    elif source is not None:
        from phaseward_tools.field.records import read

        _of_box(read(source), out or source.with_suffix(".html"))
    else:
        from phaseward_tools.field.connecting import Way, connected
        from phaseward_tools.field.progress import reading

        with connected(Way(port)) as box:
            records = reading(box)
        _of_box(records, out or Path(f"box_{records['identity']['identity']}.html"))


def _of_results(folder: Path, markdown: bool) -> None:
    from phaseward_sim.results import find_results, load
    from phaseward_tools.cases import pair
    from phaseward_tools.markdown import case_markdown
    from phaseward_tools.report import write_report
    from phaseward_tools.running import REPORT
    from phaseward_tools.terminal import print_outcome

    cases = pair(load(path) for path in find_results(folder))
    path = write_report(cases, folder / REPORT)
    if markdown:
        typer.echo("\n".join(case_markdown(case) for case in cases))
    else:
        print_outcome(cases, path)


def _of_box(records: dict, path: Path) -> None:
    from phaseward_tools.report.box import write_box_report
    from phaseward_tools.terminal import console

    write_box_report(records, path)
    console().print(f"Report: {path}", markup=False, soft_wrap=True)
