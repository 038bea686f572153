"""Levels of access, as the parameter table uses them, and the error where one is not enough."""

OPEN, TECHNICIAN, MANUFACTURER = 0, 1, 2
NAMES = ("open", "technician", "manufacturer")


class AccessError(ValueError):
    """The session may not do this; the message says what it needs."""


def number(name):
    """The level of a name that can be logged in to. AccessError names the two."""
    if name in NAMES[TECHNICIAN:]:
        return NAMES.index(name)
    raise AccessError("level %s: expected technician or manufacturer" % name)
