"""Platform of a Linux gateway: MicroPython's unix port in real time, on real ports.

Same interface as `lockstep.py`. The serial line is a tty (`tty.py`), Modbus TCP goes over the
host's network, outputs and inputs are files or pins of a Modbus I/O module (`gateway_pins.py`),
and stdin and stdout are the master side of a pseudo-terminal, the console.

`phaseward gateway` starts it, restarts it, and is its hardware watchdog. Two pipes join them:
    control   the starter's; a byte or its end asks the box to stop
    life      the box's; a byte at every feeding of the watchdog
Settings, a dictionary (docs/GATEWAY.md tells it as YAML):
    storage, identity     folder that survives restarts; the box's own number, 30 bits
    serial                path of the line's tty, or None
    outputs, inputs       name -> {"file": path} (outputs also "back": path), or
                          {"coil": n}, {"holding": n}, for inputs {"input": n} too
    module                {"host", "port", "unit"} of the Modbus I/O module, or None
Failure behaviour: an output that is not named raises ValueError, which the application reports; an
input that is not named reads open. Where nobody reads the console, what is printed is dropped.
"""

import select
import sys
import time

from .gateway_pins import FileInput, FileOutput, OpenInput, Remote, place_of
from .sockets import SocketStream
from .ticks import Event, ticks_add, ticks_diff
from .tty import TtyPort

RESTART_CODE = 3
_TYPED_ROOM = 256
_ASKED = "asked to stop"


class Clock:
    def __init__(self):
        self.ticks_ms = time.ticks_ms

    def ticks_diff(self, later, earlier):
        return ticks_diff(later, earlier)

    def ticks_add(self, ticks, delta):
        return ticks_add(ticks, delta)


class Console:
    """The pseudo-terminal. Lines for which there is no room are dropped."""

    def __init__(self):
        self.rx_event = Event()
        self._one = bytearray(1)
        self._in = sys.stdin.buffer
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        self._room = select.poll()
        self._room.register(sys.stdout, select.POLLOUT)

    def read(self):
        typed = b""
        self.rx_event.ready = False
        while _any(self._poll, select.POLLIN):
            if len(typed) == _TYPED_ROOM:
                self.rx_event.ready = True
                break
            if not self._in.readinto(self._one):
                break
            typed += self._one
        return typed

    def write(self, text):
        if _any(self._room, select.POLLOUT):
            sys.stdout.write(text)


def _any(poll, wanted):
    for _, events in poll.ipoll(0):
        return bool(events & wanted)
    return False


class Watchdog:
    """Tells the starter that the box is well; where it stays silent, it is ended and restarted."""

    def __init__(self, life):
        self._life = life

    def feed(self):
        try:
            self._life.write(b"F")
        except OSError:
            pass  # the starter is gone: the control pipe tells it too


class GatewayPlatform:
    """The small interface every platform offers to the application.

    settings : as above
    control, life : numbers of the two pipes' file descriptors
    reset_cause : what the starter knows of the last end: `power`, `watchdog`, `crash`, or ``
    """

    name = "gateway"

    def __init__(self, settings, control, life, reset_cause=""):
        self.clock = Clock()
        self.storage_path = settings["storage"]
        self.identity = settings["identity"]
        self.reset_cause = reset_cause
        self.console = Console()
        self.watchdog = Watchdog(open(life, "wb"))
        self.remote = Remote(settings["module"]) if settings["module"] else None
        self.on_stop = None  # called with the reason when the box is asked to stop
        self._settings = settings
        self._control = open(control, "rb")
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        self._poll.register(self._control, select.POLLIN)
        self._port = None
        self._pins = {}

    def port(self, index, baud, bits_per_char, parity=0):
        """The gateway's only line, whatever the index. `parity`: 0 none, 1 even, 2 odd."""
        self._port = TtyPort(self._settings["serial"], baud, bits_per_char, parity, self._poll)
        return self._port

    def stream(self, host, port):
        """A connection for Modbus TCP."""
        return SocketStream(host, port)

    def output(self, name):
        if name not in self._pins:
            self._pins[name] = self._output(name)
        return self._pins[name]

    def input(self, name):
        """Where the settings do not name it: a contact that is always open."""
        key = "input " + name
        if key not in self._pins:
            self._pins[key] = self._input(name)
        return self._pins[key]

    def idle(self, ms):
        """Sleeps for `ms`, or until the line, the console or the starter has something."""
        for stream, events in self._poll.ipoll(ms):
            if stream is self._control:
                self._asked_to_stop()
            elif stream is sys.stdin:
                self.console.rx_event.ready = True
            else:
                self._port.heard(events)

    def restart(self, reason):
        sys.exit(RESTART_CODE)

    def _asked_to_stop(self):
        self._poll.unregister(self._control)
        if self.on_stop is not None:
            self.on_stop(_ASKED)

    def _output(self, name):
        found = self._settings["outputs"].get(name)
        if found is None:
            raise ValueError("this gateway's file names no output %s" % name)
        if "file" in found:
            return FileOutput(name, found["file"], found.get("back"))
        return self.remote.output(name, *place_of(found))

    def _input(self, name):
        found = self._settings["inputs"].get(name)
        if found is None:
            return OpenInput(name)
        if "file" in found:
            return FileInput(name, found["file"])
        return self.remote.input(name, *place_of(found))
