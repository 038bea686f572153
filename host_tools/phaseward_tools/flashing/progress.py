"""One bar for one thing that goes on; nothing where stderr is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(words: str) -> Iterator[Callable[[float], None]]:
    """Gives a function that takes the share done, 0..1."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    from phaseward_tools.terminal import errors_console

    console = errors_console()
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=26), TaskProgressColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        task = shown.add_task(words, total=1.0)
        yield lambda share: shown.update(task, completed=share)
