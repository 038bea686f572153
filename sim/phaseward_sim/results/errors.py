"""The one error of this room: a result that cannot be written, read or understood."""


class ResultError(Exception):
    """Names the file (and line or key), what was expected, and what to do."""
