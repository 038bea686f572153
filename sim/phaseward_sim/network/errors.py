"""The error every network module raises for data that cannot be a network."""


class NetworkError(ValueError):
    """A network that cannot exist; the message names the element and what was expected."""
