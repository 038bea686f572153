"""SHA-512 (FIPS 180-4) in plain integers: MicroPython's `hashlib` on the boards has none.

For a signature over a short message only: about a thousand long integers per 128 bytes.
"""

_MASK = 0xFFFFFFFFFFFFFFFF
_ROUNDS = 80
_BLOCK = 128


def _primes(count):
    found = []
    n = 2
    while len(found) < count:
        if all(n % p for p in found):
            found.append(n)
        n += 1
    return found


def _root(n, k):
    """The largest integer whose `k`-th power is at most `n`, by Newton's method from above."""
    x = 1 << 72
    while True:
        y = ((k - 1) * x + n // x ** (k - 1)) // k
        if y >= x:
            return x
        x = y


def _constants():
    """First 64 bits of the fractions of the primes' cube roots, and of eight square roots."""
    primes = _primes(_ROUNDS)
    cubic = [_root(p << 192, 3) & _MASK for p in primes]
    square = [_root(p << 128, 2) & _MASK for p in primes[:8]]
    return cubic, square


def _rotated(x, n):
    return (x >> n | x << 64 - n) & _MASK


def _schedule(block):
    w = [int.from_bytes(block[i : i + 8], "big") for i in range(0, _BLOCK, 8)]
    for t in range(16, _ROUNDS):
        x, y = w[t - 15], w[t - 2]
        small = _rotated(x, 1) ^ _rotated(x, 8) ^ x >> 7
        large = _rotated(y, 19) ^ _rotated(y, 61) ^ y >> 6
        w.append(w[t - 16] + small + w[t - 7] + large & _MASK)
    return w


def _compressed(state, block, k):
    a, b, c, d, e, f, g, h = state
    w = _schedule(block)
    for t in range(_ROUNDS):
        s1 = _rotated(e, 14) ^ _rotated(e, 18) ^ _rotated(e, 41)
        t1 = h + s1 + (e & f ^ ~e & g) + k[t] + w[t]
        s0 = _rotated(a, 28) ^ _rotated(a, 34) ^ _rotated(a, 39)
        t2 = s0 + (a & b ^ a & c ^ b & c)
        h, g, f, e = g, f, e, d + t1 & _MASK
        d, c, b, a = c, b, a, t1 + t2 & _MASK
    return [x + y & _MASK for x, y in zip(state, (a, b, c, d, e, f, g, h))]


def sha512(message):
    """The digest, 64 bytes."""
    k, state = _constants()
    zeros = -(len(message) + 17) % _BLOCK
    padded = message + b"\x80" + bytes(zeros + 8) + (8 * len(message)).to_bytes(8, "big")
    for start in range(0, len(padded), _BLOCK):
        state = _compressed(state, padded[start : start + _BLOCK], k)
    return b"".join([word.to_bytes(8, "big") for word in state])
