"""UF2 files: what an RP2040's USB drive takes.

A file is blocks of 512 bytes, each with two magics at its begin and one at its end, an address,
and 256 bytes of payload (github.com/microsoft/uf2, README). Failure: FlashInputError names block
and fault.
"""

import struct
from dataclasses import dataclass

from .errors import FlashInputError

BLOCK = 512
_HEAD = struct.Struct("<8I")
_MAGICS = 0x0A324655, 0x9E5D5157
_END = 0x0AB16F30
_FAMILY_GIVEN = 0x2000
_NOT_MAIN_FLASH = 0x1


@dataclass(frozen=True)
class Image:
    """What a file writes: `data` from address `start` on, gaps filled with 0xFF."""

    family: int
    start: int
    data: bytes


def read(content: bytes, name: str = "file") -> Image:
    """The image in a UF2 file."""
    if not content or len(content) % BLOCK:
        raise FlashInputError(f"{name}: {len(content)} bytes are no UF2 file: blocks of {BLOCK} "
                              "were expected; was it copied whole?")
    parts, families = {}, set()
    count = len(content) // BLOCK
    for number in range(count):
        block = content[number * BLOCK : (number + 1) * BLOCK]
        head = _checked(block, number, count, name)
        if not head[2] & _NOT_MAIN_FLASH:
            families.add(head[7] if head[2] & _FAMILY_GIVEN else 0)
            parts[head[3]] = block[32 : 32 + head[4]]
    if len(families) != 1:
        raise FlashInputError(f"{name}: blocks for {len(families)} chip families, expected one")
    return _joined(families.pop(), parts)


def _checked(block: bytes, number: int, count: int, name: str) -> tuple:
    head = _HEAD.unpack_from(block)
    if head[:2] != _MAGICS or struct.unpack_from("<I", block, BLOCK - 4)[0] != _END:
        raise FlashInputError(f"{name}: block {number} has not the marks of a UF2 file")
    if head[5] != number or head[6] != count:
        raise FlashInputError(f"{name}: block {number} says it is {head[5]} of {head[6]}, the "
                              f"file has {count}: it is not whole")
    return head


def _joined(family: int, parts: dict[int, bytes]) -> Image:
    start = min(parts)
    end = max(at + len(part) for at, part in parts.items())
    data = bytearray(b"\xff" * (end - start))
    for at, part in parts.items():
        data[at - start : at - start + len(part)] = part
    return Image(family, start, bytes(data))


def write(data: bytes, start: int, family: int, payload: int = 256) -> bytes:
    """A UF2 file of an image."""
    count = -(-len(data) // payload)
    blocks = []
    for number in range(count):
        part = data[number * payload : (number + 1) * payload].ljust(payload, b"\0")
        head = _HEAD.pack(*_MAGICS, _FAMILY_GIVEN, start + number * payload, payload, number,
                          count, family)
        blocks.append((head + part).ljust(BLOCK - 4, b"\0") + struct.pack("<I", _END))
    return b"".join(blocks)
