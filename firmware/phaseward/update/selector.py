"""The boot selector: which application runs now. Part of the base firmware, never of an update.

An application on trial gets MOST_TRIES boots to become healthy, then the confirmed one runs again.
Before an application runs its files are compared with its manifest, before its first try the
manifest's signature too. Where the confirmed one is damaged the other slot's runs if it is valid
and has not been taken back before, else the base. A box that was never updated needs none of this,
and its heap for other things.
"""

import sys

from ..store.slots import SlotFile
from .selection import BASE, NONE, RECORD, Selection


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
        places, self._places = self._places, None
        self._path = places.opened(self.slot)
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
        if selection.trial != NONE or selection.confirmed != BASE:
            from .choosing import judged
            from .places import places_of

            places = places_of(storage, rom)
            slot, on_trial = judged(storage, places, selection, notes)
    except Exception as error:  # whatever it is: the base can still run
        notes.append("choosing the application failed: %s" % error)
        slot, on_trial = BASE, False
    return Choice(places, slot, on_trial, notes)


def _forget_modules():
    for name in list(sys.modules):
        if name == "phaseward" or name.startswith("phaseward."):
            del sys.modules[name]
