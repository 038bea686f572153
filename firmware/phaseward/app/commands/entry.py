"""Logging in on the console: challenge and response, as a tool does, but by hand."""

from ..access.levels import NAMES


class Entry:
    ROWS = (
        ("challenge", "challenge [LEVEL]", "ask for a challenge as technician or manufacturer"),
        ("login", "login RESPONSE", "answer it with the response made from the key"),
        ("logout", "logout", "end the session; it ends by itself after 15 min"),
    )

    def __init__(self, service, session):
        self._service = service
        self._session = session

    def do_challenge(self, arguments):
        level = arguments[0] if arguments else "technician"
        challenge = self._session.challenge(level)
        return ["identity %d challenge %s" % (self._service.gate.identity, challenge)]

    def do_login(self, arguments):
        self._session.login(arguments[0] if arguments else "")
        return self._level()

    def do_logout(self, arguments):
        self._session.logout()
        return self._level()

    def _level(self):
        return ["level %s" % NAMES[self._session.level()]]
