"""What can go wrong while flashing. A board that was interrupted is flashed again the same way."""


class FlashError(RuntimeError):
    """The board was not written, or not as the file says; the text says what to do."""


class FlashInputError(ValueError):
    """The file or the board's name will not do; nothing was written."""


class FlashToolMissing(RuntimeError):
    """An outside program is needed; the text says which and how to get it."""
