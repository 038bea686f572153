"""The box's Modbus masters: the serial line's, and one for each Modbus TCP server.

All give the same methods, so a meter or a wallbox does not know which one it has. Requests go out
one at a time over all of them, as one task makes them.
"""

SERIAL = "serial"  # in place of an IPv4 number in the parameters mb_meter_host and io_l<n>_host
_OVERHEAD_MS = 700  # of a request that fails: silence before it, late answers, noise


class Masters:
    """`serial`: the master of the RS-485 line."""

    def __init__(self, platform, serial, values):
        self.serial = serial
        self._platform = platform
        self._values = values
        self._by_host = {}

    def at(self, host):
        """The master for `host`. ValueError where the board has no network or no such address."""
        if host == SERIAL:
            return self.serial
        if host not in self._by_host:
            self._by_host[host] = self._tcp(host)
        return self._by_host[host]

    def all(self):
        """(host, master) of each that is in use, the serial line's first."""
        return [(SERIAL, self.serial)] + sorted(self._by_host.items())

    def device_at(self, host, address):
        """The master for `host`, the device's timeout and retries set by the parameters."""
        master = self.at(host)
        device = master.device(address)
        device.timeout_ms = self._values["mb_timeout_ms"]
        device.retries = self._values["mb_retries"]
        return master

    def _tcp(self, host):
        stream = getattr(self._platform, "stream", None)
        if stream is None:
            raise ValueError("%s: this board has no network; expected serial" % host)
        from ..bus import tcp  # heap that a box without a network has better uses for

        serial = self.serial
        return tcp.Master(stream(host, self._values["mb_tcp_port"]), serial.clock, serial.wait)


def slowest_ms(values, devices):
    """How long a round of one request to each of `devices` takes where none of them answers."""
    return devices * (1 + values["mb_retries"]) * (values["mb_timeout_ms"] + _OVERHEAD_MS)
