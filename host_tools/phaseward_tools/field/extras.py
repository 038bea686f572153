"""Libraries of extras: what is missing is named, with the command that installs it."""

from collections.abc import Iterator
from contextlib import contextmanager


class MissingExtraError(RuntimeError):
    """A library of an extra is not installed."""


@contextmanager
def needs(library: str, extra: str, who: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != library:
            raise
        raise MissingExtraError(f"{who} needs {library}: "
                                f"pip install 'phaseward[{extra}]'") from None
