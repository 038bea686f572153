"""Makes live boxes: the whole application on MicroPython, or its image on the emulated chip.

Their files stay in the folder, so a box that is started there again knows what it knew.
Failure: MicroPythonError, EmulatorError where what they need is missing.
"""

from pathlib import Path

from ..loop.unix_rung import UnixRung, commission
from .live import LiveBox

RUNGS = ("rp2040", "unix")
_FLASH = "flash.bin"


def make_box(rung: str, folder: Path, identity: int, bench, changed: dict):
    """(box, leave): a box of that rung with its files in `folder`, and a function to call before
    it is stopped. `changed`: parameters saved in a box that is new."""
    return _MAKERS[rung](folder, identity, bench, changed)


def _unix(folder, identity, bench, changed):
    from ..loop.box_process import BoxProcess
    from ..loop.micropython import find_micropython

    if not (folder / "params.a").exists():
        commission(folder, changed)
    return BoxProcess(find_micropython(), folder, identity, bench), lambda: None


def _rp2040(folder, identity, bench, changed):
    from ..emulator.image import Image
    from ..emulator.node_packages import rp2040js
    from ..loop.emulated_box import EmulatedBox
    from ..loop.rp2040_rung import Rp2040Rung

    folder.mkdir(parents=True, exist_ok=True)
    flash = folder / _FLASH
    if not flash.exists():
        box = Rp2040Rung(folder).box("box", identity, bench, changed)
    else:
        image = Image()
        rp2040js()
        storage = folder / "storage.bin"
        start = image.storage_at
        storage.write_bytes(flash.read_bytes()[start : start + image.storage_bytes])
        box = EmulatedBox(image, folder, identity, bench, storage)
    return box, lambda: box.chip is not None and box.chip.ask(save=str(flash))


_MAKERS = {"unix": _unix, "rp2040": _rp2040}


class LiveRung:
    """Factory for the engine: the box called `live` in real time, the others as ever.

    rung: of all of them. console, pace: of the live box. live: its name; None: the first.
    """

    def __init__(self, rung: str, folder: Path, console, pace, live: str | None = None):
        self.name = rung
        self._console, self._pace, self._live = console, pace, live
        if rung == "unix":
            self._inner = UnixRung(folder)
        else:
            from ..loop.rp2040_rung import Rp2040Rung
            self._inner = Rp2040Rung(folder)

    def __call__(self, spec, bench):
        box = self._inner(spec, bench)
        if self._live not in (None, spec.name):
            return box
        self._live = spec.name
        return LiveBox(box, self._console, self._pace)
