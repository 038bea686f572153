"""Platform of boards with an RP2040: what `board.py` has, the console over USB, littlefs.

Same interface as `lockstep.py`.
"""

import machine
import uctypes
import vfs

from .board import IDENTITY_MASK, BoardPlatform, Port

_UART = 0
_FLASH = 0x10000000  # where the RP2040 shows its flash (data sheet, 2.6.3)
_SEGMENTS, _GET_SEGMENT = 1, 2  # of vfs.rom_ioctl (MicroPython's documentation, vfs)
_CHIP_RESET = 0x40064008  # register CHIP_RESET of VREG_AND_CHIP_RESET (data sheet, 2.12.8)
_HAD_POWER, _HAD_RUN, _KNOWN = 0x100, 0x10000, 0x110100


def identity_of(unique_id):
    """The box's own number, 30 bits, from the 8 bytes of the flash chip's."""
    high, low = unique_id[:4], unique_id[4:]
    return (int.from_bytes(high, "big") ^ int.from_bytes(low, "big")) & IDENTITY_MASK


def cause_of(watchdog, chip_reset):
    """Why the chip was reset: `watchdog`, also after a restart of its own; `power`, switched on
    or browned out, which the chip does not tell apart; `button`, its RUN pin; else empty.

    watchdog : whether the watchdog did it; chip_reset : the register
    """
    if watchdog:
        return "watchdog"
    found = chip_reset & (_HAD_POWER | _HAD_RUN)
    if chip_reset & ~_KNOWN:
        return ""  # no RP2040's register
    if found == _HAD_RUN:
        return "button"
    return "power" if found == _HAD_POWER else ""


def rom_region():
    """The part of flash from which updates are executed in place, as `update/rom.py` has it; None
    where the image was built without one."""
    ioctl = getattr(vfs, "rom_ioctl", None)
    if ioctl is None or ioctl(_SEGMENTS) < 1:
        return None
    device = ioctl(_GET_SEGMENT, 0)
    return device, memoryview(device)


class Rp2Platform(BoardPlatform):
    name = "rp2"

    def __init__(self):
        by_watchdog = machine.reset_cause() == machine.WDT_RESET
        cause = cause_of(by_watchdog, machine.mem32[_CHIP_RESET])
        BoardPlatform.__init__(self, identity_of(machine.unique_id()), cause)
        self.rom = rom_region()

    def port(self, index, baud, bits_per_char, parity=0):
        """The board's only port, whatever the index. `parity`: 0 none, 1 even, 2 odd."""
        timers = (machine.Timer(), machine.Timer())
        return Port(_UART, timers, True, self._bell, baud, bits_per_char, parity)

    def image_part(self, first, count):
        """Bytes of the flashed image, where they lie."""
        return uctypes.bytearray_at(_FLASH + first, count)
