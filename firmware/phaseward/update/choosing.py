"""The boot selector's judgement where there is a choice: what is on trial, and what is whole.

Files are compared with their manifest at each boot, the signature before the first try.
"""

from .. import VERSION
from ..store.boots import Boots
from ..store.slots import SlotFile
from .manifest import UpdateError, parse_version
from .places import public_key
from .selection import BASE, MOST_TRIES, NAMES, NONE, NOT_HEALTHY, NOT_VALID


def judged(storage, places, selection, notes):
    """(slot, whether it is on trial); the try is counted."""
    slot = _trial(storage, places, selection, notes)
    if slot is not None:
        return slot, True
    return _proven(storage, places, selection, notes), False


def _trial(storage, places, selection, notes):
    """The slot on trial, its try counted; None where there is none, or no more."""
    slot = selection.trial
    if slot == NONE:
        return None
    wrong = _wrong_with(storage, places, slot, selection.tries == 0)
    if wrong is not None:
        notes.append("update taken back: " + wrong)
        selection.take_back(NOT_VALID)
        return None
    if selection.tries >= MOST_TRIES:
        notes.append("update taken back: not healthy in %d tries" % MOST_TRIES)
        _forget_boots(storage)
        selection.take_back(NOT_HEALTHY)
        return None
    if selection.tries == 0:
        _forget_boots(storage)
    selection.count_try()
    return slot


def _forget_boots(storage):
    """An application is not put into safe mode for the bad boots of the one before."""
    Boots(SlotFile(storage, "boots")).forgive()


def _proven(storage, places, selection, notes):
    """The confirmed application if it is whole, else the other slot's, else the base."""
    for slot in (selection.confirmed, selection.free):
        if slot == BASE:
            return BASE
        if slot == selection.bad:
            continue
        wrong = _wrong_with(storage, places, slot, slot != selection.confirmed)
        if wrong is None:
            return slot if _not_older_than_base(places, slot, notes) else BASE
        notes.append("application in slot %s: %s" % (NAMES[slot], wrong))
    return BASE


def _wrong_with(storage, places, slot, check_signature):
    if slot == BASE:
        return None
    try:
        key = public_key(storage) if check_signature else None
    except UpdateError as error:
        return str(error)
    return places.problem(slot, key)


def _not_older_than_base(places, slot, notes):
    """A base firmware installed later, at the bench, wins over an older application."""
    version = places.manifest(slot, None).version
    if version >= parse_version(VERSION):
        return True
    notes.append("the base is newer than the application in slot %s" % NAMES[slot])
    return False

