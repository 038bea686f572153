"""The box at a port, through its restarts: the stream is opened anew each time."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from phaseward_tools.field.connecting import Way, connected

from .site import Site


@contextmanager
def site_at(port: str | None, key: str | None, level: str, patience_s: float
            ) -> Iterator[Site]:
    """A Site; its connection is closed at the end."""
    with ExitStack() as stack:

        def connect():
            stack.close()  # the one before a restart
            return stack.enter_context(connected(Way(port, key, level)))

        yield Site(connect, patience_s)
