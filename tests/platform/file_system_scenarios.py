"""Runs on MicroPython: the flash file system at boot, on block devices in RAM."""

import os
import random

import vfs

from phaseward.app.access.keys import Keys
from phaseward.platform.file_system import LOST_TEXT, mount
from phaseward.store.slots import SlotFile

BLOCK = 4096
BLOCKS = 16
PATH = "/flash"


class Memory:
    """A block device; erased where no data are given."""

    def __init__(self, data=None):
        self.data = data or bytearray(b"\xff" * BLOCK * BLOCKS)

    def readblocks(self, block, buf, offset=0):
        at = block * BLOCK + offset
        buf[:] = self.data[at : at + len(buf)]

    def writeblocks(self, block, buf, offset=0):
        at = block * BLOCK + offset
        self.data[at : at + len(buf)] = buf

    def ioctl(self, operation, argument):
        if operation == 4:
            return BLOCKS
        if operation == 5:
            return BLOCK
        if operation == 6:
            self.data[argument * BLOCK : (argument + 1) * BLOCK] = b"\xff" * BLOCK
        return 0


def mounted(device):
    """(whether a file system was lost, what the keys say of themselves)."""
    lost = mount(device, PATH, progsize=256)
    try:
        keys = Keys(SlotFile(PATH, "keys"))
        keys.load()
        return lost, keys.told().split(":")[0]
    finally:
        vfs.umount(PATH)


def scenario_erased_flash_becomes_a_new_box():
    device = Memory()
    assert mounted(device) == (False, "COMMISSIONING")
    assert mounted(device) == (False, "COMMISSIONING")


def scenario_what_cannot_be_read_is_made_anew_and_locks_the_box():
    """Rubbish, and a file system whose first two blocks are gone, erased or overwritten."""
    random.seed(3)
    rubbish = bytearray([random.getrandbits(8) for _ in range(BLOCK * BLOCKS)])
    devices = [Memory(rubbish)]
    for fill in (b"\xff", b"\x00"):
        device = Memory()
        mount(device, PATH, progsize=256)
        with open(PATH + "/large", "wb") as file:
            file.write(bytes(9000))
        vfs.umount(PATH)
        device.data[: 2 * BLOCK] = fill * (2 * BLOCK)
        devices.append(device)
    for device in devices:
        assert mounted(device) == (True, "LOCKED")
        assert mounted(device) == (False, "LOCKED"), "and it stays so over a restart"


def scenario_a_factory_reset_opens_it_again():
    device = Memory(bytearray(b"\x55" * BLOCK * BLOCKS))
    mount(device, PATH, progsize=256)
    with open(PATH + "/keys.a") as file:
        assert file.read() == LOST_TEXT
    keys = Keys(SlotFile(PATH, "keys"))
    keys.load()
    keys.erase()
    vfs.umount(PATH)
    assert mounted(device) == (False, "COMMISSIONING")


def scenario_what_can_be_read_is_left_as_it_is():
    device = Memory()
    mount(device, PATH, progsize=256)
    with open(PATH + "/file", "w") as file:
        file.write("kept")
    vfs.umount(PATH)
    before = bytes(device.data)
    assert mount(device, PATH, progsize=256) is False
    with open(PATH + "/file") as file:
        assert file.read() == "kept"
    assert os.listdir(PATH) == ["file"]
    vfs.umount(PATH)
    assert bytes(device.data) == before


def main():
    for name, function in sorted(globals().items()):
        if name.startswith("scenario_"):
            function()
            print("ok", name)


main()
