"""Where the bytes go: anything with `write` and `read` will do."""

from typing import Protocol


class Stream(Protocol):
    """A byte stream to a box: a serial port, a pseudo-terminal, a simulated one."""

    def write(self, data: bytes) -> None:
        """Sends all of it. OSError where the port is gone."""

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting for the first byte at most so long; b"" for nothing."""


class SerialStream:
    """A serial port, by pyserial; closed with `close()`.

    port : its name, or a URL pyserial knows. LinkError where it cannot be had.
    """

    def __init__(self, port: str, baud: int = 115200):
        import serial

        from .errors import LinkError

        try:
            self._port = serial.serial_for_url(port, baudrate=baud, timeout=0)
        except (OSError, ValueError) as error:
            hint = "is another program on it?"
            raise LinkError(f"{port}: cannot be opened: {error}; {hint}") from None

    def write(self, data: bytes) -> None:
        self._port.write(data)

    def read(self, timeout_s: float) -> bytes:
        self._port.timeout = timeout_s
        first = self._port.read(1)
        return first + self._port.read(self._port.in_waiting) if first else b""

    def close(self) -> None:
        self._port.close()
