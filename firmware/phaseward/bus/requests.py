"""What a Modbus master offers, whatever carries its frames: requests, their checks, their results.

`rtu.Master` and `tcp.Master` are both of this kind; a meter or an actuator uses nothing else.
Whatever arrives, a request ends in a status, never in an exception; only a wrong argument raises
(ValueError, RuntimeError).
"""

from . import frame, status
from .device import Device
from .operation import Operation

IDLE = 0  # state of a master without a request under way


class Requests(Operation):
    """`status`, `register(i)` and `bit(i)` hold the last result until the next request.

    A subclass gives `step()` and `_start_try()`, which begins to carry out the request in `_tx`.
    """

    ADDRESSES = (1, 247)  # lowest and highest

    def __init__(self, clock, wait, reply):
        """`wait`: the scheduler's awaitable; only its attribute `event` is set here."""
        Operation.__init__(self)
        self.clock = clock
        self.wait = wait
        self.devices = {}
        self.status = status.OK
        self.reply = reply
        self._tx = bytearray(frame.MAX_FRAME)
        self._tx_n = 0
        self._device = None
        self._timeout_ms = 0
        self._tries = 0
        self._state = IDLE

    def device(self, address):
        """The settings and counters of an address; made at first use."""
        if address not in self.devices:
            low, high = self.ADDRESSES
            if not low <= address <= high:
                raise ValueError("Modbus address must be %d..%d, not %r" % (low, high, address))
            self.devices[address] = Device(address, self.clock.ticks_ms())
        return self.devices[address]

    # Requests. Each returns the master, to be awaited.

    def read(self, address, function, first, count, timeout_ms=0):
        """Functions 1..4: `count` bits or registers from `first`. Timeout 0 = the device's own."""
        if not 1 <= function <= 4:
            raise ValueError("read by function 1..4, not %r" % function)
        most = frame.MAX_READ_BITS if function <= 2 else frame.MAX_READ_REGISTERS
        self._check(first, count, most)
        device = self._claim(address)
        self._tx_n = frame.put_request(self._tx, address, function, first, count)
        return self._begin(device, count, timeout_ms)

    def write_register(self, address, register, value, timeout_ms=0):
        """Function 6; `value` -32768..65535."""
        self._check(register, 1, 1)
        if not -32768 <= value <= 65535:
            raise ValueError("a register holds -32768..65535, not %r" % value)
        device = self._claim(address)
        self._tx_n = frame.put_request(
            self._tx, address, frame.WRITE_REGISTER, register, value & 0xFFFF
        )
        return self._begin(device, 1, timeout_ms)

    def write_registers(self, address, first, values, count, timeout_ms=0):
        """Function 16: the first `count` of `values`, each -32768..65535."""
        self._check(first, count, frame.MAX_WRITE_REGISTERS)
        device = self._claim(address)
        self._tx_n = frame.put_write_registers(self._tx, address, first, values, count)
        return self._begin(device, count, timeout_ms)

    def write_coil(self, address, coil, on, timeout_ms=0):
        """Function 5."""
        self._check(coil, 1, 1)
        device = self._claim(address)
        word = 0xFF00 if on else 0
        self._tx_n = frame.put_request(self._tx, address, frame.WRITE_COIL, coil, word)
        return self._begin(device, 1, timeout_ms)

    def write_coils(self, address, first, values, count, timeout_ms=0):
        """Function 15: the truth of the first `count` of `values`."""
        self._check(first, count, frame.MAX_WRITE_BITS)
        device = self._claim(address)
        self._tx_n = frame.put_write_coils(self._tx, address, first, values, count)
        return self._begin(device, count, timeout_ms)

    def abort(self):
        """Forget the request under way, if any: for a task that was stopped in its middle."""
        self._state = IDLE

    # Results of a read with status OK.

    def register(self, i):
        """Register `i` of the answer, 0..65535; IndexError where there is none."""
        return self.reply.register(i)

    def bit(self, i):
        """Bit `i` of the answer, 0 or 1; IndexError where there is none."""
        return self.reply.bit(i)

    def checksum(self):
        """Stands for the answer's content: equal answers have equal ones."""
        return self.reply.checksum()

    def _check(self, first, count, most):
        if not 1 <= count <= most:
            raise ValueError("count must be 1..%d, not %r" % (most, count))
        if not (0 <= first and first + count <= 65536):
            raise ValueError("addresses must lie in 0..65535, not %r + %d" % (first, count))

    def _claim(self, address):
        if self._state != IDLE:
            raise RuntimeError("a request is under way: await it first, or abort()")
        return self.device(address)

    def _begin(self, device, count, timeout_ms):
        self._device = device
        self._timeout_ms = timeout_ms or device.timeout_ms
        self._tries = device.retries
        self.reply.expect(self._tx, self._tx_n, count)
        self._start_try()
        return self

    def _start_try(self):
        raise NotImplementedError
