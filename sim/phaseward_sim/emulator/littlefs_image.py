"""Runs on MicroPython: littlefs_image.py pack|unpack FOLDER IMAGE SIZE_BYTES."""

import os
import sys

import vfs

BLOCK = 4096
PROGRAM = 256  # as the rp2 port mounts it
MOUNT = "/flash"
FOLDER = 0x4000
EXISTS = 17


class Memory:
    """A block device in RAM."""

    def __init__(self, data):
        self.data = data

    def readblocks(self, block, buffer, offset=0):
        start = block * BLOCK + offset
        buffer[:] = self.data[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        start = block * BLOCK + offset
        self.data[start : start + len(buffer)] = buffer

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self.data) // BLOCK
        if operation == 5:
            return BLOCK
        if operation == 6:
            start = argument * BLOCK
            self.data[start : start + BLOCK] = b"\xff" * BLOCK
        return 0


def copy(source, target):
    """All files and folders below `source` into the folder `target`."""
    for entry in os.ilistdir(source):
        name, kind = entry[0], entry[1]
        if name in (".", ".."):
            continue
        if kind == FOLDER:
            make_folder(target + "/" + name)
            copy(source + "/" + name, target + "/" + name)
        else:
            with open(source + "/" + name, "rb") as old, open(target + "/" + name, "wb") as new:
                new.write(old.read())


def make_folder(path):
    try:
        os.mkdir(path)
    except OSError as error:
        if error.errno != EXISTS:
            raise


def main(what, folder, image, size):
    if what == "pack":
        device = Memory(bytearray(b"\xff" * int(size)))
        vfs.VfsLfs2.mkfs(device, progsize=PROGRAM)
        vfs.mount(vfs.VfsLfs2(device, progsize=PROGRAM), MOUNT)
        copy(folder, MOUNT)
        vfs.umount(MOUNT)
        with open(image, "wb") as file:
            file.write(device.data)
        return
    with open(image, "rb") as file:
        device = Memory(bytearray(file.read()))
    vfs.mount(vfs.VfsLfs2(device, progsize=PROGRAM), MOUNT)
    copy(MOUNT, folder)


main(*sys.argv[1:])
