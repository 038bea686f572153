"""Carries the decisions to relays, SG-Ready contacts, wallboxes, the power stage and the inverter.

Pins act at once. Devices on the bus are awaited one after another by the control task; one that
does not obey shows in `faults()` and has its own watchdog and failsafe value. A pin that does not
read back is the supervisor's business.
What drives a kind of output is imported where one is built: it takes heap that others need.
Names of the outputs, n = 1..4: relay_l<n>; sg_a_l<n> and sg_b_l<n> (SG-Ready terminals 1:2).
"""

from ..bus import profile
from ..core.decision import MAX_LOADS

NONE, RELAY, SG_READY, WALLBOX = 0, 1, 2, 3  # parameter io_l<n>_act


class RelayOutput:
    """Energised (or dropped, where inverted) while the load is held back."""

    def __init__(self, load, platform, values):
        from ..bus.actuators.relay import Relay

        self.name = "relay_l%d" % (load + 1)
        self.load = load
        self.held = 0  # 1 while a test holds the load back
        blocked_level = 0 if values["io_l%d_invert" % (load + 1)] else 1
        safe = _safe_blocks(values, load)
        self._pin = platform.output(self.name)
        self.device = Relay(self._pin, platform.clock, blocked_level, None, safe)

    def show(self, decision):
        self.device.apply(decision.blocked[self.load] | self.held)

    def levels(self):
        """What the pin reads back, by its name."""
        return {self.name: self._pin.read()}


class SgReadyOutput:
    """Lock while the load is held back, else normal."""

    def __init__(self, load, platform, values):
        from ..bus.actuators.sg_ready import LOCK, NORMAL, SgReady

        self.name = "sg_l%d" % (load + 1)
        self.load = load
        self.held = 0  # 1 while a test holds the load back
        first = platform.output("sg_a_l%d" % (load + 1))
        second = platform.output("sg_b_l%d" % (load + 1))
        self._contacts = first, second
        safe = LOCK if _safe_blocks(values, load) else NORMAL
        hold_s = 60 * values["l%d_free_min" % (load + 1)]
        self.device = SgReady(first, second, platform.clock, hold_s, safe)
        self._lock, self._normal = LOCK, NORMAL

    def show(self, decision):
        blocked = decision.blocked[self.load] | self.held
        self.device.apply(self._lock if blocked else self._normal)

    def levels(self):
        """What the two pins read back, by their names."""
        first, second = self._contacts
        n = self.load + 1
        return {"sg_a_l%d" % n: first.read(), "sg_b_l%d" % n: second.read()}


class Outputs:
    """`pins` act at once; `on_bus` are driven by the control task; `carriers` bring pins to where
    they are (`remote_pins.py`); `selector`: the phase selector's contactors, or None.
    `problems`: what is missing."""

    def __init__(self):
        self.pins = []
        self.on_bus = []
        self.carriers = []
        self.selector = None
        self.problems = []

    def show(self, decision):
        for output in self.pins:
            output.show(decision)

    def safe(self):
        """Pins to their safe state; devices on the bus go there by their own watchdogs."""
        for output in self.pins:
            output.device.safe()
        if self.selector is not None:
            self.selector.device.safe()

    def mismatch(self):
        """Name of a pin output that does not read back as set, or None."""
        for output in self.pins:
            if output.device.fault:
                return output.name
        return None

    def all(self):
        """Everything that has a name, and a device that can have a fault."""
        selector = [] if self.selector is None else [self.selector]
        return self.pins + selector + self.on_bus + self.carriers

    def faults(self):
        """(name, text) of every output that does not do what it is told."""
        return [
            (output.name, output.device.fault_text())
            for output in self.all()
            if output.device.fault
        ]


def build_outputs(platform, masters, values, folders):
    """All outputs the parameters ask for; what cannot be had is named in `problems`."""
    outputs = Outputs()
    chargers = {}  # profiles by their ids: equal chargers share one
    for load in range(MAX_LOADS):
        try:
            _add_load(outputs, load, platform, masters, values, folders, chargers)
        except (ValueError, OSError) as error:
            outputs.problems.append(str(error))
    if values["ps_load"]:
        from .selector_output import build_selector

        try:
            outputs.selector = build_selector(platform, values)
        except ValueError as error:
            outputs.problems.append(str(error))
    if values["mb_stage_addr"]:
        from .bus_outputs import StageOutput

        try:
            found = profile.load(values["mb_stage"], "stage", folders).lighten()
            outputs.on_bus.append(StageOutput(found, masters, values))
        except (ValueError, OSError) as error:
            outputs.problems.append(str(error))
    if values["fi_addr"]:
        from .bus_outputs import InverterOutput

        try:
            outputs.on_bus.append(InverterOutput(masters, values))
        except (ValueError, OSError) as error:
            outputs.problems.append(str(error))
    return outputs


def _add_load(outputs, load, platform, masters, values, folders, chargers):
    kind = values["io_l%d_act" % (load + 1)]
    if kind == RELAY:
        outputs.pins.append(RelayOutput(load, platform, values))
    elif kind == SG_READY:
        outputs.pins.append(SgReadyOutput(load, platform, values))
    elif kind == WALLBOX:
        from .bus_outputs import WallboxOutput

        name = values["io_l%d_box" % (load + 1)]
        if name not in chargers:
            chargers[name] = profile.load(name, "wallbox", folders).lighten()
        outputs.on_bus.append(WallboxOutput(load, chargers[name], masters, values))


def _safe_blocks(values, load):
    """1 where the load's safe limit is below its full power."""
    n = load + 1
    return 1 if values["l%d_safe_w" % n] < values["l%d_max_w" % n] else 0
