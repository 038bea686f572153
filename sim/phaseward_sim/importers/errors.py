"""What can go wrong with a network from outside; every text says what to do."""

from __future__ import annotations

from ..grids.excerpt import GridFileError


class ImportFailed(GridFileError):
    """A network cannot be used; the text names the source, the element and the reason."""


class MissingExtraError(ImportFailed):
    """A library that an importer needs is not installed; the text says how to get it."""


def missing_extra(what: str, library: str, extra: str = "grids") -> MissingExtraError:
    """The error for a library of one of the project's extras."""
    return MissingExtraError(f"{what} needs {library}, which is not installed: "
                             f"pip install 'phaseward[{extra}]'")
