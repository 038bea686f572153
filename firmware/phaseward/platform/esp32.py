"""Platform of boards with an ESP32: what `board.py` has, a network for Modbus TCP, littlefs.

Same interface as `lockstep.py`. The network is Wi-Fi or a wired one, as the file `network.json` in
the box's storage says (`esp32_network.py`); without that file there is none.

Two things differ from an RP2040 (MicroPython 1.25, ports/esp32): interrupts are soft, so the
driver of the bus is released when the interpreter comes to it, and hardware timer 0 serves the
UART's idle interrupt, so the port has timers 1 and 2.
"""

import machine

from .board import IDENTITY_MASK, BoardPlatform, Port
from .esp32_network import start
from .sockets import SocketStream

_UART = 1
_TIMERS = (1, 2)
_OWN_BYTES = 4  # of the six of the MAC address; the first two are the maker's


def identity_of(unique_id):
    """The box's own number, 30 bits, from the 6 bytes of the chip's MAC address."""
    return int.from_bytes(unique_id[-_OWN_BYTES:], "big") & IDENTITY_MASK


def cause_of(cause):
    """Why the chip was reset: `power`, switched on or browned out, which MicroPython does not tell
    apart; `watchdog`; `reset`, by software or a panic; else empty."""
    names = {
        machine.PWRON_RESET: "power",
        machine.WDT_RESET: "watchdog",
        machine.HARD_RESET: "reset",
    }
    return names.get(cause, "")


class Esp32Platform(BoardPlatform):
    name = "esp32"

    def __init__(self):
        cause = cause_of(machine.reset_cause())
        BoardPlatform.__init__(self, identity_of(machine.unique_id()), cause)
        self.network, self.network_trouble = start(self.storage_path)

    def port(self, index, baud, bits_per_char, parity=0):
        """The board's only port, whatever the index. `parity`: 0 none, 1 even, 2 odd."""
        timers = (machine.Timer(_TIMERS[0]), machine.Timer(_TIMERS[1]))
        return Port(_UART, timers, False, self._bell, baud, bits_per_char, parity)

    def stream(self, host, port):
        """A connection for Modbus TCP. ValueError where the box has no network."""
        if self.network is None:
            reason = self.network_trouble or "there is no network.json"
            raise ValueError("%s: this box has no network: %s" % (host, reason))
        return SocketStream(host, port)
