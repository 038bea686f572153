"""Opens the port, makes sure that a box answers there, and logs in where a key is given.

    with connected(port, key) as box:
        ...
Failure: PortError, NoAnswer, WrongDevice (exit code 7), AccessRefused (8), FieldError,
KeyFileError (3).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from phaseward_tools.field.errors import FieldError
from phaseward_tools.field.ports import the_port
from phaseward_tools.field.tables import Tables
from phaseward_tools.key_file import LEVELS, key_of
from phaseward_tools.link import (
    AccessRefused,
    Box,
    Client,
    LinkError,
    NoAnswer,
    SerialStream,
    UnknownRequest,
    WrongDevice,
)

PROTOCOL = 1
PATIENCE = 2  # a box that has just been plugged in needs some seconds before it answers
_NEEDED = ("protocol", "firmware", "identity", "schema", "parameters", "columns")
_HEARD_MOST = 40


@dataclass(frozen=True)
class Way:
    """How to reach a box: port (None: the only one), key and level to log in with."""

    port: str | None = None
    key: str | None = None
    level: str = LEVELS[0]


@contextmanager
def connected(way: Way, hear=None) -> Iterator[Box]:
    """The box there. hear: called with each line it says unasked."""
    name = the_port(way.port)
    stream = SerialStream(name)
    heard = _Heard(stream, hear)
    try:
        box = Box(Client(heard, others=heard.line), Tables())
        _identify(box, name, heard)
        _log_in(box, way)
        yield from _yielded(box, way)
    finally:
        stream.close()


def _yielded(box: Box, way: Way) -> Iterator[Box]:
    """Hands the box over; adds to a refusal for lack of level what to do about it."""
    try:
        yield box
    except AccessRefused as error:
        hint = "log in with --key" if way.key is None else "it needs another --level"
        raise AccessRefused(error.code, f"{error}; {hint}") from None
    if way.key is not None:
        with suppress(LinkError):
            box.logout()


class _Heard:
    """The stream, and what came that was no reply."""

    def __init__(self, stream, hear):
        self._stream, self._hear = stream, hear
        self.bytes = b""

    def write(self, data: bytes) -> None:
        self._stream.write(data)

    def read(self, timeout_s: float) -> bytes:
        data = self._stream.read(timeout_s)
        self.bytes = (self.bytes + data)[-_HEARD_MOST:]
        return data

    def line(self, text: str) -> None:
        if self._hear is not None:
            self._hear(text)

    def shown(self) -> str:
        text = self.bytes.decode(errors="replace")
        return "".join(c if c.isprintable() else "." for c in text).strip()


def _identify(box: Box, port: str, heard: _Heard) -> None:
    for patience in range(PATIENCE, 0, -1):
        try:
            found = box.identity
            break
        except NoAnswer:
            if heard.bytes or patience == 1:
                raise _silence(port, heard) from None
        except UnknownRequest:
            raise WrongDevice(f"{port}: answers like a box but cannot say what it is: its "
                              "firmware is too old for these tools") from None
    if not isinstance(found, dict) or any(name not in found for name in _NEEDED):
        raise WrongDevice(f"{port}: what answers here does not say what a box says of itself")
    if found["protocol"] > PROTOCOL:
        raise WrongDevice(f"{port}: the box speaks protocol {found['protocol']}, these tools know "
                          f"{PROTOCOL}: install newer tools (pip install --upgrade phaseward)")


def _silence(port: str, heard: _Heard) -> LinkError:
    if heard.bytes:
        return WrongDevice(f"{port}: no Phaseward box answers here, but something else is heard "
                           f"({heard.shown()!r}): is it the right port, and is no other program "
                           "on it?")
    return NoAnswer(f"{port}: nothing answers: is it the right port, and is the box on?")


def _log_in(box: Box, way: Way) -> None:
    if way.key is None:
        return
    if way.level not in LEVELS:
        raise FieldError(f"--level {way.level}: expected {' or '.join(LEVELS)}")
    if box.identity.get("commissioning"):
        return  # it has no keys: everybody may do what a technician may
    key = key_of(way.key, way.level, box.identity["identity"])
    try:
        box.login(way.level, key)
    except AccessRefused as error:
        raise AccessRefused("access", f"{error}; nothing was changed. Is it the key of box "
                            f"{box.identity['identity']}, level {way.level}?") from None
