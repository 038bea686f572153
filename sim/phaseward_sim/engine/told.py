"""What a box is told besides its meter: by its chargers of their cars, by people on the console.

On the rungs with a bus the firmware application does this itself (`app/vehicle.py` and
`app/telling.py`); on rung core it is done here, to the same effect, and noted in the trace.
Failure: a line that is none of these raises ValueError saying what was expected.
"""

from __future__ import annotations

from phaseward.core.box import NO_ROOM, Box

NEEDS = ("clock", "car", "room", "relearn")


class Told:
    """Tells one box; `note(kind, *numbers)` keeps it in the trace."""

    def __init__(self, box: Box, note):
        self._box, self._note = box, note
        self._chargers: list = []
        self._base_wh: dict[int, int] = {}

    def watch(self, wires, handles, values) -> None:
        """From now on the chargers whose loads have a contract tell of their cars."""
        self._chargers = [
            (wire.number - 1, handle) for wire, handle in zip(wires, handles, strict=True)
            if wire.actuator == "wallbox" and values[f"l{wire.number}_need_wh"]]

    def cars(self) -> None:
        """After each round with the chargers."""
        for load, handle in self._chargers:
            reading = handle.reading()
            if not reading["plugged"]:
                self._base_wh.pop(load, None)
                self._vehicle(load, 0, -1)
                continue
            total_wh = int(reading["energy"])
            got_wh = max(0, self._box.needs.comfort[load].energy_wh)
            base_wh = self._base_wh.setdefault(load, total_wh - got_wh)
            self._vehicle(load, 1, total_wh - base_wh)

    def carry_out(self, line: str) -> None:
        """A console line of `NEEDS`, as the firmware does."""
        kind, *numbers = parsed(line)
        actions = {"T": self._clock, "V": self._vehicle, "M": self._room, "L": self._relearn}
        actions[kind](*numbers)

    def _clock(self, minute: int) -> None:
        self._box.set_clock(minute)
        self._note("T", minute)

    def _vehicle(self, load: int, connected: int, energy_wh: int) -> None:
        self._box.set_vehicle(load, connected, energy_wh)
        self._note("V", load, connected, energy_wh)

    def _room(self, load: int, below_mk: int) -> None:
        self._box.set_room(load, below_mk)
        self._note("M", load, below_mk)

    def _relearn(self) -> None:
        self._box.relearn()
        self._note("L", 0)


def parsed(line: str) -> tuple:
    """Kind of a trace's line and its numbers, from a console line of `NEEDS`."""
    command, *words = line.split()
    try:
        return _PARSERS[command](*words)
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"expected clock HH:MM, car LOAD WH, room LOAD MK (each also off, a car "
                         f"also gone) or relearn, got {line!r}") from None


def _clock(text: str) -> tuple:
    if text == "off":
        return "T", -1
    hours, minutes = (int(part) for part in text.split(":"))
    if not (0 <= hours < 24 and 0 <= minutes < 60):
        raise ValueError(text)
    return "T", 60 * hours + minutes


def _load(text: str) -> int:
    if text not in ("1", "2", "3", "4"):
        raise ValueError(text)
    return int(text) - 1


def _car(load: str, text: str) -> tuple:
    if text in ("gone", "off"):
        return "V", _load(load), 0 if text == "gone" else -1, -1
    return "V", _load(load), 1, int(text)


def _room(load: str, text: str) -> tuple:
    return "M", _load(load), NO_ROOM if text == "off" else int(text)


def _relearn() -> tuple:
    return ("L",)


_PARSERS = {"clock": _clock, "car": _car, "room": _room, "relearn": _relearn}
