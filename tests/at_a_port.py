"""Something of a test's own that answers at a pseudo-terminal."""

import threading

from phaseward_sim.realtime import PseudoTerminal


class AtAPort:
    """`_run` goes on in a thread until `_stop` is set; `port` is where it answers."""

    def __init__(self):
        self._terminal = PseudoTerminal()
        self.port = self._terminal.path
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(10)
        self._terminal.close()

    def _run(self):
        raise NotImplementedError
