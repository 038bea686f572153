"""Reads the outputs of a box through all the ways the rig file names, and acts on the feeder.

Telemetry comes with the box's port; every other module is asked in a thread of its own. The first
one named moves the simulated devices, the others must agree with it. Failure: RigError of a
module ends the run.
"""

from __future__ import annotations

import threading
import time

from .agreement import Agreement
from .driver.inputs import open_inputs
from .errors import RigError
from .pacer import Pacer

TELEMETRY = "telemetry"


class Readers:
    """what: schema.RigBox; bench: the engine's, whose `output` acts."""

    def __init__(self, what, bench, pacer: Pacer, disagree_s: float):
        self._bench, self._pacer = bench, pacer
        self.agreement = Agreement(disagree_s)
        self.modules = []
        self._going = True
        self._threads: list[threading.Thread] = []
        try:
            for way in what.read_back:
                if way.kind != TELEMETRY:
                    self.modules.append(open_inputs(way))
        except Exception:
            self.close()
            raise
        first = what.read_back[0]
        self.acting = TELEMETRY if first.kind == TELEMETRY else self.modules[0].name
        self.every_s = next((way.every_s for way in what.read_back if way.kind == TELEMETRY), 1.0)

    def start(self) -> None:
        """Begins to ask the modules."""
        for module in self.modules:
            thread = threading.Thread(target=self._ask, args=(module,), daemon=True,
                                      name=module.name)
            self._threads.append(thread)
            thread.start()

    def tell(self, reader: str, levels: dict[str, int]) -> None:
        """In the run's thread: levels that a reader has seen."""
        t_s = self._pacer.now_s
        self.agreement.tell(reader, levels, t_s)
        if reader == self.acting:
            for pin, level in levels.items():
                if self._bench.levels.get(pin) != level:
                    self._bench.output(pin, level, round(t_s * 1e6))

    def close(self) -> None:
        """Ends the asking and frees the modules."""
        self._going = False
        for thread in self._threads:
            thread.join(timeout=5)
        for module in self.modules:
            module.close()

    def _ask(self, module) -> None:
        while self._going:
            begun_s = time.monotonic()
            try:
                levels = module.read()
            except RigError as error:
                if self._going:
                    self._pacer.post(lambda error=error: _raise(error))
                return
            self._pacer.post(lambda levels=levels: self.tell(module.name, levels))
            time.sleep(max(0.01, module.every_s - (time.monotonic() - begun_s)))


def _raise(error: Exception) -> None:
    raise error
