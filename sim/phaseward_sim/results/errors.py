"""The errors of this room: a result that cannot be understood, or cannot be written."""


class ResultError(Exception):
    """Names the file (and line or key), what was expected, and what to do."""


class ResultWriteError(ResultError):
    """The place where results should go cannot be used; nothing was written there."""
