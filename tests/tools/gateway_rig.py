"""A gateway as its user has it, beside real Modbus servers of pymodbus, in real time.

Waits are for a condition, as long as `PATIENCE_S`: nothing here is judged by how long it took.
"""

import asyncio
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
import tty

import serial
from pymodbus.client import ModbusTcpClient
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

PATIENCE_S = 30
VOLTAGES_AT, SIZE_OF_MAP = 19000, 19100  # Janitza UMG 96RM-E: float32, high word first


def until(condition, what):
    """The first true value of `condition`."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"in vain waited for: {what}")


def words(*values):
    """float32 as registers."""
    return list(struct.unpack(f">{2 * len(values)}H", struct.pack(f">{len(values)}f", *values)))


def device(unit=1):
    """A Janitza's registers at nominal voltage, 16 coils and 16 discrete inputs, all open."""
    held = [0] * SIZE_OF_MAP
    held[VOLTAGES_AT:] = (words(*[230.0] * 3, *[400.0] * 3, *[0.0] * 44))[:100]
    bits = [[SimData(0, values=[False] * 16, datatype=DataType.BITS)] for _ in range(2)]
    holding = [SimData(0, values=held, datatype=DataType.REGISTERS)]
    other = [SimData(0, values=[0], datatype=DataType.REGISTERS)]
    return SimDevice(unit, simdata=(bits[0], bits[1], holding, other))


class Server:
    """A server of pymodbus in a thread of its own."""

    def __init__(self, make):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = self._do(self._begin(make))

    async def _begin(self, make):
        server = make()
        await server.serve_forever(background=True)
        return server

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_S)

    def stop(self):
        self._do(self.server.shutdown())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE_S)


class TcpServer(Server):
    """Meter and I/O module in one; looked at and moved by a client of pymodbus."""

    def __init__(self):
        super().__init__(lambda: ModbusTcpServer(device(), address=("127.0.0.1", 0)))
        self.port = self.server.transport.sockets[0].getsockname()[1]
        self.client = ModbusTcpClient("127.0.0.1", port=self.port)
        assert self.client.connect()

    def voltages(self, *u_v):
        answer = self.client.write_registers(VOLTAGES_AT, words(*u_v), device_id=1)
        assert not answer.isError()

    def coil(self, number):
        return int(self.client.read_coils(number, count=1, device_id=1).bits[0])

    def stop(self):
        self.client.close()
        super().stop()


class SerialLine:
    """Two pseudo-terminals, joined: `ours` for the gateway, `theirs` for the server."""

    def __init__(self):
        self._masters, self._slaves = zip(*(os.openpty() for _ in range(2)), strict=True)
        for slave in self._slaves:
            tty.setraw(slave)
        self.ours, self.theirs = (os.ttyname(slave) for slave in self._slaves)
        self._going = True
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def _carry(self):
        first, second = self._masters
        while self._going:
            ready, _, _ = select.select([first, second], [], [], 0.1)
            for end in ready:
                os.write(second if end == first else first, os.read(end, 4096))

    def close(self):
        self._going = False
        self._thread.join(PATIENCE_S)
        for end in (*self._masters, *self._slaves):
            os.close(end)


def serial_server(line):
    return Server(lambda: ModbusSerialServer(device(), port=line.theirs, baudrate=9600))


class Gateway:
    """`phaseward gateway` on a file in `folder`, with its text."""

    def __init__(self, folder, text):
        self.folder = folder
        self.file = folder / "gateway.yaml"
        self.file.write_text(text)
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def start(self):
        command = [sys.executable, "-m", "phaseward_tools.main", "gateway", str(self.file)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        first = self.process.stdout.readline()
        assert first.startswith("console ") or "parameters of its own" in first, first

    def stop(self, number=signal.SIGTERM):
        """Asks it to end; its exit code and what it said."""
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, said

    def box(self):
        """Process number of the box, None where there is none just now."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(path) as file:
            return int((file.read().split() or [0])[0]) or None

    def ask(self, line):
        """The lines that the console answers, without reports."""
        end = (self.folder / "console").resolve()
        with serial.Serial(str(end), timeout=0.1) as port:
            port.write(line.encode() + b"\n")
            ends, text = time.monotonic() + PATIENCE_S, ""
            while time.monotonic() < ends:
                text += port.read(4096).decode(errors="replace")
                found = [each for each in text.split("\n")[:-1] if not each.startswith("!")]
                if found and (found[-1] == "ok" or found[-1].startswith("error")):
                    return found
        raise AssertionError(f"no answer to {line}: {text!r}")

    def status(self):
        return dict(line.partition(" ")[::2] for line in self.ask("status"))

    def level(self, name):
        """What an output's file holds."""
        return int((self.folder / name).read_text())
