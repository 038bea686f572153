"""What to tell of an error that storage or a port raised.

An `OSError` with a text of its own prints as a bare pair on some ports of MicroPython, and with
its number before the text on others. The text alone reads alike everywhere.
"""


def text_of(error):
    """The error's own text, else what it prints as."""
    args = error.args
    return args[1] if isinstance(error, OSError) and len(args) == 2 else str(error)
