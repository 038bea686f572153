"""What a box prints on its console, kept with its time until somebody takes it."""

from .machine_lines import parse


class Printout:
    """Base of the boxes on every rung with a console; they hand over what comes by `_heard`.

    on_bytes : called with every piece as it comes, where somebody listens
    """

    def __init__(self):
        self.on_bytes = None
        self._lines: list[tuple[int, str]] = []
        self._unended = b""

    def _heard(self, t_us: int, data: bytes) -> None:
        if self.on_bytes is not None:
            self.on_bytes(data)
        *lines, self._unended = (self._unended + data).split(b"\n")
        self._lines += [(t_us, line.decode(errors="replace").rstrip("\r")) for line in lines]

    def printed(self) -> list[tuple[int, str]]:
        """(t_us, line) of all that the box has printed since the last call, machine lines too."""
        lines, self._lines = self._lines, []
        return lines

    def records(self) -> list[dict]:
        """What the box has reported since the last call of `records` or `printed`."""
        parsed = [parse(t_us, line) for t_us, line in self.printed()]
        return [record for record in parsed if record is not None]
