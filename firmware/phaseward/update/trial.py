"""The trial of an application that was just updated: committed once it has proved healthy.

Control cycles are counted; enough healthy ones in a row commit. An application that has not got
there after TRIAL_CYCLES, or that starts in safe mode, asks for a restart: the boot selector counts
its tries and takes it back in the end.
"""

from .selection import NONE

HEALTHY_CYCLES = 30
TRIAL_CYCLES = 600


class Trial:
    """`active`: this application is on trial. `cycle` allocates nothing."""

    def __init__(self, selection, running=None):
        """`running`: the slot that runs, None where it is not known: the one on trial then."""
        self._selection = selection
        self.active = selection.trial != NONE and running in (None, selection.trial)
        self._healthy = 0
        self._cycles = 0

    def cycle(self, healthy):
        """A control cycle has ended: healthy, or with something missing or wrong."""
        self._cycles += 1
        self._healthy = self._healthy + 1 if healthy else 0

    @property
    def proven(self):
        """Whether `commit` should be called now, in a moment when the bus is idle."""
        return self.active and self._healthy >= HEALTHY_CYCLES

    @property
    def overdue(self):
        """Whether the box should restart because the application does not become healthy."""
        return self.active and self._cycles >= TRIAL_CYCLES

    def commit(self):
        """OSError where storage refuses: proven again after as many healthy cycles."""
        self._healthy = 0
        self._selection.commit()
        self.active = False
