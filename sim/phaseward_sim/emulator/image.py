"""A board's firmware image and what its board definition says: pins, and where its files lie.

Made by `make firmware BOARD=NAME`, which leaves it in build/firmware/NAME. Failure: EmulatorError
where there is no image, or where a file of the board definition does not say what it must.
"""

import re
from pathlib import Path

from .node_packages import EmulatorError

ROOT = Path(__file__).resolve().parents[3]
FLASH_BYTES = 2 << 20
BOARD = "PHASEWARD_RP2040"


class Image:
    """`path` of the bytes that go to the beginning of flash; `pins`: GPIO numbers by name.

    storage_at, storage_bytes: where the file system lies in flash
    rom_at, rom_bytes: where updates are executed in place, before it
    """

    def __init__(self, board: str = BOARD):
        self.board = board
        self.path = ROOT / "build" / "firmware" / board / "firmware.bin"
        if not self.path.exists():
            raise EmulatorError(f"no image of {board}: run make firmware BOARD={board}")
        folder = ROOT / "boards" / board
        self.pins = _pins(folder / "pins.csv")
        settings = folder / "mpconfigboard.h"
        self.storage_bytes = _bytes_of("FLASH_STORAGE", settings)
        self.storage_at = FLASH_BYTES - self.storage_bytes
        self.rom_bytes = _bytes_of("ROMFS", settings)
        self.rom_at = self.storage_at - self.rom_bytes

    def outputs(self) -> dict[int, str]:
        """Names, as the application knows them, of the pins that drive something."""
        driven = ("RELAY_", "SG_A_", "SG_B_")
        return {pin: name.lower() for name, pin in self.pins.items() if name.startswith(driven)}

    def read_backs(self) -> dict[int, int]:
        """Read-back pin -> the pin whose contact it shows."""
        mark = "BACK_"
        return {pin: self.pins[name[len(mark):]] for name, pin in self.pins.items()
                if name.startswith(mark)}


def _pins(path: Path) -> dict[str, int]:
    rows = [line.split(",") for line in path.read_text().splitlines() if line]
    try:
        return {name: int(pin.removeprefix("GPIO")) for name, pin in rows}
    except ValueError:
        raise EmulatorError(f"{path}: expected lines NAME,GPIOn") from None


def _bytes_of(part: str, path: Path) -> int:
    pattern = rf"#define MICROPY_HW_{part}_BYTES\s+\((\d+) \* 1024\)"
    found = re.search(pattern, path.read_text())
    if not found:
        raise EmulatorError(f"{path}: no MICROPY_HW_{part}_BYTES of the form (N * 1024)")
    return int(found.group(1)) * 1024
