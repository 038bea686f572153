"""A box under test: the whole application in its own process, with simulated devices on its bus.

The same tests run on MicroPython and on CPython. Fakes stand at the byte stream only: the devices
answer through the simulator's Modbus slaves.
"""

import sys

import numpy as np

from phaseward.store.parameters import defaults
from phaseward_sim.loop.box_process import BoxProcess
from phaseward_sim.loop.micropython import find_micropython
from phaseward_sim.loop.unix_rung import commission
from phaseward_sim.modbus import MeterModel, MeterSlave, SerialBus

SECOND = 1_000_000
INTERPRETERS = {"micropython": find_micropython, "cpython": lambda: sys.executable}
METER_ADDRESS = 1


class Surroundings:
    """A bus with one SDM630 on it; notes every change of an output, and each pace of the box.

    baud, parity (0 none, 1 even, 2 odd), profile, address : of the meter, which hears nothing at
        another pace
    """

    def __init__(self, baud=9600, parity=0, profile="eastron_sdm630", address=METER_ADDRESS):
        self.bus = SerialBus(baud, "NEO"[parity], chunk_chars=256)
        self.model = MeterModel(1, noise={"u": 0.05}, seed=3)
        self.meter = MeterSlave(profile, address, self.model)
        self.bus.add(self.meter)
        self.levels = {}
        self.changes = []
        self.paces = []  # (baud, parity) of the box, the last one in force
        self.sent = []  # (pace, request)
        self._pace = baud, parity

    def line(self, port, baud, parity):
        self.paces.append((baud, parity))

    def transmit(self, port, t_us, data):
        if not self.paces:
            return self.bus.transmit(t_us, data)
        self.sent.append((self.paces[-1], bytes(data)))
        return self.bus.transmit(t_us, data) if self.paces[-1] == self._pace else []

    def output(self, name, level, t_us):
        self.levels[name] = level
        self.changes.append((t_us, name, level))

    def all_outputs_off(self, t_us):
        for name in self.levels:
            self.output(name, 0, t_us)

    def set_voltage(self, t_s, *u_v):
        u = np.array(u_v if len(u_v) == 3 else u_v * 3, float)
        self.model.update(t_s, u, u * np.sqrt(3), np.ones(3), np.zeros(3), 50.0)


class Rig:
    """One box with its parameters, at nominal voltage, advanced second by second."""

    surroundings = Surroundings

    def __init__(self, folder, interpreter="micropython", start_ms=0, world=None, **changed):
        unknown = set(changed) - set(defaults())
        assert not unknown, f"no such parameters: {unknown}"
        commission(folder, changed)
        self.world = world or self.surroundings()
        self.folder = folder
        program = INTERPRETERS[interpreter]()
        self.box = BoxProcess(program, folder, 4711, self.world, start_ms)
        self.t_s = 0
        self.lines = []
        self.world.set_voltage(0, 230.0)

    def __enter__(self):
        self.box.start(0)
        return self

    def __exit__(self, *_):
        self.box.stop()

    def run(self, seconds, *u_v):
        """Lets `seconds` pass, at the given voltages (V, one or three) where given."""
        for _ in range(seconds):
            if u_v:
                self.world.set_voltage(self.t_s, *u_v)
            self.t_s += 1
            self.box.begin(self.t_s * SECOND)
            self.box.finish()
        self.lines += [text for _, text in self.box.printed()]
        return self

    def ask(self, command):
        """What the box answers to a command on its console, up to `ok` or `error`."""
        before = len(self.lines)
        self.box.console(command, self.t_s * SECOND)
        self.run(2)
        answer = [line for line in self.lines[before:] if not line.startswith("!")]
        return answer

    def reported(self, kind):
        """Machine lines of one kind so far, as text."""
        return [line for line in self.lines if line.startswith("!" + kind)]

    def status(self):
        """The console's status as a mapping from the first word to the rest."""
        return dict(line.partition(" ")[::2] for line in self.ask("status"))
