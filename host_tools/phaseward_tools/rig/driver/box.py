"""The box's own serial port during a run: reports, telemetry and typed lines, in a thread of its
own.

The port is slow and the box restarts now and then; the bus must not wait for it. What comes is
posted to the run's thread. Failure: silence of the box for longer than its `silent_s` posts a
RigError.
"""

from __future__ import annotations

import queue
import threading
import time

from phaseward_sim.loop.machine_lines import parse
from phaseward_tools.key_file import KeyFileError
from phaseward_tools.link import LinkError, Refused

from ..errors import RigError
from ..pacer import Pacer
from ..strategy import BoxStrategy

_LISTEN_S = 0.05


class BoxPort:
    """strategy: of a box that was just told to restart. every_s: how often telemetry is asked
    for. `rows`: what was asked, as (t_s, status, levels)."""

    def __init__(self, strategy: BoxStrategy, pacer: Pacer, every_s: float):
        self.name, self._strategy, self._pacer = strategy.what.name, strategy, pacer
        self._lines, self._silent_s = strategy.lines, strategy.what.silent_s
        self._every_s = every_s
        self.records: list[dict] = []
        self.said: list[str] = []  # lines that are no reports
        self.levels: dict[str, int] = {}
        self.rows: list[tuple[float, dict, dict]] = []
        self.faults: list[str] = []
        self.status: dict = {}
        self.missed = 0  # questions without an answer
        self.restarts = 0
        self.changed = lambda: None  # called in the run's thread when levels have come
        self._todo: queue.SimpleQueue = queue.SimpleQueue()
        self._going = True
        self._heard_s = time.monotonic()
        self._thread = threading.Thread(target=self._work, daemon=True, name=f"box {self.name}")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread; the box stays connected."""
        self._going = False
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def type(self, line: str) -> None:
        """A console line: `set` goes over the tool's session, which may be logged in."""
        self._todo.put(line)

    def _work(self) -> None:
        due_s = 0.0
        try:
            self._strategy.await_boot()
        except (RigError, LinkError, KeyFileError) as error:
            self._fail(str(error))
            return
        while self._going:
            try:
                self._speak()
                if time.monotonic() >= due_s:
                    due_s = time.monotonic() + self._every_s
                    self._ask()
                self._strategy.box.client.listen(_LISTEN_S)
            except (LinkError, OSError) as error:
                self._missed(error)
            self._hand_over()

    def _speak(self) -> None:
        while not self._todo.empty():
            line = self._todo.get()
            try:
                words = line.split()
                if words[0] == "set":
                    self._strategy.box.client.request(*words)
                else:
                    self._strategy.box.client.type(line)
            except Refused as error:
                return self._fail(f"refuses {line!r}: {error}")

    def _ask(self) -> None:
        box = self._strategy.box
        status, outputs = box.status(), box.outputs()
        self._heard_s = time.monotonic()
        levels = {pin: level for row in outputs for pin, level in row["levels"].items()}
        faults = [f"{row['output']}: {row['fault']}" for row in outputs if row["fault"]]
        self._pacer.post(lambda: self._take(status, levels, faults))

    def _take(self, status, levels, faults) -> None:
        if self.status and status["uptime_s"] < self.status["uptime_s"]:
            self.restarts += 1
        self.status, self.levels, self.faults = status, levels, faults
        self.rows.append((self._pacer.now_s, status, levels))
        self.changed()

    def _missed(self, error) -> None:
        self.missed += 1
        if time.monotonic() - self._heard_s > self._silent_s:
            self._fail(f"has said nothing for {self._silent_s:g} s: {error}")
        else:
            self._strategy.reopen()

    def _fail(self, text: str) -> None:
        self._going = False
        self._pacer.post(lambda: _raise(text if text.startswith("box ")
                                        else f"box {self.name}: {text}"))

    def _hand_over(self) -> None:
        if self._lines:
            lines = self._lines[:]
            del self._lines[: len(lines)]
            self._pacer.post(lambda: self._book(lines))

    def _book(self, lines: list[str]) -> None:
        t_us = round(self._pacer.now_s * 1e6)
        for line in lines:
            record = parse(t_us, line)
            if record is not None:
                self.records.append(record)
            elif line:
                self.said.append(line)


def _raise(text: str) -> None:
    raise RigError(text)
