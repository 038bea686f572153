"""A TCP stream over sockets that does not block, for Modbus TCP. On CPython and MicroPython.

The address is an IPv4 number: looking up a name would block the box for seconds.
Failure: a host that is no IPv4 number raises ValueError; whatever the network does shows in
`state()` and in the results of `write` and `readinto`, never as an exception.

Heap: connecting allocates (socket and poller); on MicroPython `write`
and `readinto` of an open connection allocate nothing, on CPython they do.
"""

import select
import socket

UP, WAITING, LOST = 1, 0, -1
_ROOM = 262  # the largest Modbus TCP frame and some


def check_host(host):
    """ValueError unless `host` is an IPv4 number."""
    parts = host.split(".")
    for part in parts:
        if len(parts) != 4 or not part.isdigit() or int(part) > 255:
            raise ValueError("host %r: expected an IPv4 number such as 192.168.1.20" % host)


class SocketStream:
    """One connection at a time to one server."""

    def __init__(self, host, port):
        check_host(host)
        self._to = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0][-1]
        self._socket = None
        self._poller = None
        self._state = LOST
        self._rx = bytearray(_ROOM)

    def connect(self):
        """Begin to connect; `state()` tells how it goes."""
        self.close()
        self._socket = socket.socket()
        self._socket.setblocking(False)
        try:
            self._socket.connect(self._to)
        except OSError:
            pass  # under way, or refused: the poller knows
        self._poller = select.poll()
        self._poller.register(self._socket, select.POLLOUT)
        self._state = WAITING

    def state(self):
        """UP, WAITING, or LOST."""
        if self._state == WAITING:
            for _, events in self._poller.poll(0):
                refused = events & (select.POLLERR | select.POLLHUP)
                self._state = LOST if refused else UP
        return self._state

    def write(self, buf, start, n):
        """Bytes taken now, 0 where none fit; -1 where the connection is lost."""
        try:
            return _write(self._socket, buf, start, n) or 0
        except OSError as error:
            return self._trouble(error)

    def readinto(self, buf, start, n):
        """Bytes that came, 0 where none did; -1 where the connection is lost or closed."""
        try:
            count = _readinto(self._socket, self._rx, min(n, _ROOM))
        except OSError as error:
            return self._trouble(error)
        if count is None:
            return 0
        if count == 0:
            self._state = LOST
            return -1
        for i in range(count):
            buf[start + i] = self._rx[i]
        return count

    def close(self):
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._state = LOST

    def _trouble(self, error):
        if error.args and error.args[0] in _TRY_AGAIN:
            return 0
        self._state = LOST
        return -1


def _native_write(stream, buf, start, n):
    return stream.write(buf, start, n)


def _native_readinto(stream, buf, n):
    return stream.readinto(buf, n)


def _send(stream, buf, start, n):
    return stream.send(memoryview(buf)[start : start + n])


def _receive(stream, buf, n):
    return stream.recv_into(buf, n)


# MicroPython's sockets are streams: no slice, so no heap.
_native = hasattr(socket.socket, "readinto")
_write = _native_write if _native else _send
_readinto = _native_readinto if _native else _receive
_TRY_AGAIN = (11, 115)  # EAGAIN, EINPROGRESS
