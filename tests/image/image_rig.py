"""The firmware image on an emulated RP2040, with simulated devices on its bus."""

from app.app_rig import SECOND, Surroundings

from phaseward.store.parameters import defaults
from phaseward_sim.loop.emulated_box import EmulatedBox
from phaseward_sim.loop.rp2040_rung import Rp2040Rung

IDENTITY = 4711


def commissioned(folder, image, **changed):
    """A box whose technician has saved `changed`."""
    unknown = set(changed) - set(defaults())
    assert not unknown, f"no such parameters: {unknown}"
    return ImageRig(image, lambda world: Rp2040Rung(folder).box("box", IDENTITY, world, changed))


def with_flash(folder, image, flash):
    """A box with the flash that another one has left behind."""
    storage = folder / "left.bin"
    data = flash.read_bytes()[image.storage_at : image.storage_at + image.storage_bytes]
    storage.write_bytes(data)
    return ImageRig(image, lambda world: EmulatedBox(image, folder, IDENTITY, world, storage))


class ImageRig:
    """One box at nominal voltage, advanced second by second; what bus and pins show is kept.

    make : function(surroundings) -> EmulatedBox
    """

    def __init__(self, image, make):
        self.image = image
        self.world = Surroundings()
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
            self.t_s += 1
            self.box.begin(self.t_s * SECOND)
            self.box.finish()
            self.lines += self.box.printed()
        return self

    def ask(self, command):
        """What the box answers to a command on its console, up to `ok` or `error`."""
        before = len(self.lines)
        self.box.console(command, self.t_s * SECOND)
        self.run(1)
        return [line for _, line in self.lines[before:] if not line.startswith("!")]

    def reported(self, kind):
        """(t_us, line) of the machine lines of one kind so far."""
        return [(t_us, line) for t_us, line in self.lines if line.startswith("!" + kind)]

    def edges(self, name):
        """(t_us, level) of the changes of the pin with that name in pins.csv."""
        pin = self.image.pins[name]
        return [(t_us, level) for t_us, at, level in self.box.edges if at == pin]
