"""Pulling records with a bar to look at; nothing where the output is no terminal."""

from rich.progress import BarColumn, Progress, TextColumn

from phaseward_tools.field.records import pull
from phaseward_tools.link import Box
from phaseward_tools.terminal import errors_console


def reading(box: Box) -> dict:
    """The records of a box."""
    console = errors_console()
    columns = TextColumn("reading {task.description}"), BarColumn()
    with Progress(*columns, console=console, transient=True,
                  disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0)
        return pull(box, lambda what, share: bar.update(task, description=what, completed=share))
