"""What can stand in the way of a gateway."""


class GatewayError(Exception):
    """A gateway cannot be started; the text says why and what to do."""
