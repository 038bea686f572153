"""The box while it is being commissioned: what was changed is remembered and can go back.

Failure: LinkError of the link; `undo` puts the former parameters back and restarts the box where
they want it.
"""

import time

from phaseward_tools.link import Box, LinkError, NoAnswer

BOOT_S = 30.0


class Site:
    """connect: gives a fresh Box after a restart. patience_s: with a load that the box itself
    holds back. clock, pause: seconds, for tests."""

    def __init__(self, connect, patience_s=900.0, clock=time.monotonic, pause=time.sleep):
        self.patience_s = patience_s
        self._connect, self._clock, self.pause = connect, clock, pause
        self._before: dict = {}
        self.box: Box = connect()

    def change(self, values: dict, restart: bool = False) -> None:
        """Puts values in force and saves them, remembering the former ones."""
        now = self.box.values()
        change = {name: value for name, value in values.items() if now[name] != value}
        for name in change:
            self._before.setdefault(name, now[name])
        if change:
            self.box.set(change)
            self.box.save()
            if restart:
                self.restart()

    def restart(self) -> None:
        """Returns when the box answers again."""
        boot = self.box.client.request("identify")["boot"]
        self.box.restart()
        until_s = self._clock() + BOOT_S
        while self._clock() < until_s:
            self.pause(0.3)
            try:
                self.box = self._connect()
                if self.box.client.request("identify")["boot"] != boot:
                    return
            except (LinkError, OSError):
                continue
        raise NoAnswer("the box does not come back after its restart: look at it")

    def undo(self) -> list[str]:
        """Everything goes back as it was; says in words what went back."""
        self._quietly("stop")
        self._quietly("revert")
        before, self._before = self._before, {}
        if not before:
            return []
        self.change(before, restart=True)
        return [f"{name} is {value} again" for name, value in before.items()]

    def keep(self) -> None:
        """What was changed stays."""
        self._before = {}

    def _quietly(self, request: str) -> None:
        try:
            self.box.client.request(request)
        except LinkError:
            return

    def settled(self, seconds: float) -> dict:
        """The status once the meter's values are fresh, or after so long."""
        until_s = self._clock() + seconds
        while True:
            status = self.box.status()
            if status["voltage"] == "ok" or self._clock() >= until_s:
                return status
            self.pause(0.5)
