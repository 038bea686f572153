"""Carries outputs and inputs of a Modbus I/O module, on platforms whose pins are there.

A task of its own with a connection of its own: an output that changes is written at once, and once
a second all are read back and the inputs read. `remote` as in `platform/gateway_pins.py`.
Failure behaviour: a module that cannot be reached shows as a fault and in a note; outputs then
count as unconfirmed, inputs keep their last level, and all is written again when it is back. One
that answers but reads back otherwise is a contact that does not follow: the supervisor restarts
the box. At a restart the safe levels are written first, for a second at most.
"""

from ..bus import status, tcp
from ..bus.operation import Sequence
from ..platform.gateway_pins import REGISTER, UNKNOWN
from ..platform.ticks import ticks_diff

_PERIOD_MS = 1000
_LAST_WORDS_MS = 1000


class RemotePins(Sequence):
    """Requests of a round: per output a write where needed and a read-back, then the inputs."""

    name = "pins"
    deadline_ms = 60_000

    def __init__(self, remote, platform, wait, note):
        stream = platform.stream(remote.host, remote.port)
        master = tcp.Master(stream, platform.clock, wait)
        Sequence.__init__(self, master, 2 * len(remote.outputs) + len(remote.inputs))
        self.device = self  # as an output that can have a fault
        self.fault = False
        self._clock = platform.clock
        self._remote = remote
        self._note = note
        self._status = status.OK  # the worst of the last round
        self._worst = status.OK
        self._written = UNKNOWN

    def fault_text(self):
        remote = self._remote
        if not self.fault:
            return ""
        return "I/O module %s:%d: %s" % (remote.host, remote.port, status.text(self._status))

    async def run(self, wait, beat):
        changed = self._remote.changed
        while True:
            changed.ready = False
            await self.start()
            beat()
            await wait(_PERIOD_MS, changed)

    def last_words(self, idle):
        """Outputs as they are wanted now, before the process ends. `idle(ms)` sleeps."""
        begun_ms = self._clock.ticks_ms()
        self.master.abort()
        self.start()
        pause_ms = self.step()
        while pause_ms >= 0:
            if ticks_diff(self._clock.ticks_ms(), begun_ms) > _LAST_WORDS_MS:
                return
            idle(pause_ms)
            pause_ms = self.step()

    def ask(self, k):
        """Begins request `k`; False where there is nothing to ask."""
        pin, write = self._pin(k)
        unit = self._remote.unit
        if not write:
            self.master.read(unit, pin.function, pin.number, 1)
        elif pin.sent == pin.level:
            return False
        else:
            self._written = pin.level
            self._write(unit, pin)
        return True

    def _write(self, unit, pin):
        if pin.function == REGISTER:
            self.master.write_register(unit, pin.number, pin.level)
        else:
            self.master.write_coil(unit, pin.number, pin.level)

    def answered(self, k):
        """False ends the round: the module is not there. A refusal is one pin's matter."""
        found = self.master.status
        self._worst = max(self._worst, found)
        if status.OK < found < status.EXCEPTION:
            self._forget()
            return False
        pin, write = self._pin(k)
        if write:
            pin.sent = self._written if found == status.OK else UNKNOWN
        elif k < 2 * len(self._remote.outputs):
            self._confirm(pin, found)
        elif found == status.OK:
            pin.level = self._level(pin)
        return True

    def ended(self):
        """After a round: a fault that begins or ends is said."""
        found, self._worst = self._worst, status.OK
        if found != self._status:
            self._status = found
            self.fault = found != status.OK
            self._note(self.fault_text() or "I/O module answers as it should")

    def _pin(self, k):
        """The pin of request `k`, and whether it is the writing of an output."""
        outputs = self._remote.outputs
        if k < 2 * len(outputs):
            return outputs[k // 2], k % 2 == 0
        return self._remote.inputs[k - 2 * len(outputs)], False

    def _confirm(self, pin, found):
        """What cannot be read back counts as not followed."""
        pin.confirmed = self._level(pin) if found == status.OK else 1 - pin.level
        if pin.confirmed != pin.level:
            pin.sent = UNKNOWN  # written again in the next round

    def _level(self, pin):
        if pin.function == REGISTER:
            return 1 if self.master.register(0) else 0
        return self.master.bit(0)

    def _forget(self):
        for pin in self._remote.outputs:
            pin.sent = pin.confirmed = UNKNOWN
