"""What can go wrong between a host and a box. Every message says what to do."""


class LinkError(RuntimeError):
    """Base of all of them."""


class PortError(LinkError):
    """The port cannot be opened, is another program's, or has gone."""


class WrongDevice(LinkError):
    """Something answers, but no box, or one that these tools do not understand."""


class NoAnswer(LinkError):
    """Nothing, or nothing readable, came back."""


class Refused(LinkError):
    """The box refused a request and has changed nothing.

    code : frame, command, value, access, storage or internal (docs/PROTOCOL.md)
    """

    def __init__(self, code: str, text: str):
        super().__init__(text)
        self.code = code


class UnknownRequest(Refused):
    """The box's firmware does not know a request: it is older than these tools."""


class AccessRefused(Refused):
    """The session's level is not enough, or the login was wrong."""
