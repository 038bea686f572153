"""Rung `unix`: the whole firmware application on MicroPython, in lockstep with the simulation.

One process per box. The box's serial bytes go to its bench (simulated slaves), its outputs to the
bench's pins; what it prints is collected. Time moves only inside `begin`/`finish`, so a run is
exact: the box is told the virtual time at which bytes arrive or a wait ends, and nothing else.
"""

import heapq
import os
from pathlib import Path

import phaseward

from .link import Link
from .printout import Printout

FIRMWARE = Path(phaseward.__file__).resolve().parent.parent
BOOT_US = 1_500_000  # an RP2040 needs about this from reset to main.py, with its file system
WATCHDOG_US = 8_388_000  # the RP2040's longest (MicroPython documentation, machine.WDT)
TICKS_MASK = (1 << 30) - 1
HEAP = "2m"  # here the firmware's source is compiled into the heap; a board has it in flash


class BoxProcess(Printout):
    """One box.

    Parameters
    ----------
    interpreter : path of MicroPython (CPython works too, for debugging)
    storage : folder of the box's files; survives restarts
    identity : the box's own number, 0 .. 2**30 - 1
    bench : offers `transmit(port, t_us, data) -> list[(t_us, bytes)]` and
        `output(name, level, t_us)`;
        it may offer `line(port, baud, parity)`: the pace at which the box speaks from now on
    start_ms : ticks at the first boot, 0 .. 2**30 - 1
    """

    def __init__(self, interpreter, storage: Path, identity: int, bench, start_ms: int = 0):
        super().__init__()
        self._interpreter = str(interpreter)
        self._storage = Path(storage)
        self._identity = identity
        self._bench = bench
        self._start_ms = start_ms
        self._link = None
        self._running = False
        self._now_us = 0
        self._arrivals = []  # heap of (t_us, order, kind, payload)
        self._order = 0
        self._boot_us = 0
        self._wake_us = 0
        self._target_us = 0
        self.fed_us = None  # the watchdog runs from its first feed on, and cannot be stopped
        self.restarts = []  # (t_us, reason)

    def start(self, t_us: int = 0) -> None:
        """Boots the box at virtual time `t_us`."""
        self._storage.mkdir(parents=True, exist_ok=True)
        self._boot(t_us)

    def begin(self, t_us: int) -> None:
        """Lets the box run towards virtual time `t_us`; `finish` completes it."""
        self._target_us = t_us
        if self.fed_us is not None and t_us - self.fed_us > WATCHDOG_US:
            self._restart("watchdog")
        if self._next_us() <= t_us:
            self._go()

    def finish(self) -> None:
        """Returns when the box has done all it has to do up to the time given to `begin`."""
        while self.advance():
            pass

    def advance(self) -> bool:
        """Takes the box to its next event; False once it has done all up to the time wanted.

        While one box is waited for, others compute: boxes advanced in turn run side by side.
        """
        if self._running:
            self._collect()
        if self._next_us() > self._target_us:
            return False
        self._go()
        return True

    def console(self, line: str, t_us: int) -> None:
        """Types one line on the box's console at virtual time `t_us`."""
        self.type(line.encode() + b"\n", t_us)

    def type(self, data: bytes, t_us: int) -> None:
        """Types bytes on the box's console at virtual time `t_us`."""
        self._arrive(t_us, b"C", data)

    def receive(self, port: int, data: bytes, t_us: int) -> None:
        """Bytes from outside have arrived on a serial port at virtual time `t_us`."""
        self._arrive(t_us, b"R", bytes((port,)) + data)

    def set_input(self, name: str, level: int, t_us: int) -> None:
        """Sets an input, or falsifies an output's read-back, at virtual time `t_us`."""
        self._arrive(t_us, b"I", f"{name}={level}".encode())

    def stop(self) -> None:
        """Switches the box off. Its storage stays."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _boot(self, t_us: int) -> None:
        main = FIRMWARE / "main.py"
        options = ["-X", f"heapsize={HEAP}"] if "micropython" in self._interpreter else []
        settings = [str(self._storage), str(self._identity), str(self._start_ms)]
        paths = {"MICROPYPATH": f"{FIRMWARE}:.frozen", "PYTHONPATH": str(FIRMWARE)}
        command = [self._interpreter, *options, str(main), *settings]
        self._link = Link(command, {**os.environ, **paths})
        self._boot_us = self._now_us = t_us
        self._running = True
        self._collect()

    def _next_us(self) -> int:
        if self._running:
            return self._target_us + 1
        first = self._arrivals[0][0] if self._arrivals else self._wake_us
        return max(self._now_us, min(first, self._wake_us))

    def _go(self) -> None:
        """Moves the box's time on to its next event, with everything that has arrived by then."""
        t_us = self._next_us()
        if self._link is None:
            self._boot(t_us)
            return
        ticks = -(-(t_us - self._boot_us) // 1000)
        while self._arrivals and self._arrivals[0][0] <= self._boot_us + ticks * 1000:
            _, _, kind, payload = heapq.heappop(self._arrivals)
            self._link.send(kind, payload)
        self._link.send(b"G", ((self._start_ms + ticks) & TICKS_MASK).to_bytes(4, "little"))
        self._link.flush()
        self._now_us = self._boot_us + ticks * 1000
        self._running = True

    def _collect(self) -> None:
        """Takes the box's frames until it waits again or restarts."""
        while self._running:
            kind, payload = self._link.receive()
            if kind == b"W":
                self._wake_us = self._now_us + int.from_bytes(payload, "little") * 1000
                self._running = False
            elif kind == b"T":
                self._transmit(payload[0], payload[1:])
            elif kind == b"L" and hasattr(self._bench, "line"):
                self._bench.line(payload[0], int.from_bytes(payload[2:], "little"), payload[1])
            elif kind == b"O":
                name, level = payload.decode().split("=")
                self._bench.output(name, int(level), self._now_us)
            elif kind == b"F":
                self.fed_us = self._now_us
            elif kind == b"P":
                self._heard(self._now_us, payload)
            elif kind == b"X":
                self._restart(payload.decode())

    def _transmit(self, port: int, data: bytes) -> None:
        for t_us, answer in self._bench.transmit(port, self._now_us, data):
            self._arrive(t_us, b"R", bytes((port,)) + answer)

    def _arrive(self, t_us: int, kind: bytes, payload: bytes) -> None:
        heapq.heappush(self._arrivals, (t_us, self._order, kind, payload))
        self._order += 1

    def _restart(self, reason: str) -> None:
        """The box asked for a restart: its outputs drop; it boots again after its boot time."""
        self.restarts.append((self._now_us, reason))
        self.stop()
        self._start_ms = 0  # ticks begin anew after a reset
        self.fed_us = None
        self._arrivals.clear()
        self._bench.all_outputs_off(self._now_us)
        self._wake_us = self._now_us + BOOT_US
        self._running = False
