"""What a box prints on its console, kept with its time until somebody takes it."""

from .machine_lines import parse


class Printout:
    """Base of the boxes on every rung with a console; they put (t_us, line) into `_lines`."""

    def __init__(self):
        self._lines: list[tuple[int, str]] = []

    def printed(self) -> list[tuple[int, str]]:
        """(t_us, line) of all that the box has printed since the last call, machine lines too."""
        lines, self._lines = self._lines, []
        return lines

    def records(self) -> list[dict]:
        """What the box has reported since the last call of `records` or `printed`."""
        parsed = [parse(t_us, line) for t_us, line in self.printed()]
        return [record for record in parsed if record is not None]
