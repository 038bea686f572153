"""Carries the decisions to relays, SG-Ready contacts, wallboxes, the power stage and the inverter.

Pins act at once. Devices on the bus are awaited one after another by the control task; one that
does not obey shows in `faults()` and has its own watchdog and failsafe value. A pin that does not
read back is the supervisor's business.
What drives a kind of output is imported where one is built: it takes heap that others need.
Names of the outputs, n = 1..4: relay_l<n>; sg_a_l<n> and sg_b_l<n> (SG-Ready terminals 1:2).
"""

from ..bus import profile
from ..core.decision import MAX_LOADS
from .masters import SERIAL
from .selector_output import build_selector

NONE, RELAY, SG_READY, WALLBOX = 0, 1, 2, 3  # parameter io_l<n>_act
_WATCHDOG_POLLS, _WATCHDOG_LEAST_POLLS = 3, 2
_WALLBOX_WATCHDOG_MS = 30_000
_STAGE_WATCHDOG_S = 10


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


class WallboxOutput:
    """A charger on the bus, limited in watts."""

    def __init__(self, load, found, masters, values):
        from ..bus.actuators.wallbox import Wallbox, current_ma

        n = load + 1
        self.name = "wallbox_l%d" % n
        self._load = load
        phases = bin(values["l%d_phases" % n]).count("1")
        failsafe_ma = current_ma(
            values["l%d_safe_w" % n], phases, found.min_current_ma, found.max_current_ma
        )
        watchdog_ms = _wallbox_watchdog_ms(found, values["mb_poll_ms"])
        address = values["io_l%d_addr" % n]
        master = masters.device_at(values["io_l%d_host" % n], address)
        # Asked of the charger only where a contract needs it: it is another request each round.
        self._watch = None
        if values["l%d_need_wh" % n] and found.tells_of_cars():
            from .vehicle import VehicleWatch

            self._watch = VehicleWatch(load)
        cars = self._watch is not None
        self.device = Wallbox(found, address, master, phases, watchdog_ms, failsafe_ma, cars)

    def drive(self, decision):
        """To be awaited."""
        return self.device.apply(decision.limit_w[self._load])

    def told(self, box):
        """The currents the charger measures, and what it knows of its car."""
        box.set_load_current(self._load, max(self.device.i_ma), self.device.measures())
        if self._watch is not None:
            self._watch.tell(self.device, box)


class StageOutput:
    """The balancer's power stage on the bus; what it really does goes back to the decisions."""

    name = "stage"

    def __init__(self, found, masters, values):
        from ..bus.actuators.stage import Stage

        watchdog_s = max(_STAGE_WATCHDOG_S, _WATCHDOG_POLLS * values["mb_poll_ms"] // 1000)
        address = values["mb_stage_addr"]
        self.device = Stage(found, address, masters.device_at(SERIAL, address), watchdog_s)

    def drive(self, decision):
        """To be awaited."""
        return self.device.apply(decision.transfer_w, decision.q_var, decision.stage_run)

    def told(self, box):
        p, q = self.device.p_w, self.device.q_var
        device = self.device
        known = not device.failures and not device.frozen()
        box.set_stage_actual(p[0], p[1], p[2], (q[0] + q[1] + q[2]) // 3, known)
        box.set_stage_state(device.out(), device.temperature_dc)


class InverterOutput:
    """The inverter whose feed-in is limited, on the bus."""

    name = "inverter"

    def __init__(self, masters, values):
        from ..bus.actuators.inverter import Inverter

        _check_inverter(values)
        address = values["fi_addr"]
        master = masters.device_at(values["fi_host"], address)
        self.device = Inverter(address, master, values["fi_revert_s"])

    def drive(self, decision):
        """To be awaited."""
        return self.device.apply(decision.feed_in_limit_w)

    def told(self, box):
        """The inverter's answer tells the decisions nothing."""


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
    try:
        outputs.selector = build_selector(platform, values)
    except ValueError as error:
        outputs.problems.append(str(error))
    if values["mb_stage_addr"]:
        try:
            found = profile.load(values["mb_stage"], "stage", folders)
            outputs.on_bus.append(StageOutput(found, masters, values))
        except (ValueError, OSError) as error:
            outputs.problems.append(str(error))
    if values["fi_addr"]:
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
        name = values["io_l%d_box" % (load + 1)]
        if name not in chargers:
            chargers[name] = profile.load(name, "wallbox", folders)
        outputs.on_bus.append(WallboxOutput(load, chargers[name], masters, values))


def _wallbox_watchdog_ms(found, poll_ms):
    """Long enough for three polls, but no longer than the charger can count."""
    longest_ms = found.longest_watchdog_ms()
    if longest_ms < _WATCHDOG_LEAST_POLLS * poll_ms:
        raise ValueError(
            "mb_poll_ms = %d: %s falls back after %d ms without the box: expected at most %d"
            % (poll_ms, found.id, longest_ms, longest_ms // _WATCHDOG_LEAST_POLLS)
        )
    return min(max(_WALLBOX_WATCHDOG_MS, _WATCHDOG_POLLS * poll_ms), longest_ms)


def _check_inverter(values):
    """An inverter nobody decides for would be held at nothing; one that forgets its limit between
    two polls would feed in freely."""
    if values["fi_max_w"] == 0:
        raise ValueError("fi_addr = %d, but fi_max_w = 0: give the inverter's full power"
                         % values["fi_addr"])
    least_s = -(-_WATCHDOG_LEAST_POLLS * values["mb_poll_ms"] // 1000)
    if values["fi_revert_s"] < least_s:
        raise ValueError("fi_revert_s = %d: expected at least %d, two polls of %d ms"
                         % (values["fi_revert_s"], least_s, values["mb_poll_ms"]))


def _safe_blocks(values, load):
    """1 where the load's safe limit is below its full power."""
    n = load + 1
    return 1 if values["l%d_safe_w" % n] < values["l%d_max_w" % n] else 0
