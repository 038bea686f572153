"""A ROMFS image of an application: bytecode and profiles, executed where they lie in flash.

mpremote knows the format. Failure: FlashInputError for what cannot be executed in place,
FlashToolMissing where mpremote is not installed.
"""

from itertools import groupby

from .errors import FlashInputError, FlashToolMissing
from .programs import GET

_BYTECODE = b"M\x06"  # how .mpy files of MicroPython 1.23 and newer begin


def make_image(files: list[tuple[str, bytes]]) -> bytes:
    """The image of (path, contents), sorted by path."""
    for path, contents in files:
        if path.endswith(".py") or (path.endswith(".mpy") and contents[:2] != _BYTECODE):
            raise FlashInputError(f"{path}: to be executed in place it must be bytecode: take the "
                                  "folder `mpy` beside the image that `make firmware` leaves")
    writer = _writer()
    _fill(writer, [(path.split("/"), contents) for path, contents in files])
    return bytes(writer.finalise())


def _writer():
    try:
        from mpremote.romfs import VfsRomWriter
    except ImportError:
        raise FlashToolMissing(f"mpremote 1.25 or newer is needed: {GET['mpremote']}") from None
    return VfsRomWriter()


def _fill(writer, files) -> None:
    """Folders are entered one after another: `files` are (parts of the path, contents)."""
    for name, group in groupby(files, lambda file: file[0][0]):
        found = list(group)
        if len(found[0][0]) == 1:
            writer.mkfile(name, found[0][1])
            continue
        writer.opendir(name)
        _fill(writer, [(parts[1:], contents) for parts, contents in found])
        writer.closedir()
