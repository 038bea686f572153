"""A Modbus I/O module for the tests, by pymodbus' own server."""

import asyncio
import threading


class Module:
    """A pymodbus server with eight discrete inputs and registers, in a thread of its own.

    level: gives what register 0 shows. port: within `with`, the one that the system has chosen.
    """

    def __init__(self, level=None):
        from pymodbus.server import ModbusTcpServer
        from pymodbus.simulator import DataType, SimData, SimDevice

        bits = SimData(0, values=[True, False, True, False, False, False, False, False],
                       datatype=DataType.BITS)
        words = SimData(0, values=[1, 0, 7, 0], datatype=DataType.REGISTERS)
        self._device = SimDevice(1, simdata=([bits], [bits], [words], [words]), action=self._show)
        self._level = level
        self._server_of = ModbusTcpServer
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _show(self, function, start, address, count, registers, written):
        """Register 0 shows the level at the moment of the reading."""
        if self._level is not None:
            registers[0] = self._level()

    async def _serve(self):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = self._server_of(self._device, address=("127.0.0.1", 0))
        await server.serve_forever(background=True)
        self.port = server.transport.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        await server.shutdown()

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
