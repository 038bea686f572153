"""CRC-16 of Modbus RTU, by table, without allocation.

Polynomial 0xA001 (0x8005 reflected), start 0xFFFF, sent low byte first: Modbus over serial line
V1.02, 6.2.2. Over a frame that ends with its own CRC the result is 0.
"""

from array import array


def _entry(byte):
    for _ in range(8):
        byte = (byte >> 1) ^ 0xA001 if byte & 1 else byte >> 1
    return byte


_TABLE = array("H", [_entry(byte) for byte in range(256)])


def crc16(buf, n, start=0):
    """CRC of the `n` bytes of `buf` from `start`; no bounds beyond those of `buf` are checked."""
    table = _TABLE
    crc = 0xFFFF
    for i in range(start, start + n):
        crc = (crc >> 8) ^ table[(crc ^ buf[i]) & 0xFF]
    return crc
