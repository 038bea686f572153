"""Makes boxes for rung `rp2040`: a commissioned box's files in flash, then a chip each."""

from pathlib import Path

from ..emulator.image import BOARD, Image
from ..emulator.node_packages import rp2040js
from ..emulator.storage import pack
from .emulated_box import EmulatedBox
from .unix_rung import UnixRung, commission


class Rp2040Rung:
    """Factory `rung(spec, bench) -> EmulatedBox` for the engine.

    folder : where the boxes' files are made, in one folder per box name
    board : whose image runs; EmulatorError where it or the emulator is missing
    """

    name = "rp2040"

    def __init__(self, folder, board: str = BOARD):
        self._folder = Path(folder)
        self._image = Image(board)
        rp2040js()

    def __call__(self, spec, bench) -> EmulatedBox:
        return self.box(spec.name, spec.device_id, bench, spec.changed, spec.history)

    def box(self, name, identity, bench, changed, history=None, extra=None) -> EmulatedBox:
        """A box whose technician has saved `changed` and that has learnt `history`.

        extra: text of more files for its file system, by name
        """
        folder = self._folder / name
        commission(folder / "files", changed, history)
        for file, text in (extra or {}).items():
            (folder / "files" / file).write_text(text)
        storage = folder / "storage.bin"
        pack(folder / "files", storage, self._image.storage_bytes)
        return EmulatedBox(self._image, folder, identity, bench, storage)


class SomeOnChips:
    """Factory for a scenario with many boxes: those in `names` on chips, the others on rung unix.

    A chip takes some ten times the computing of a process: twelve of them outlast an evening.
    """

    name = "rp2040"

    def __init__(self, folder, names):
        self._names = frozenset(names)
        self._chips = Rp2040Rung(Path(folder) / "chips")
        self._processes = UnixRung(Path(folder) / "processes")

    def __call__(self, spec, bench):
        return (self._chips if spec.name in self._names else self._processes)(spec, bench)
