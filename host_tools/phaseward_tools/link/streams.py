"""Where the bytes go: anything with `write` and `read` will do.

A serial port is held alone: a second program that asks for a lock, as these tools do, is refused.
Failure: PortError where the port cannot be had, and where it goes away under way.
"""

import contextlib
import errno
from typing import Protocol

from .errors import PortError

_GONE = ("{port}: the port has gone: was the box unplugged? Nothing was done by halves, and what "
         "is on trial goes back by itself")
_REASONS = {
    errno.ENOENT: "there is no such port: is the box plugged in?",
    errno.EACCES: "no permission: on Linux, join the group that owns it (`sudo usermod -aG "
                  "dialout $USER`, then log in again)",
    errno.EBUSY: "another program has it open: close that first",
    errno.EAGAIN: "another program has it open: close that first",
    errno.EWOULDBLOCK: "another program has it open: close that first",
    errno.EISDIR: "that is no port",
    errno.ENOTTY: "that is no port",
}


class Stream(Protocol):
    """A byte stream to a box: a serial port, a pseudo-terminal, a simulated one."""

    def write(self, data: bytes) -> None:
        """Sends all of it. PortError where the port is gone."""

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting for the first byte at most so long; b"" for nothing."""


class SerialStream:
    """A serial port, by pyserial; closed with `close()`.

    port : its name, or a URL pyserial knows. PortError where it cannot be had.
    """

    def __init__(self, port: str, baud: int = 115200):
        import serial

        self.name = port
        alone = {} if "://" in port else {"exclusive": True}
        try:
            self._port = serial.serial_for_url(port, baudrate=baud, timeout=0, write_timeout=5,
                                               **alone)
        except (OSError, ValueError) as error:
            raise PortError(f"{port}: {_reason(error)}") from None
        except Exception as error:  # termios.error is no OSError
            raise PortError(f"{port}: that is no port ({error})") from None

    def write(self, data: bytes) -> None:
        with self._held():
            self._port.write(data)

    def read(self, timeout_s: float) -> bytes:
        with self._held():
            self._port.timeout = timeout_s
            first = self._port.read(1)
            return first + self._port.read(self._port.in_waiting) if first else b""

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._port.close()

    @contextlib.contextmanager
    def _held(self):
        """Whatever pyserial says of a port that has gone, in one sentence."""
        try:
            yield
        except (OSError, TypeError) as error:  # TypeError: pyserial's, where it was closed
            raise PortError(_GONE.format(port=self.name)) from error


def _reason(error: Exception) -> str:
    number = getattr(error, "errno", None)
    text = str(error)
    if "exclusively lock" in text:
        number = errno.EBUSY
    if "Could not configure" in text:
        number = errno.ENOTTY
    return _REASONS.get(number, f"cannot be opened: {text}")
