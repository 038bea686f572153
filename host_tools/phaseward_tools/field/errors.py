"""What a person at a box may have got wrong."""


class FieldError(ValueError):
    """An option, a key or a batch file is wrong; the text names it and says what to do."""
