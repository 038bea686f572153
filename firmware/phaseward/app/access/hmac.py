"""HMAC-SHA256 (RFC 2104, FIPS 180-4), which MicroPython does not bring, and a comparison whose
time does not depend on where two texts differ.
"""

from hashlib import sha256

_BLOCK = 64


def hmac_sha256(key, message):
    """32 bytes. `key` and `message`: bytes of any length."""
    if len(key) > _BLOCK:
        key = sha256(key).digest()
    padded = key + bytes(_BLOCK - len(key))
    inner = sha256(bytes([byte ^ 0x36 for byte in padded]))
    inner.update(message)
    outer = sha256(bytes([byte ^ 0x5C for byte in padded]))
    outer.update(inner.digest())
    return outer.digest()


def same(one, other):
    """Whether two byte strings are equal; every byte is looked at. Lengths are no secret."""
    if len(one) != len(other):
        return False
    difference = 0
    for i in range(len(one)):
        difference |= one[i] ^ other[i]
    return difference == 0
