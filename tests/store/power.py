"""A box's file system on simulated flash: littlefs, mounted while the power is on.

On MicroPython the firmware's files are opened through the port's own littlefs. On CPython the
littlefs-python binding stands in: the modules under test get its `open` and `os`. Geometry as on
the RP2040 port: blocks of 4096 bytes, programs of 256, reads of 32.
"""

import sys

from flash import BLOCK, Flash, PowerCut

PROGRAM = 256
READ = 32
LOOKAHEAD = 32
MOUNT = "/flash"
IO_ERROR = -5
EXISTS = 17
ON_MICROPYTHON = sys.implementation.name == "micropython"


class Power:
    """`with Power(flash) as folder:` mounts it. Ends quietly where the power was cut."""

    flash = None  # the one that has power

    def __init__(self, flash, modules=()):
        self._flash = flash
        self._system = PortFiles(flash) if ON_MICROPYTHON else BindingFiles(flash, modules)

    def __enter__(self):
        self._system.mount()
        Power.flash = self._flash
        return MOUNT if ON_MICROPYTHON else ""

    def __exit__(self, kind, error, _):
        Power.flash = None
        self._system.unmount()
        return self._flash.dead and kind is not None


class Region:
    """The part of flash that is executed in place, as MicroPython's block device shows it."""

    def __init__(self, flash):
        self._flash = flash

    def writeblocks(self, block, buf, offset):
        assert offset % PROGRAM == 0 and len(buf) % PROGRAM == 0  # the chip knows whole pages
        self._flash.program(self._flash.blocks + block, offset, bytes(buf))

    def ioctl(self, operation, argument):
        if operation == 4:
            return self._flash.rom
        if operation == 6:
            self._flash.erase(self._flash.blocks + argument)
        return 0


def region():
    """What a platform has as `rom`: (device, bytes) of the flash that has power; None where it is
    all files."""
    flash = Power.flash
    if not flash.rom:
        return None
    return Region(flash), memoryview(flash.data)[flash.blocks * BLOCK :]


def formatted(blocks=48, rom=0):
    """Flash with an empty file system, as bytes' owner `Flash`."""
    flash = Flash(blocks, None, rom)
    (PortFiles if ON_MICROPYTHON else BindingFiles).format(flash)
    return flash


class PortDevice:
    """MicroPython's extended block device protocol over `Flash`.

    Files that a cut left open are closed by the garbage collector later, where nothing may be
    allocated; `gone` then refuses at once.
    """

    def __init__(self, flash):
        self._flash = flash
        self.gone = False

    def readblocks(self, block, buf, offset=0):
        if self.gone:
            return IO_ERROR
        at = block * BLOCK + offset
        buf[:] = self._flash.data[at : at + len(buf)]

    def writeblocks(self, block, buf, offset=None):
        if self.gone:
            return IO_ERROR
        if offset is None:
            self._flash.erase(block)
        self._flash.program(block, offset or 0, bytes(buf))

    def ioctl(self, operation, argument):
        if self.gone:
            return IO_ERROR
        if operation == 4:
            return self._flash.blocks
        if operation == 5:
            return BLOCK
        if operation == 6:
            self._flash.erase(argument)
        return 0


class PortFiles:
    def __init__(self, flash):
        self._device = PortDevice(flash)

    @staticmethod
    def format(flash):
        import vfs

        vfs.VfsLfs2.mkfs(PortDevice(flash), readsize=READ, progsize=PROGRAM, lookahead=LOOKAHEAD)

    def mount(self):
        import vfs

        settings = {"readsize": READ, "progsize": PROGRAM, "lookahead": LOOKAHEAD}
        vfs.mount(vfs.VfsLfs2(self._device, **settings), MOUNT)

    def unmount(self):
        import vfs

        vfs.umount(MOUNT)
        self._device.gone = True


class BindingFiles:
    """littlefs-python; put in the place of `open` and `os` of the given modules while mounted."""

    def __init__(self, flash, modules):
        self._flash = flash
        self._modules = modules

    @staticmethod
    def _file_system(flash, mount):
        from littlefs import LittleFS

        return LittleFS(
            context=_Context(flash),
            mount=mount,
            block_size=BLOCK,
            block_count=flash.blocks,
            read_size=READ,
            prog_size=PROGRAM,
            cache_size=4 * PROGRAM,  # what the MicroPython port computes
            lookahead_size=LOOKAHEAD,
            block_cycles=100,
        )

    @classmethod
    def format(cls, flash):
        cls._file_system(flash, False).format()

    def mount(self):
        self._fs = self._file_system(self._flash, False)
        self._fs.mount()
        stand_in = _Os(self._fs, self._flash)
        self._saved = [(m, vars(m).get("open"), vars(m).get("os")) for m in self._modules]
        for module in self._modules:
            module.open = stand_in.open
            if hasattr(module, "os"):
                module.os = stand_in

    def unmount(self):
        for module, _, was_os in self._saved:
            del module.open
            if was_os is not None:
                module.os = was_os
        if not self._flash.dead:
            self._fs.unmount()


class _Context:
    """Callbacks of the binding: exceptions would be lost in it, so a cut is an I/O error."""

    def __init__(self, flash):
        self._flash = flash

    def read(self, cfg, block, off, size):
        return self._flash.read(block, off, size)

    def prog(self, cfg, block, off, data):
        return self._unless_cut(self._flash.program, block, off, bytes(data))

    def erase(self, cfg, block):
        return self._unless_cut(self._flash.erase, block)

    def sync(self, cfg):
        return 0

    def _unless_cut(self, operation, *arguments):
        try:
            operation(*arguments)
        except PowerCut:
            return IO_ERROR
        return 0


class _Os:
    """What the firmware uses of `os` and `open`, on a mounted littlefs."""

    def __init__(self, fs, flash):
        self._fs = fs
        self._flash = flash

    def call(self, function, *arguments):
        from littlefs import LittleFSError

        if self._flash.dead:
            raise PowerCut()
        try:
            return function(*arguments)
        except LittleFSError as error:
            self._explain(error)

    def _explain(self, error):
        if self._flash.dead:
            raise PowerCut() from None
        raise OSError(-error.code, str(error)) from None

    def open(self, path, mode="r"):
        from littlefs import lfs

        return _File(self, lfs, self._fs.fs, self.call(lfs.file_open, self._fs.fs, path, mode))

    def rename(self, old, new):
        self.call(self._fs.rename, old, new)

    def remove(self, path):
        self.call(self._fs.remove, path)

    def rmdir(self, path):
        self.call(self._fs.remove, path)

    def mkdir(self, path):
        try:
            self.call(self._fs.mkdir, path)
        except FileExistsError:  # which the binding gives no number
            raise OSError(EXISTS, path) from None

    def listdir(self, path):
        return self.call(self._fs.listdir, path)

    def stat(self, path):
        found = self.call(self._fs.stat, path)
        mode = 0x4000 if found.type == 2 else 0x8000
        return (mode, 0, 0, 0, 0, 0, found.size, 0, 0, 0)

    def statvfs(self, path):
        free = self._flash.blocks - self._fs.used_block_count
        return (BLOCK, BLOCK, self._flash.blocks, free, free, 0, 0, 0, 0, 255)


class _File:
    """A file of the binding, binary. Every call can meet the cut; then it is not even closed."""

    def __init__(self, system, lfs, fs, handle):
        self._system = system
        self._lfs = lfs
        self._on = (fs, handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._call(self._lfs.file_close)

    def __iter__(self):
        return iter(self.read().splitlines(True))

    def read(self, count=None):
        if count is None:
            count = self._call(self._lfs.file_size)
        return self._call(self._lfs.file_read, count)

    def seek(self, at):
        return self._call(self._lfs.file_seek, at, 0)

    def write(self, data):
        return self._call(self._lfs.file_write, bytes(data))

    def _call(self, function, *arguments):
        return self._system.call(function, *self._on, *arguments)
