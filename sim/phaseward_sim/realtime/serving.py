"""One live box alone: its meter shows given voltages, or its bus is another terminal."""

from itertools import count

import numpy as np

from phaseward.store.parameters import defaults

from ..modbus import MeterModel, MeterSlave, SerialBus
from .live import LiveBox

_PARITY = "NEO"
_STEP_US = 1_000_000
_NOISE_V = 0.05
_CURRENT_A, _POWER_W = 1.0, 200.0  # per phase: a house that is hardly used


class SteadyBench:
    """A bus with the one meter that the box is set to, at steady voltages.

    changed: the box's parameters that differ from the defaults. volts: of the three phases.
    """

    def __init__(self, changed: dict, volts):
        p = {**defaults(), **changed}
        self.levels: dict[str, int] = {}
        self._bus = SerialBus(p["mb_baud"], _PARITY[p["mb_parity"]], chunk_chars=256)
        self._model = MeterModel(1, noise={"u": _NOISE_V}, seed=1)
        self._bus.add(MeterSlave(p["mb_meter"], p["mb_meter_addr"], self._model))
        self.set_voltage(0.0, volts)

    def set_voltage(self, t_s: float, volts) -> None:
        u = np.array(volts, float)
        between = np.sqrt(u**2 + np.roll(u, -1) ** 2 + u * np.roll(u, -1))  # 120 degrees apart
        self._model.update(t_s, u, between, np.full(3, _CURRENT_A),
                           np.full(3, _POWER_W), 50.0)

    def transmit(self, port, t_us, data):
        return self._bus.transmit(t_us, data) if port == 0 else []

    def output(self, name, level, t_us):
        self.levels[name] = level

    def all_outputs_off(self, t_us):
        self.levels = dict.fromkeys(self.levels, 0)


class OutsideBench:
    """The bus is a terminal: requests go out there, answers come in when they come."""

    def __init__(self, terminal):
        self.levels: dict[str, int] = {}
        self._terminal = terminal

    def transmit(self, port, t_us, data):
        if port == 0:
            self._terminal.write(data)
        return []

    output = SteadyBench.output
    all_outputs_off = SteadyBench.all_outputs_off


def serve(box, leave, console, pace, bus=None, until=lambda t_s: False) -> None:
    """Runs the box until `until(t_s)`, the console's end or an exception such as Ctrl-C.

    leave: called before the box is switched off. bus: the terminal of an OutsideBench.
    """
    live = LiveBox(box, console, pace, bus)
    live.start(0)
    try:
        for second in count(1):
            live.begin(second * _STEP_US)
            live.finish()
            live.printed()
            if until(second) or getattr(console, "ended", False):
                break
    finally:
        leave()
        live.stop()
