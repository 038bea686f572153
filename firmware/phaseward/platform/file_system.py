"""Mounts the flash file system at boot; one that cannot be read is made anew, and stays closed.

Flash that was never written gets an empty file system: a new box, in commissioning. Where
something was written that littlefs cannot read, the keys are lost with it, and losing them must
not open the box: the new file system gets a record of keys that is none. So the box is locked
until a factory reset, says so, and does what it does without parameters: it controls nothing and
its outputs are safe. MicroPython's own boot code would open the box (rp2), or print the damage
for ever (esp32).
"""

import vfs

LOST_KEYS = "keys.a"  # as app/access/keys.py keeps them
LOST_TEXT = "the file system could not be read and was made anew"
_COUNT, _SIZE = 4, 5  # of a block device's ioctl


def mount(device, path="/", **settings):
    """Returns whether a file system was lost. `settings`: littlefs's own, as `progsize`."""
    lost = False
    try:
        system = vfs.VfsLfs2(device, **settings)
    except OSError:
        lost = not _never_written(device)
        vfs.VfsLfs2.mkfs(device, **settings)
        system = vfs.VfsLfs2(device, **settings)
    vfs.mount(system, path)
    if lost:
        with open(path.rstrip("/") + "/" + LOST_KEYS, "w") as file:
            file.write(LOST_TEXT)
    return lost


def _never_written(device):
    """Whether all of the flash is erased."""
    size = device.ioctl(_SIZE, 0)
    found, erased = bytearray(size), b"\xff" * size
    for block in range(device.ioctl(_COUNT, 0)):
        device.readblocks(block, found)
        if found != erased:
            return False
    return True
