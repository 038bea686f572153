"""What can go wrong between a host and a box. Every message says what to do."""


class LinkError(RuntimeError):
    """Base of all of them."""


class NoAnswer(LinkError):
    """Nothing, or nothing readable, came back."""


class Refused(LinkError):
    """The box refused a request and has changed nothing.

    code : frame, command, value, access, storage or internal (docs/PROTOCOL.md)
    """

    def __init__(self, code: str, text: str):
        super().__init__(text)
        self.code = code


class AccessRefused(Refused):
    """The session's level is not enough, or the login was wrong."""
