"""What people and programs tell the decisions: the time of day, a car, a room, another meter.

Each needs a technician's level, as it may lift a limit, is noted in the event log, and answers
with what is believed now. A charger on the bus tells of its car by itself (`vehicle.py`).
Errors are ValueErrors that say what was expected.
"""

from ..core.box import NO_ROOM
from ..core.clock import UNKNOWN
from .access.levels import TECHNICIAN
from .tool.words import integer, nothing_after, signed

OFF, GONE = "off", "gone"
_MOST_MK = 100_000
_MOST_WH = 1_000_000


class Telling:
    def __init__(self, service):
        self._service = service
        self._box = service.app.box

    def clock(self, words, session):
        """[TIME], HH:MM or off: the time of day, or that it is not known any more."""
        nothing_after(words, 1)
        if words:
            minute = UNKNOWN if words[0] == OFF else _minute(words[0])
            self._allow(session, "clock", (minute,))
            self._box.set_clock(minute)
        return {"minute": self._box.needs.clock.minute}

    def car(self, words, session):
        """LOAD [WH], or gone, or off: what the car there has got since it was plugged in."""
        load = integer(words, 0, 1, 4)
        nothing_after(words, 2)
        if len(words) == 2:
            connected, wh = _car(words)
            self._allow(session, "car", (load, connected, wh))
            self._box.set_vehicle(load - 1, connected, wh)
        found = self._box.needs.comfort[load - 1]
        return {"load": load, "connected": found.connected, "energy_wh": found.energy_wh}

    def room(self, words, session):
        """LOAD [MK], or off: how far the room there is below its set-point; negative: above."""
        load = integer(words, 0, 1, 4)
        nothing_after(words, 2)
        if len(words) == 2:
            off = words[1] == OFF
            below = NO_ROOM if off else signed(words, 1, -_MOST_MK, _MOST_MK)
            self._allow(session, "room", (load, below))
            self._box.set_room(load - 1, below)
        below = self._box.needs.comfort[load - 1].below_mk
        return {"load": load, "below_mk": below, "known": 0 if below == NO_ROOM else 1}

    def relearn(self, words, session):
        """Another meter is there: forget the voltages that were learnt."""
        nothing_after(words, 0)
        self._allow(session, "relearn", ())
        self._box.relearn()
        return {"learn_min": self._service.app.settings.values["bl_learn_min"]}

    def _allow(self, session, what, numbers):
        session.require(TECHNICIAN, what)
        self._service.note(what, numbers, session.origin())


def _minute(text):
    hours, sign, minutes = text.partition(":")
    if sign and hours.isdigit() and minutes.isdigit() and len(text) <= 5:
        if int(hours) < 24 and int(minutes) < 60:
            return 60 * int(hours) + int(minutes)
    raise ValueError("expected HH:MM or off, not %s" % text)


def _car(words):
    """(connected, Wh) from the second word."""
    if words[1] == GONE:
        return 0, -1
    if words[1] == OFF:
        return -1, -1
    return 1, integer(words, 1, 0, _MOST_WH)
