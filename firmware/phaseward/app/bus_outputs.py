"""Outputs that are devices on the bus: wallboxes, the power stage, the inverter.

Each offers `drive(decision)`, to be awaited, and `told(box)`, which hands on what the device has
answered. ValueError where parameters and device do not go together.
"""

from .masters import SERIAL

_WATCHDOG_POLLS, _WATCHDOG_LEAST_POLLS = 3, 2
_WALLBOX_WATCHDOG_MS = 30_000
_STAGE_WATCHDOG_S = 10


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
