"""Carries the phase selector's decisions to three contactors, and their feedback back.

Three relays in a row, `relay_l<n>` from n = io_ps_relay on, for L1, L2, L3; each read back as an
auxiliary contact shows it. What does not follow is the decisions' business (load off, alarm), not
a reason to restart. `see` is called before, `show` after each step.
Failure behaviour: ValueError where a relay is used twice or the load is not there.
"""

from ..core.phase_selector import STUCK

_RELAY = 1  # parameter io_l<n>_act


class Contactors:
    """The pins. `fault`: a contact does not follow, as the decisions found."""

    def __init__(self, pins):
        self.pins = pins
        self.fault = False

    def set(self, contactor):
        """What opens opens first: two are never closed together, not for a moment."""
        for i in range(3):
            if not contactor[i]:
                self.pins[i].set(0)
        for i in range(3):
            if contactor[i]:
                self.pins[i].set(1)

    def safe(self):
        for pin in self.pins:
            pin.set(0)

    def fault_text(self):
        return "a contactor of the phase selector does not follow" if self.fault else ""


class SelectorOutput:
    """To be had from `build_selector`."""

    name = "selector"

    def __init__(self, pins, names):
        self.device = Contactors(pins)
        self._names = names
        self._set = [-1, -1, -1]

    def see(self, box):
        """The contacts' feedback, to the decisions."""
        pins = self.device.pins
        box.set_contactors(pins[0].read(), pins[1].read(), pins[2].read())

    def levels(self):
        """What the three pins read back, by their names."""
        return {self._names[i]: self.device.pins[i].read() for i in range(3)}

    def show(self, box):
        """What was decided, to the contactors."""
        contactor = box.decision.contactor
        self.device.fault = box.selector.state == STUCK
        if contactor != self._set:
            for i in range(3):
                self._set[i] = contactor[i]
            self.device.set(contactor)


def build_selector(platform, values):
    """The selector's output, where a load has one."""
    load = values["ps_load"]
    if not values["l%d_kind" % load]:
        raise ValueError(
            "ps_load = %d: load %d has kind none; expected dim, pause or lock" % (load, load)
        )
    first = values["io_ps_relay"]
    for n in range(first, first + 3):
        if values["io_l%d_act" % n] == _RELAY:
            raise ValueError(
                "io_ps_relay = %d: relay_l%d drives a contactor and load %d; use another actuator"
                " for the load" % (first, n, n)
            )
    names = ["relay_l%d" % n for n in range(first, first + 3)]
    return SelectorOutput([platform.output(name) for name in names], names)
