"""The boards this project knows, and how the chip of each is written and recognised.

USB ids: Raspberry Pi Ltd (2E8A, its public list of product ids), Espressif (303A), Silicon Labs
CP210x (10C4:EA60), WCH CH340 (1A86:7523, 1A86:55D4); the last three only say that an ESP32 may be
there.
"""

from dataclasses import dataclass

from .errors import FlashInputError

RP2040_FAMILY = 0xE48BFF56  # UF2 family ids: microsoft/uf2, utils/uf2families.json
RP2350_FAMILY = 0xE48BFF59


@dataclass(frozen=True)
class Chip:
    """uf2_family: 0 where there is no UF2 loader. loader_ids: USB (vid, pid) in the boot loader.
    executes_in_place: whether updates run from flash (`update/rom.py`). boot_block: whether an
    image begins with a block that has a checksum. esp_id: its number in the header of an Espressif
    image, None for others."""

    name: str
    uf2_family: int = 0
    board_ids: tuple[str, ...] = ()
    loader_ids: tuple[tuple[int, int], ...] = ()
    running_ids: tuple[tuple[int, int], ...] = ()
    flash_at: int = 0
    executes_in_place: bool = False
    boot_block: bool = False
    esp_id: int | None = None


RP2040 = Chip("RP2040", RP2040_FAMILY, ("RPI-RP2",), ((0x2E8A, 0x0003),), ((0x2E8A, 0x0005),),
              executes_in_place=True, boot_block=True)
RP2350 = Chip("RP2350", RP2350_FAMILY, ("RP2350",), ((0x2E8A, 0x000F),), ((0x2E8A, 0x0005),))
_BRIDGES = ((0x10C4, 0xEA60), (0x1A86, 0x7523), (0x1A86, 0x55D4), (0x303A, 0x1001))
# Numbers: esptool, targets/*.py, IMAGE_CHIP_ID.
ESP32 = Chip("ESP32", running_ids=_BRIDGES, flash_at=0x1000, esp_id=0)
ESP32_S3 = Chip("ESP32-S3", running_ids=(*_BRIDGES, (0x303A, 0x4001)), esp_id=9)
CHIPS = {chip.name: chip for chip in (RP2040, RP2350, ESP32, ESP32_S3)}


@dataclass(frozen=True)
class Board:
    """One kind of board; `name` is that of its folder in `boards/`, or MicroPython's own."""

    name: str
    chip: Chip
    about: str


BOARDS = {board.name: board for board in (
    Board("PHASEWARD_RP2040", RP2040, "control box with an RP2040: RS-485, four relays, SG-Ready"),
    Board("RPI_PICO", RP2040, "bare Raspberry Pi Pico with the same pins"),
    Board("PHASEWARD_RP2040_SERIAL", RP2040, "the same with its console on a serial port"),
    Board("PHASEWARD_ESP32", ESP32_S3, "control box with an ESP32-S3: Wi-Fi, external RAM"),
    Board("ESP32_DEVKIT", ESP32, "bare ESP32 with Wi-Fi or a wired network"),
    Board("ESP32_GENERIC_S3", ESP32_S3, "ESP32-S3 with MicroPython's image, application as files"),
    Board("ESP32_GENERIC", ESP32, "ESP32 with MicroPython's image, application as files"),
)}


def board_of(name: str) -> Board:
    """The board of that name. FlashInputError names those there are."""
    try:
        return BOARDS[name]
    except KeyError:
        raise FlashInputError(f"no board {name!r}; there are {', '.join(BOARDS)}") from None
