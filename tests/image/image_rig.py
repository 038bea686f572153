"""The firmware image on an emulated RP2040, with simulated devices on its bus."""

from app.app_rig import SECOND, Surroundings

from phaseward.store.parameters import defaults
from phaseward_sim.loop.emulated_box import EmulatedBox
from phaseward_sim.loop.rp2040_rung import Rp2040Rung

IDENTITY = 4711


def commissioned(folder, image, world=None, extra=None, **changed):
    """A box whose technician has saved `changed`; `extra`: more files in its file system."""
    unknown = set(changed) - set(defaults())
    assert not unknown, f"no such parameters: {unknown}"

    def make(world):
        return Rp2040Rung(folder).box("box", IDENTITY, world, changed, extra=extra or {})

    return ImageRig(image, make, world)


def with_flash(folder, image, flash, world=None):
    """A box with the flash that another one has left behind."""
    data = flash.read_bytes()
    rom = folder / "left.rom"
    rom.write_bytes(data[image.rom_at : image.rom_at + image.rom_bytes])
    return with_storage(folder, image, data[image.storage_at :], world, rom)


def with_storage(folder, image, data, world=None, rom=None):
    """A box whose file system's part of flash holds `data`; `rom`: file for that of its slots."""
    storage = folder / "left.bin"
    storage.write_bytes(data)
    return ImageRig(image, lambda world: EmulatedBox(image, folder, IDENTITY, world, storage, rom),
                    world)


class ImageRig:
    """One box at nominal voltage, advanced second by second; what bus and pins show is kept.

    make : function(surroundings) -> EmulatedBox
    """

    def __init__(self, image, make, world=None):
        self.image = image
        self.world = world or Surroundings()
        self.box = make(self.world)
        self.box.keep = True
        self.t_s = 0
        self.lines = []
        self.world.set_voltage(0, 230.0)

    def __enter__(self):
        self.box.start(0)
        return self

    def __exit__(self, *_):
        self.box.stop()

    def run(self, seconds):
        for _ in range(seconds):
            if hasattr(self.world, "advance"):
                self.world.advance(self.t_s)
            self.t_s += 1
            self.box.begin(self.t_s * SECOND)
            self.box.finish()
            self.lines += self.box.printed()
        return self

    def to_us(self, t_us):
        """Up to a time within a second; `run` then goes on to the next whole one."""
        self.box.begin(round(t_us))
        self.box.finish()
        self.lines += self.box.printed()

    def next_poll_us(self):
        """When the meter will be asked for its voltages again, at one poll a second."""
        return SECOND + max(from_us for from_us, _, request in self.box.sent
                            if request[2:4] == b"\x00\x00")

    def ask(self, command):
        """What the box answers to a command on its console, up to `ok` or `error`."""
        before = len(self.lines)
        self.box.console(command, self.t_s * SECOND)
        self.run(1)
        return [line for _, line in self.lines[before:] if not line.startswith("!")]

    def answer_us(self, command, longest_s=5):
        """Virtual time from a typed command to its `ok`, 1 ms fine."""
        before, typed_us = len(self.lines), self.t_s * SECOND
        self.box.console(command, typed_us)
        self.run(longest_s)
        return next(t_us for t_us, line in self.lines[before:] if line == "ok") - typed_us

    def reported(self, kind):
        """(t_us, line) of the machine lines of one kind so far."""
        return [(t_us, line) for t_us, line in self.lines if line.startswith("!" + kind)]

    def edges(self, name):
        """(t_us, level) of the changes of the pin with that name in pins.csv."""
        pin = self.image.pins[name]
        return [(t_us, level) for t_us, at, level in self.box.edges if at == pin]


def share_of_wire(rig, first, pause_us):
    """Achieved rate of transactions from number `first` on, over the fastest that the wire allows.

    pause_us : what the devices ask for between an answer and the next request
    """
    sent, heard = rig.box.sent[first:], rig.box.heard[first:]
    pause_us = max(pause_us, rig.world.bus.t35_us)
    fastest_us = sum(answered_us - began_us + pause_us
                     for (began_us, _, _), (_, answered_us, _) in zip(sent[:-1], heard,
                                                                       strict=False))
    return fastest_us / (sent[-1][0] - sent[0][0])
