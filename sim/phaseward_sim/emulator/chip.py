"""One emulated control box in its own process, in lockstep by lines of JSON (node/serve.js).

Failure: EmulatorLost where the process ends, hangs for `PATIENCE_S` of wall time, or the chip
stops for a reason that is no power cut.
"""

import json
import os
import select
import subprocess
from pathlib import Path

from .image import Image
from .node_packages import SOURCES, EmulatorError, rp2040js

PATIENCE_S = 120
RELAY_MS = 10  # until a relay's contact has followed its coil (typical; unverified)
POWER_CUT = "power cut"
BUS_UART = 0
NODE = ["node"]  # and options for it


class EmulatorLost(EmulatorError):
    """The emulator has ended, hangs, or its chip has stopped."""


class Chip:
    """`ask` moves it on. `last` is its latest reply.

    storage: image of the file system to start from, or None for an erased flash
    rom: what lies in the part that updates are executed from, or None for an erased one
    folder: where files for the process are written
    on_for_us: what its timer shows at power-on, as if it had been on for so long
    """

    def __init__(self, image: Image, identity: int, folder: Path, storage: Path | None = None,
                 on_for_us: int = 0, rom: Path | None = None):
        options = {
            "image": str(image.path),
            "storage": storage and str(storage),
            "storageAt": image.storage_at,
            "rom": rom and str(rom),
            "romAt": image.rom_at,
            "id": identity.to_bytes(8, "big").hex(),
            "driverEnable": image.pins["RS485_DE"],
            "uart": BUS_UART,
            "onForUs": on_for_us,
            "follow": {back: [pin, RELAY_MS] for back, pin in image.read_backs().items()},
        }
        path = folder / "emulator.json"
        path.write_text(json.dumps(options))
        command = [*NODE, str(SOURCES / "serve.js"), str(rp2040js()), str(path)]
        # A session of its own: Ctrl-C at the terminal is for whoever asked for the chip.
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, bufsize=0, start_new_session=True)
        self._received = b""
        self.last: dict = {"t_us": 0.0}

    def send(self, request: dict) -> None:
        """Hand over a request; `reply` waits for its answer."""
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
        except BrokenPipeError:
            raise self._lost("ended") from None

    def reply(self) -> dict:
        while b"\n" not in self._received:
            self._fill()
        line, self._received = self._received.split(b"\n", 1)
        self.last = json.loads(line)
        stopped = self.last["stopped"]
        if stopped and stopped != POWER_CUT:
            raise EmulatorLost(f"the emulated chip stopped at {self.last['t_us']} us: {stopped}")
        return self.last

    def ask(self, **request) -> dict:
        self.send(request)
        return self.reply()

    def close(self) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def _fill(self) -> None:
        if not select.select([self.process.stdout], [], [], PATIENCE_S)[0]:
            raise self._lost(f"gave no answer for {PATIENCE_S} s")
        part = os.read(self.process.stdout.fileno(), 1 << 16)
        if not part:
            raise self._lost("ended")
        self._received += part

    def _lost(self, what: str) -> EmulatorLost:
        self.process.kill()
        said = self.process.stderr.read().decode(errors="replace").strip()
        self.process.wait()
        return EmulatorLost(f"the emulator {what}; it wrote: {said or 'nothing'}")
