"""The boot selector: which application runs now. Part of the base firmware, never of an update.

An application on trial gets MOST_TRIES boots to become healthy, then the confirmed one runs again.
Before an application runs its files are compared with its manifest, before its first try the
manifest's signature too. Where the confirmed one is damaged the other slot's runs if it is valid
and has not been taken back before, else the base.
"""

import sys

from .. import VERSION
from ..store.boots import Boots
from ..store.slots import SlotFile
from .manifest import UpdateError, parse_version
from .places import BASE, NAMES, places_of, public_key
from .selection import MOST_TRIES, NONE, NOT_HEALTHY, NOT_VALID, RECORD, Selection


class Choice:
    """`slot`, whether it is `on_trial`, and `notes` for people."""

    def __init__(self, places, slot, on_trial, notes):
        self.slot = slot
        self.on_trial = on_trial
        self.notes = notes
        self._places = places
        self._path = None

    def enter(self):
        """Lets imports of `phaseward` come from the slot from now on."""
        self._path = self._places.opened(self.slot)
        sys.path.insert(0, self._path)
        _forget_modules()

    def leave(self):
        """Back to the base's `phaseward`, whether or not the slot could be entered."""
        if self._path is not None:
            sys.path.remove(self._path)
        _forget_modules()


def choose(storage, rom=None):
    """Chooses and counts the try. Never raises: the last resort is the base.

    rom : the region whose halves are the slots, None where they are folders in `storage`
    """
    notes = []
    places = None
    slot, on_trial = BASE, False
    try:
        selection = Selection(SlotFile(storage, RECORD))
        places = places_of(storage, rom)
        slot = _trial(storage, places, selection, notes)
        on_trial = slot is not None
        if not on_trial:
            slot = _proven(storage, places, selection, notes)
    except Exception as error:  # whatever it is: the base can still run
        notes.append("choosing the application failed: %s" % error)
        slot, on_trial = BASE, False
    return Choice(places, slot, on_trial, notes)


def _forget_modules():
    for name in list(sys.modules):
        if name == "phaseward" or name.startswith("phaseward."):
            del sys.modules[name]


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

