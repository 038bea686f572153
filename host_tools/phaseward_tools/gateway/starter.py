"""Starts the box's process, restarts it, watches over it, and ends it.

What a board's hardware does, done here: power (start, stop), reset (the process asks for a restart
or dies), watchdog (it has not fed for WATCHDOG_S). The reason is handed to the next boot.
"""

import fcntl
import json
import os
import select
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from phaseward.store.migrations import SCHEMA
from phaseward.store.parameters import defaults
from phaseward.store.slots import SlotFile
from phaseward_sim.loop.box_process import FIRMWARE

from .console import Console
from .errors import GatewayError
from .settings import GatewayFile

RESTART_CODE = 3
HEAP = "4m"
WATCHDOG_S = 8.388  # the RP2040's longest, as on the boards
STOP_S = 5.0  # what a box may take to make its outputs safe and its records kept
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 10.0
_QUICK_S = 5.0  # a box that lasts longer has not died at its start
_CHECK_S = 0.5


class Starter:
    """One gateway. `tell(text)`: says what people should know."""

    def __init__(self, file: GatewayFile, interpreter: str, tell: Callable[[str], None]) -> None:
        self._file = file
        self._interpreter = interpreter
        self._tell = tell
        self._stopping = False
        self._control: int | None = None
        self._lock = _locked(file.storage)
        self.taken = _first_parameters(file)
        self.console = Console(file.console)
        self._settings = file.storage / "gateway.json"
        self._settings.write_text(json.dumps(file.for_the_box()))

    def run(self) -> None:
        """Returns after `stop`."""
        cause, pause_s = "power", FIRST_PAUSE_S
        while not self._stopping:
            begun = time.monotonic()
            cause = self._box(cause)
            if self._stopping:
                return
            quick = time.monotonic() - begun < _QUICK_S
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S) if quick else FIRST_PAUSE_S
            self._tell(f"the box restarts ({cause or 'at its own wish'})")
            self._sleep(pause_s)

    def stop(self) -> None:
        """Asks the box to make its outputs safe, keep its records and end. For signal handlers."""
        self._stopping = True
        self._let_go()

    def close(self) -> None:
        self.console.close()
        os.close(self._lock)

    def _box(self, cause: str) -> str:
        """One life of the box's process; the cause of the next boot."""
        control, self._control = os.pipe()
        life, life_there = os.pipe()
        main = FIRMWARE / "main.py"
        command = [self._interpreter, "-X", f"heapsize={HEAP}", str(main), "gateway",
                   str(self._settings), str(control), str(life_there), cause]
        try:
            process = subprocess.Popen(
                command, stdin=self.console.master, stdout=self.console.master,
                pass_fds=(control, life_there, self._lock),
                env={**os.environ, "MICROPYPATH": f"{FIRMWARE}:.frozen"},
                process_group=0,  # Ctrl-C is ours; no session: a tty must not become its own
            )
        except OSError as error:
            raise GatewayError(f"{self._interpreter}: cannot be started: {error}") from None
        finally:
            os.close(control)
            os.close(life_there)
        try:
            return self._watch(process, life)
        finally:
            os.close(life)
            self._let_go()

    def _watch(self, process: subprocess.Popen, life: int) -> str:
        """Waits for its end. Runs from its first feeding on, as the boards' watchdogs do."""
        fed, stopped_at = None, None
        while process.poll() is None:
            ready, _, _ = select.select([life], [], [], _CHECK_S)
            now = time.monotonic()
            if ready and os.read(life, 4096):
                fed = now
            elif ready:
                process.wait(STOP_S)  # it has closed the pipe: it is ending
            if self._stopping:
                self._let_go()
                stopped_at = stopped_at or now
                if now - stopped_at > STOP_S:
                    self._tell("the box did not stop in time and was ended")
                    process.kill()
            elif fed is not None and now - fed > WATCHDOG_S:
                process.kill()
                process.wait()
                return "watchdog"
        return "" if process.returncode == RESTART_CODE else "crash"

    def _let_go(self) -> None:
        """Closes the control pipe, once: to the box, the request to stop."""
        control, self._control = self._control, None
        if control is not None:
            os.close(control)

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and time.monotonic() < until:
            time.sleep(0.05)


def _locked(storage: Path) -> int:
    """Takes the storage for this gateway and its box. GatewayError where another has it."""
    storage.mkdir(parents=True, exist_ok=True)
    path = storage / "lock"
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise GatewayError(f"{storage} is in use by another gateway: stop that one, or name "
                           "another `storage`") from None
    return file


def _first_parameters(file: GatewayFile) -> bool:
    """Stores the file's parameters where the box has none yet; whether it did."""
    slots = SlotFile(str(file.storage), "params")
    slots.load()
    if slots.found:
        return False
    usual = defaults()
    given = {name: value for name, value in file.gateway.parameters.items()
             if value != usual[name]}
    lines = [f"{name}={value}" for name, value in given.items()]
    slots.save("\n".join(lines).encode(), SCHEMA)
    return True
