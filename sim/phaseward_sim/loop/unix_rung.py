"""Makes boxes for rung `unix`: storage prepared as a commissioned box's, then a process each."""

from pathlib import Path

from phaseward.store.history import History
from phaseward.store.migrations import SCHEMA
from phaseward.store.slots import SlotFile

from .box_process import BoxProcess
from .micropython import find_micropython


class UnixRung:
    """Factory `rung(spec, bench) -> BoxProcess` for the engine.

    folder : where the boxes' storage folders are made, one per box name
    interpreter : MicroPython; found by `find_micropython` where not given (MicroPythonError)
    """

    name = "unix"

    def __init__(self, folder, interpreter=None):
        self._folder = Path(folder)
        self._interpreter = interpreter or find_micropython()

    def __call__(self, spec, bench) -> BoxProcess:
        storage = self._folder / spec.name
        commission(storage, spec.changed, spec.history)
        return BoxProcess(self._interpreter, storage, spec.device_id, bench)


def commission(storage: Path, changed: dict, history=None) -> None:
    """Writes what a technician would have saved: parameters that differ from their defaults.

    history : integers of `Box.snapshot` that the box has learnt before, or None
    """
    storage.mkdir(parents=True, exist_ok=True)
    lines = [f"{name}={value}" for name, value in changed.items()]
    SlotFile(str(storage), "params").save("\n".join(lines).encode(), SCHEMA)
    if history is not None:
        History(SlotFile(str(storage), "history")).save(list(history), len(history))
