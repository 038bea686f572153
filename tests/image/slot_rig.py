"""Packages of the real application for the emulated box, and boxes that have one in a slot.

What differs from the image's own application differs by changed lines of its sources, compiled
anew; all else is the bytecode that `make firmware` has left beside the image.
"""

import shutil
import sys
from binascii import hexlify
from pathlib import Path

from app.app_rig import SECOND

from phaseward.store.slots import SlotFile
from phaseward.update.places import KEY_FILE
from phaseward.update.receiver import Receiver
from phaseward.update.rom import BLOCK
from phaseward.update.selection import RECORD, Selection
from phaseward_sim.emulator.storage import pack
from phaseward_sim.loop.box_process import FIRMWARE
from phaseward_sim.loop.emulated_box import EmulatedBox
from phaseward_sim.loop.unix_rung import commission
from phaseward_tools.flashing import package_file
from phaseward_tools.link import Box, Client
from phaseward_tools.signing import public_key

from .image_rig import IDENTITY, ImageRig

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import make_mpy

SEED = bytes(range(32))
OWN_VERSION = "0.1.0"


def package(image, folder, version, broken=()):
    """(manifest, stream) of this application as another version; broken: (path, old, new)."""
    tree = folder / f"mpy_{version}_{len(broken)}"
    shutil.copytree(image.path.parent / "mpy", tree)
    changes = (("phaseward/__init__.py", f'"{OWN_VERSION}"', f'"{version}"'), *broken)
    for path, old, new in changes:
        text = (FIRMWARE / path).read_text()
        assert old in text
        source = folder / "changed.py"
        source.write_text(text.replace(old, new))
        make_mpy.compile_module(make_mpy.cross_compiler(), Path(path), source, tree)
    out = folder / f"{tree.name}.zip"
    package_file.make(tree, version, SEED, out, in_place=True)
    return package_file.read(out)[:2]


class Region:
    """The part of flash for slots, on this computer."""

    def __init__(self, size):
        self.data = bytearray(b"\xff" * size)

    def writeblocks(self, block, buf, offset):
        at = block * BLOCK + offset
        self.data[at : at + len(buf)] = bytes(
            [old & new for old, new in zip(self.data[at : at + len(buf)], buf, strict=True)])

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self.data) // BLOCK
        self.data[argument * BLOCK : (argument + 1) * BLOCK] = b"\xff" * BLOCK
        return 0


def box_with(folder, image, world=None, packages=(), part=None, extra=None, **changed):
    """A box that trusts SEED and has saved `changed`. The packages are in its slots: all but the
    last one committed, the last to be tried at power-on.

    part : (package, bytes of it): has been begun to be received after these, all committed
    """
    files = folder / "files"
    commission(files, changed)
    (files / KEY_FILE).write_text(hexlify(public_key(SEED)).decode())
    for name, text in (extra or {}).items():
        (files / name).write_text(text)
    region = Region(image.rom_bytes)
    view = memoryview(region.data)
    for number, (manifest, data) in enumerate(packages):
        selection = Selection(SlotFile(str(files), RECORD))
        deliver(Receiver(str(files), selection, (region, view)), manifest, data)
        if number < len(packages) - 1 or part:
            selection.commit()
    if part:
        (manifest, data), count = part
        receiver = Receiver(str(files), Selection(SlotFile(str(files), RECORD)), (region, view))
        receiver.begin(manifest)
        receiver.write(0, data[:count])
    storage, rom = folder / "storage.bin", folder / "slots.rom"
    pack(files, storage, image.storage_bytes)
    rom.write_bytes(region.data)
    return ImageRig(image, lambda world: EmulatedBox(image, folder, IDENTITY, world, storage, rom),
                    world)


def deliver(receiver, manifest, data):
    receiver.begin(manifest)
    receiver.write(0, data)
    receiver.finish()


def version(rig):
    """Of the application that runs, as it says itself."""
    return rig.ask("version")[0].split()[1]


def told(rig):
    """What the box says of its application's slot."""
    return connect(rig)[0].client.request("update")["told"]


def connect(rig):
    """(box, stream): the host's end of the chip's console, in virtual time."""
    stream = ChipStream(rig)
    return Box(Client(stream, clock=lambda: stream.at_us / 1e6)), stream


class ChipStream:
    """`Stream` of a chip's console; each look lets the chip run for `STEP_US`."""

    STEP_US = 50_000

    def __init__(self, rig):
        self._rig = rig
        self._seen = len(rig.lines)
        self.at_us = rig.t_s * SECOND

    def write(self, data):
        self._rig.box.type(data, self.at_us)

    def read(self, timeout_s):
        self.wait(0)
        fresh = self._rig.lines[self._seen :]
        self._seen = len(self._rig.lines)
        return "".join(line + "\n" for _, line in fresh).encode()

    def wait(self, seconds):
        """Lets the chip run on, up to the next whole second at most."""
        rig, to_us = self._rig, self.at_us + max(self.STEP_US, seconds * SECOND)
        whole_us = (rig.t_s + 1) * SECOND
        if to_us >= whole_us:
            rig.run(1)
        else:
            rig.to_us(to_us)
        self.at_us = min(to_us, whole_us)
