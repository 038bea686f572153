"""Real-time boxes for the rig's tests, and a faulty line between a box and an adapter."""

import os
import select
import signal
import subprocess
import sys
import termios
import threading
import tty
from contextlib import contextmanager
from pathlib import Path

import serial
from pymodbus.framer.rtu import FramerRTU

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60
BOX_BAUD = 9600


@contextmanager
def emulated_box(folder: Path, *options: str, rung: str = "unix"):
    """The application on a rung of `phaseward emulate`, console on folder/box, bus on
    folder/line."""
    command = [sys.executable, "-m", "phaseward_tools.main", "emulate", "--rung", rung,
               "--link", str(folder / "box"), "--bus-link", str(folder / "line"), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() and process.stdout.readline()
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE_S)


def garbled(data: bytes) -> bytes:
    """What a receiver makes of a line whose A and B are swapped: all bits inverted."""
    return bytes(byte ^ 0xFF for byte in data)


class Line:
    """Relays bytes between the box's bus and one or more adapters; `fault` says what is wrong.

    Faults: "", "open", "swapped", "echo", "deaf" (the box does not hear), "damaged" (answers lose
    a bit), "neighbour" (somebody else answers, too), "speed" (adapters hear only at `speed` Bd).
    """

    def __init__(self, folder: Path, adapters=("bus",), fault: str = "", speed: int = BOX_BAUD):
        self.fault, self.speed = fault, speed
        self._box = serial.serial_for_url(str(folder / "line"), baudrate=BOX_BAUD, timeout=0)
        self._masters = {}
        for name in adapters:
            master, slave = os.openpty()
            tty.setraw(slave)
            (folder / name).symlink_to(os.ttyname(slave))
            self._masters[master] = slave  # held open: an adapter stays there while nobody reads
        self._going = True
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._going = False
        self._thread.join()
        self._box.close()
        for master, slave in self._masters.items():
            os.close(master)
            os.close(slave)

    def _run(self):
        while self._going:
            ready = select.select([self._box, *self._masters], [], [], 0.05)[0]
            for end in ready:
                if end is self._box:
                    self._from_box(self._box.read(256))
                else:
                    self._from_adapter(end, os.read(end, 256))

    def _from_box(self, data: bytes):
        for master in self._masters:
            self._hand(master, data)

    def _hand(self, master: int, data: bytes):
        if self.fault == "open":
            return
        wrong_speed = self._speed_of(master) != self.speed
        os.write(master, garbled(data) if self.fault == "swapped" or wrong_speed else data)

    def _speed_of(self, master: int) -> int:
        code = termios.tcgetattr(master)[4]
        return next(b for b in (2400, 4800, 9600, 19200, 38400, 57600, 115200)
                    if getattr(termios, f"B{b}") == code)

    def _from_adapter(self, sender: int, data: bytes):
        if self.fault == "echo":
            os.write(sender, data)
        for master in self._masters:
            if master != sender:
                self._hand(master, data)
        if self.fault in ("open", "deaf"):
            return
        if self.fault == "neighbour":
            other = data[:-3] + bytes([data[-3] ^ 1])
            os.write(sender, other + FramerRTU.compute_CRC(other).to_bytes(2, "big"))
            data = garbled(data)  # what is left of two answers at once
        if self.fault == "damaged":
            data = data[:-3] + bytes([data[-3] ^ 4]) + data[-2:]
        self._box.write(garbled(data) if self.fault == "swapped" else data)
