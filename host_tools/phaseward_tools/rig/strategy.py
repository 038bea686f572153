"""Brings the box on the bench into the states a run needs, and back.

    off -> connected -> commissioned -> running -> released

`commissioned` means: the scenario's parameters are in force and saved, the box's own are
remembered. `released` puts those back; it never raises, and says what it could not do. Nothing is
set that is in force already, so a repeated run writes no flash.
"""

from __future__ import annotations

import time
from enum import StrEnum

from phaseward_tools.key_file import KeyFileError, best_key
from phaseward_tools.link import Box, Client, LinkError, NoAnswer, SerialStream

from .errors import BoxUnreachable, RigError

_TRIES = 4  # of 4.5 s each
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 16.0  # between two questions to a box that boots
_LISTEN_S = 0.1
_REOPEN_S = 0.05


class State(StrEnum):
    """Where the box is."""

    OFF = "off"
    CONNECTED = "connected"
    COMMISSIONED = "commissioned"
    RUNNING = "running"
    RELEASED = "released"


class BoxStrategy:
    """One box. what: its schema.RigBox; file: the RigFile it stands in."""

    def __init__(self, what, file):
        self.what, self._file = what, file
        self.state = State.OFF
        self.lines: list[str] = []
        self.box: Box | None = None
        self.hurdles: list[str] = []  # what release could not do
        self._stream = None
        self._before: dict = {}
        self._boot = -1

    def connect(self) -> None:
        """Opens the port, makes sure it is the box meant, logs in."""
        try:
            self._stream = SerialStream(self.what.console)
            self.box = Box(Client(self._stream, others=self.lines.append))
            found = self._patiently(lambda: self.box.identity)
        except (LinkError, OSError) as error:
            raise BoxUnreachable(f"box {self.what.name}: {error}") from None
        if self.what.identity not in (None, found["identity"]):
            raise RigError(f"box {self.what.name}: {self.what.console} leads to box "
                           f"{found['identity']}, the rig file says {self.what.identity}; are "
                           "two cables swapped?")
        if not found["commissioning"]:
            self._log_in(found["identity"])
        self.state = State.CONNECTED

    def _patiently(self, ask) -> dict:
        """Who the box is; one that was just plugged in, or that boots, needs a while to say."""
        for _ in range(_TRIES - 1):
            try:
                return ask()
            except NoAnswer:
                continue
        return ask()

    def commission(self, wanted: dict) -> dict:
        """Puts all of `wanted` in force and saves it; returns all values then in force."""
        now = self.box.values()
        unknown = [name for name in wanted if name not in now]
        if unknown:
            raise RigError(f"box {self.what.name}: its firmware has no parameter {unknown[0]}; "
                           "flash the firmware that this scenario is for")
        change = {name: value for name, value in wanted.items() if now[name] != value}
        self._before = {name: now[name] for name in change}
        self._put(change)
        self.state = State.COMMISSIONED
        return now | change

    def restart(self) -> None:
        """Lets the box boot; `await_boot` waits until it answers again."""
        self._boot = self.box.client.request("identify")["boot"]
        self.box.restart()

    def await_boot(self) -> None:
        """The box is there again after `restart`, logged in as before.

        It is asked ever more seldom: a slow one would answer questions that nobody waits for any
        more, one behind the other.
        """
        until_s, pause_s = time.monotonic() + self.what.silent_s, _FIRST_PAUSE_S
        while time.monotonic() < until_s:
            try:
                self._hear_boot(pause_s)
                if self.box.client.request("identify")["boot"] != self._boot:
                    self._log_in_again()
                    self.state = State.RUNNING
                    return
            except NoAnswer:
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            except (LinkError, OSError):
                time.sleep(_REOPEN_S)
                self.reopen()
        raise RigError(f"box {self.what.name}: does not come back within "
                       f"{self.what.silent_s:g} s after its restart")

    def _hear_boot(self, seconds: float) -> None:
        """Listens for so long, or until the box says that it boots."""
        until_s, first = time.monotonic() + seconds, len(self.lines)
        while time.monotonic() < until_s and not any(
                line.startswith("!boot") for line in self.lines[first:]):
            self.box.client.listen(_LISTEN_S)

    def release(self) -> None:
        """The box's own parameters come back, outputs follow its own decisions; port closed."""
        if self._stream is None:
            return
        try:
            if self._before:
                self._log_in_again()
                self._put(self._before)
                self.box.restart()
        except (LinkError, OSError, RigError, KeyFileError) as error:
            names = ", ".join(f"{name}={value}" for name, value in self._before.items())
            self.hurdles.append(f"box {self.what.name} keeps the scenario's parameters: {error}; "
                                f"its own were {names}")
        self.close()
        self.state = State.RELEASED

    def close(self) -> None:
        """The port is free; nothing is changed."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _put(self, change: dict) -> None:
        if not change:
            return
        try:
            self.box.set(change)
            self.box.save()
        except LinkError as error:
            raise RigError(f"box {self.what.name}: {error}") from None

    def reopen(self) -> None:
        """A board's USB port goes away while it restarts."""
        try:
            stream = SerialStream(self.what.console)
        except (LinkError, OSError):
            return
        self._stream.close()
        self._stream = stream
        self.box = Box(Client(stream, others=self.lines.append))

    def _log_in_again(self) -> None:
        found = self._patiently(lambda: self.box.client.request("identify"))
        if not found["commissioning"]:
            self._log_in(found["identity"])

    def _log_in(self, identity: int) -> None:
        if self.what.key_file is None:
            raise RigError(f"box {self.what.name}: it has keys; name the file that `phaseward "
                           "provision` wrote in `key_file`")
        self.box.login(*best_key(self._file.path(self.what.key_file), identity))
