"""Which chip a raw image is for, by what lies at its beginning. Pure.

RP2040: the boot ROM takes the first 256 bytes only where their checksum is right (data sheet
2.8.1.3.1). Espressif: the header of an image, esptool's documentation "Firmware image format".
Failure: FlashInputError where the image is for another chip, or none.
"""

from .errors import FlashInputError
from .known import CHIPS, Chip

_BOOT_BLOCK = 252  # bytes, then their CRC
_POLYNOMIAL = 0x04C11DB7
_ESP_MAGIC = 0xE9
_ESP_CHIP_AT = 12  # two bytes


def boot_crc(data: bytes) -> int:
    """CRC-32 as an RP2040's boot ROM wants it: not mirrored, not inverted."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (_POLYNOMIAL if crc >> 31 else 0)) & 0xFFFFFFFF
    return crc


def check(data: bytes, chip: Chip, name: str) -> None:
    """FlashInputError unless `data`, from the beginning of flash on, is for the chip."""
    found = _espressif(data)
    if chip.esp_id is not None:
        if found != chip.esp_id:
            raise FlashInputError(f"{name}: is {_words(found)}, expected one for an {chip.name}")
    elif found is not None and not _boots(data):
        raise FlashInputError(f"{name}: is {_words(found)}, expected one for an {chip.name}")
    elif chip.boot_block and not _boots(data):
        raise FlashInputError(f"{name}: is no image of an {chip.name}: the checksum of its boot "
                              "block is wrong")


def _boots(data: bytes) -> bool:
    told = int.from_bytes(data[_BOOT_BLOCK : _BOOT_BLOCK + 4], "little")
    return len(data) > _BOOT_BLOCK + 4 and boot_crc(data[:_BOOT_BLOCK]) == told


def _espressif(data: bytes) -> int | None:
    """The chip's number in the header, None where it is no Espressif image."""
    if len(data) < _ESP_CHIP_AT + 2 or data[0] != _ESP_MAGIC:
        return None
    return int.from_bytes(data[_ESP_CHIP_AT : _ESP_CHIP_AT + 2], "little")


def _words(esp_id: int | None) -> str:
    if esp_id is None:
        return "no Espressif image"
    known = next((c.name for c in CHIPS.values() if c.esp_id == esp_id), f"chip number {esp_id}")
    return f"an image for {known}"
