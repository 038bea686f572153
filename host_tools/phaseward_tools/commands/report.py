"""`phaseward report`: write the report of earlier results again."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded


@guarded
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False,
                                           help="A folder given to --out earlier.")],
    markdown: Annotated[bool, typer.Option(
        "--markdown", help="Print the tables as Markdown.")] = False,
) -> None:
    """Write report.html again from the results in a folder, and print the tables."""
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
