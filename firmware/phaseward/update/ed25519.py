"""Ed25519 (RFC 8032): checking a signature with a public key, in plain integers.

Small enough for the box, and the box then holds nothing from which an update could be forged.
Points are in extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, T = XY/Z (RFC 8032, 5.1.4).
Not in constant time, which only a secret would need. A box has other things to do meanwhile: the
work is a generator that yields many times and returns its result.
"""

from .sha512 import sha512
from .steps import result_of

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, P - 2, P) % P
_ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
_NEUTRAL = (0, 1, 1, 0)
_SIZE = 32
_BITS_AT_ONCE = 8


def add(p, q):
    """p + q (RFC 8032, 5.1.4); also right where they are equal."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * _D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def double_multiple_steps(m, p, n, q):
    """m p + n q, both in one pass over the bits."""
    choices = (_NEUTRAL, p, q, add(p, q))
    total = _NEUTRAL
    for bit in range(255, -1, -1):
        total = add(total, total)
        choice = m >> bit & 1 | (n >> bit & 1) << 1
        if choice:
            total = add(total, choices[choice])
        if bit % _BITS_AT_ONCE == 0:
            yield
    return total


def encoded(p):
    """32 bytes: y, and the lowest bit of x on top."""
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(_SIZE, "little")


def decoded(data):
    """The point of 32 bytes, or None where there is none (RFC 8032, 5.1.3)."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(_D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * _ROOT_OF_MINUS_1 % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decoded((4 * pow(5, P - 2, P) % P).to_bytes(_SIZE, "little"))


def number_of(*parts):
    """SHA-512 of the parts as a number modulo the group's order."""
    return int.from_bytes(sha512(b"".join(parts)), "little") % ORDER


def verify(public_key, message, signature):
    """`verify_steps`, all at once."""
    return result_of(verify_steps(public_key, message, signature))


def verify_steps(public_key, message, signature):
    """Whether `signature` (64 bytes) is that of `message` by the holder of `public_key`."""
    if len(public_key) != _SIZE or len(signature) != 2 * _SIZE:
        return False
    key = decoded(public_key)
    s = int.from_bytes(signature[_SIZE:], "little")
    if key is None or s >= ORDER:
        return False
    minus_key = (P - key[0], key[1], 1, P - key[3])
    h = number_of(signature[:_SIZE], public_key, message)
    yield
    found = yield from double_multiple_steps(s, BASE, h, minus_key)
    return encoded(found) == signature[:_SIZE]
