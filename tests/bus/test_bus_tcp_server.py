"""The TCP master against pymodbus' TCP server on this host, on CPython and on MicroPython."""

import asyncio
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
from test_bus_scenarios import find_micropython

from phaseward.bus import status
from phaseward.platform.sockets import SocketStream

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "firmware"
HOLDING = [7 * i % 65536 for i in range(200)]
INPUT = [100, 200, 65535, 0]


def device():
    registers = [
        [SimData(0, values=HOLDING, datatype=DataType.REGISTERS)],
        [SimData(0, values=INPUT, datatype=DataType.REGISTERS)],
    ]
    bits = [[SimData(0, values=[False] * 16, datatype=DataType.BITS)] for _ in range(2)]
    return SimDevice(1, simdata=(bits[0], bits[1], registers[0], registers[1]))


class Server:
    """pymodbus' server in a thread of its own, on a port that was free."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(self._begin(), self.loop).result(20)
        self.port = self.server.transport.sockets[0].getsockname()[1]

    async def _begin(self):
        server = ModbusTcpServer(device(), address=("127.0.0.1", 0))
        await server.serve_forever(background=True)
        return server

    def stop(self):
        asyncio.run_coroutine_threadsafe(self.server.shutdown(), self.loop).result(20)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture(params=["cpython", "micropython"])
def interpreter(request):
    program = sys.executable if request.param == "cpython" else find_micropython()
    if program is None:
        pytest.skip("no MicroPython: run make setup, or name one in MICROPYTHON")
    return program


def lines_of(interpreter, *arguments):
    command = [interpreter, "tcp_client.py", str(FIRMWARE), str(HERE), *map(str, arguments)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    words = [line.split() for line in done.stdout.splitlines()]
    return {line[0]: [int(word) for word in line[1:]] for line in words}


def test_registers_are_read_and_written_as_the_server_holds_them(server, interpreter):
    lines = lines_of(interpreter, server.port)
    assert lines["input"] == [status.OK, *INPUT]
    assert lines["longest"][0] == status.OK
    assert lines["longest"][1:11] == HOLDING[:10] and lines["longest"][15:] == HOLDING[14:125]
    assert lines["write"] == lines["writes"] == [status.OK]
    assert lines["read_back"] == [status.OK, 4711, 1, 65535, 65534]
    assert lines["exception"] == [status.EXCEPTION + 2]
    assert lines["reconnected"] == [status.OK, INPUT[1]]
    assert lines["connections"] == [2]
    assert lines["heap"] == [0]


def test_where_nothing_listens_there_is_no_connection(interpreter):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        lines = lines_of(interpreter, free.getsockname()[1], "nobody")
    assert lines["nobody"] == [status.OFFLINE]


@pytest.mark.parametrize("host", ["wallbox", "1.2.3", "1.2.3.256", "1.2.3.4.5", ""])
def test_a_host_that_is_no_ipv4_number_is_refused(host):
    with pytest.raises(ValueError, match=r"expected an IPv4 number such as 192\.168\.1\.20"):
        SocketStream(host, 502)
