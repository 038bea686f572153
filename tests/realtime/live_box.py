"""A box on a pseudo-terminal in a thread of the test: the whole application on MicroPython."""

import threading

from phaseward_sim.realtime import PseudoTerminal, make_box, serve
from phaseward_sim.realtime.pace import Pace
from phaseward_sim.realtime.serving import OutsideBench, SteadyBench

IDENTITY = 4711
VOLTS = (231.4, 229.1, 230.2)


class LiveBoard:
    """`port` is where it answers, as long as the block lasts. changed: saved parameters."""

    def __init__(self, folder, volts=VOLTS, speed=1.0, bus=None, rung="unix", **changed):
        self.folder, self.pace, self.bus = folder, Pace(speed), bus
        self.console = PseudoTerminal()
        self.port = self.console.path
        self.bench = OutsideBench(bus) if bus else SteadyBench(changed, volts)
        self.box, self._leave = make_box(rung, folder, IDENTITY, self.bench, changed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.off()
        self.console.close()

    def off(self):
        """Switches it off; the terminal stays."""
        self._stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive(), "the box does not end"

    def _serve(self):
        serve(self.box, self._leave, self.console, self.pace, self.bus,
              until=lambda _: self._stop.is_set())
