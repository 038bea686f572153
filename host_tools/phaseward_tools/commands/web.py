"""`phaseward web`: the technician's page in the browser."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded


@guarded
def web(
    out: Annotated[Path | None, typer.Option(
        metavar="FILE.html", show_default=False,
        help="Only write the page here, to be copied to any computer.")] = None,
) -> None:
    """Open the technician's page: connect, see, tune and export in Chromium, Chrome or Edge.

    One HTML file that talks to the box by Web Serial. It needs no server, no network and nothing
    installed, so it can be copied to any computer.
    """
    import tempfile
    import webbrowser

    from phaseward_tools.field.errors import FieldError
    from phaseward_tools.web import page

    path = out or Path(tempfile.gettempdir()) / "phaseward.html"
    try:
        path.write_text(page(), encoding="utf-8")
    except OSError as error:
        raise FieldError(f"{path}: cannot be written: {error.strerror}") from None
    typer.echo(str(path))
    if out is None and not webbrowser.open(path.resolve().as_uri()):
        typer.echo("no browser could be opened: open the file in Chromium, Chrome or Edge")
