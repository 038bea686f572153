"""The RS-485 line at another speed and parity, for one request at a time.

Each request sets the other pace and takes it back as soon as it has ended, before anything else
may use the bus: control never meets a foreign one, whatever becomes of the request or of the job.
What the box knows of its own device at the same address is put aside meanwhile.
"""

from ..bus.rtu import CHAR_BITS

LINES = (
    (9600, 0), (9600, 1), (19200, 1), (19200, 0), (38400, 0), (38400, 1),
    (9600, 2), (19200, 2), (4800, 0), (2400, 0), (57600, 0), (115200, 0),
)  # fmt: skip


def told(line):
    """For people: `9600 Bd 8N1`."""
    return "%d Bd 8%s1" % (line[0], "NEO"[line[1]])


class OwnLine:
    """The line as it is. `begin` and `end` enclose all that is asked of an address."""

    def __init__(self, app):
        self.pace = app.line
        self._devices = app.master.devices
        self._guest = False
        self._pause_ms = 0

    def begin(self, address):
        self._guest = address not in self._devices
        self._pause_ms = 0 if self._guest else self._devices[address].turnaround_ms

    def take(self, address):
        """Before a request."""

    def give_back(self, address):
        """After it."""

    def end(self, address):
        if self._guest:
            self._devices.pop(address, None)
        else:
            self._devices[address].turnaround_ms = self._pause_ms


class OtherLine:
    """As OwnLine, at `pace`: (baud, parity)."""

    def __init__(self, app, pace):
        self.pace = pace
        self._own_pace = app.line
        self._master = app.master
        self._own = None
        self._guest = None

    def begin(self, address):
        self._guest = None

    def take(self, address):
        """ValueError where the port has no such speed; it is then as it was."""
        self._set(self.pace)
        devices = self._master.devices
        self._own = devices.pop(address, None)
        if self._guest is not None:
            devices[address] = self._guest

    def give_back(self, address):
        devices = self._master.devices
        self._guest = devices.pop(address, None)
        if self._own is not None:
            devices[address] = self._own
        self._set(self._own_pace)

    def end(self, address):
        self._guest = None

    def _set(self, pace):
        baud, parity = pace
        bits = CHAR_BITS[parity]
        self._master.port.set_line(baud, bits, parity)
        self._master.set_line(baud, bits)
