"""A box on an emulated RP2040: the firmware image in virtual time, its bench on UART and pins.

Same interface as BoxProcess. The chip runs until the time wanted, or until it has sent a request;
then the bench's answer is put on the wire, byte by byte at the bus's own pace, and it goes on.
Times are integer microseconds of the scenario; the chip's own begin at its power-on.
"""

from pathlib import Path

from ..emulator.chip import Chip
from ..emulator.image import Image
from .printout import Printout

PORT = 0
RESET_NAMES = {0: "reset", 1: "watchdog", 2: "reset asked for"}


class EmulatedBox(Printout):
    """One box.

    folder : of this box's files; storage : its file system's image in it, or None
    bench : as for BoxProcess; rom : what its slots of updates hold, or None
    """

    def __init__(self, image: Image, folder: Path, identity: int, bench,
                 storage: Path | None = None, rom: Path | None = None):
        super().__init__()
        self.on_for_us = 0  # what the chip's timer shows at power-on
        self._image, self._folder, self._identity = image, folder, identity
        self._bench = bench
        self._storage = storage
        self._rom = rom
        self._outputs = image.outputs()
        self._pin_of = {name: pin for pin, name in self._outputs.items()}
        self._back_of = {pin: back for back, pin in image.read_backs().items()}
        self._levels = dict.fromkeys(self._outputs, 0)
        self.chip: Chip | None = None
        self._start_us = 0
        self._target_us = 0
        self._next: dict = {}
        self._asked = False
        self.restarts: list[tuple[int, str]] = []
        self.sent: list[tuple[float, float, bytes]] = []  # (from_us, to_us, request)
        self.edges: list[tuple[float, int, int | None]] = []  # (t_us, pin, level), all pins
        self.keep = False  # whether `sent`, `heard` and `edges` are filled
        self.heard: list[tuple[float, float, bytes]] = []  # (from_us, to_us, answer)

    def start(self, t_us: int = 0) -> None:
        """Power on at virtual time `t_us`."""
        self._start_us = t_us
        self.chip = Chip(self._image, self._identity, self._folder, self._storage,
                         self.on_for_us, self._rom)

    def begin(self, t_us: int) -> None:
        """Lets the box run towards virtual time `t_us`; `finish` completes it."""
        self._target_us = t_us
        self._go()

    def advance(self) -> bool:
        """Takes the chip's answer; False once it has got to the time wanted."""
        if not self._asked:
            return False
        reply = self.chip.reply()
        self._asked = False
        for t_us, kind, *what in reply["events"]:
            getattr(self, "_on_" + kind)(t_us, *what)
        if reply["stopped"] or round(self._start_us + reply["t_us"]) >= self._target_us:
            return False
        self._go()
        return True

    def finish(self) -> None:
        while self.advance():
            pass

    def console(self, line: str, t_us: int) -> None:
        """Types one line on the box's console; it is there when the box runs on."""
        self.type(line.encode() + b"\n", t_us)

    def type(self, data: bytes, t_us: int) -> None:
        """Types bytes on the box's console; they are there when the box runs on."""
        self._next["type"] = self._next.get("type", "") + data.decode("latin1")

    def receive(self, port: int, data: bytes, t_us: int) -> None:
        """Bytes from outside begin to arrive on the bus at virtual time `t_us`."""
        self._next.setdefault("receive", []).append([t_us - self._start_us, data.hex()])

    def set_input(self, name: str, level: int, t_us: int) -> None:
        """Closes (1) or opens a contact; of an output with read-back: sticks its contact."""
        if name in self._pin_of:
            back = self._back_of[self._pin_of[name]]
            self._next.setdefault("stuck", {})[back] = level
        else:
            pin = self._image.pins[name.upper()]
            self._next.setdefault("inputs", {})[pin] = 1 - level

    def request(self, **what) -> None:
        """Something for the emulator itself with the next run: save, cut_at, hang_us."""
        self._next.update(what)

    def disturb(self, t_us: int, data: bytes) -> None:
        """Noise on the bus: bytes that begin to arrive at virtual time `t_us`."""
        self._next.setdefault("receive", []).append([t_us - self._start_us, data.hex()])

    def stop(self) -> None:
        """Power off."""
        if self.chip is not None:
            self.chip.close()
            self.chip = None

    def _go(self) -> None:
        request, self._next = self._next, {}
        self.chip.send({"to_us": self._target_us - self._start_us, **request})
        self._asked = True

    def _on_sent(self, t_us: float, from_us: float, data: str) -> None:
        request = bytes.fromhex(data)
        char_us = (t_us - from_us) / len(request)
        start_us = self._start_us
        answers = self._bench.transmit(PORT, start_us + from_us, request)
        coming = [(end_us - start_us - len(answer) * char_us, end_us - start_us, answer)
                  for end_us, answer in answers]
        self._next.setdefault("receive", []).extend(
            [max(t_us, first_us), answer.hex()] for first_us, _, answer in coming)
        if self.keep:
            self.sent.append((from_us, t_us, request))
            self.heard += coming

    def _on_pin(self, t_us: float, pin: int, level: int | None) -> None:
        if self.keep:
            self.edges.append((t_us, pin, level))
        if pin in self._outputs and self._levels[pin] != (level or 0):
            self._levels[pin] = level or 0
            self._bench.output(self._outputs[pin], level or 0, round(self._start_us + t_us))

    def _on_printed(self, t_us: float, text: str) -> None:
        self._heard(round(self._start_us + t_us), text.encode("latin1"))

    def _on_reset(self, t_us: float, reason: int) -> None:
        at_us = round(self._start_us + t_us)
        self.restarts.append((at_us, RESET_NAMES.get(reason, str(reason))))
        self._levels = dict.fromkeys(self._outputs, 0)
        self._bench.all_outputs_off(at_us)
