"""Asks a real Modbus TCP server on this host; run on CPython and on MicroPython.

    micropython tcp_client.py FIRMWARE_FOLDER TESTS_FOLDER PORT

Prints one line per request: what was asked, the status, the registers.
"""

import sys
import time

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, sys.argv[2])

from phaseward.bus.operation import TICKS_MASK  # noqa: E402
from phaseward.bus.tcp import Master  # noqa: E402
from phaseward.platform.sockets import SocketStream  # noqa: E402

UNIT, TIMEOUT_MS = 1, 10000


MICROPYTHON = sys.implementation.name == "micropython"


class Clock:
    def ticks_ms(self):
        if MICROPYTHON:
            return time.ticks_ms() & TICKS_MASK
        return int(time.monotonic() * 1000) & TICKS_MASK


def pause(ms):
    if MICROPYTHON:
        time.sleep_ms(ms)  # a float of seconds would be on the heap
    else:
        time.sleep(ms / 1000)


class Wait:
    event = None


def run(operation):
    ms = operation.step()
    while ms >= 0:
        pause(ms)
        ms = operation.step()


def report(name, master, count=0):
    print(name, master.status, *[master.register(i) for i in range(count)])


def heap_of(rounds, master):
    """Heap bytes that so many requests allocate on MicroPython; 0 on CPython."""
    if not MICROPYTHON:
        return 0
    import gc

    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(rounds):
        run(master.read(UNIT, 4, 0, 4, TIMEOUT_MS))
    after = gc.mem_alloc()
    gc.enable()
    return after - before


def main(port):
    master = Master(SocketStream("127.0.0.1", port), Clock(), Wait())
    run(master.read(UNIT, 4, 0, 4, TIMEOUT_MS))
    report("input", master, 4)
    run(master.read(UNIT, 3, 0, 125, TIMEOUT_MS))
    report("longest", master, 125)
    run(master.write_register(UNIT, 10, 4711, TIMEOUT_MS))
    report("write", master)
    run(master.write_registers(UNIT, 11, [1, 65535, -2], 3, TIMEOUT_MS))
    report("writes", master)
    run(master.read(UNIT, 3, 10, 4, TIMEOUT_MS))
    report("read_back", master, 4)
    run(master.read(UNIT, 4, 60000, 1, TIMEOUT_MS))
    report("exception", master)
    master.close()
    run(master.read(UNIT, 4, 1, 1, TIMEOUT_MS))
    report("reconnected", master, 1)
    print("connections", master.connections)
    print("heap", heap_of(100, master))


def nobody(port):
    """A port where nothing listens."""
    master = Master(SocketStream("127.0.0.1", port), Clock(), Wait())
    run(master.read(UNIT, 4, 0, 1, TIMEOUT_MS))
    report("nobody", master)


(nobody if len(sys.argv) > 4 else main)(int(sys.argv[3]))
