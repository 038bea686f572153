"""Integer arithmetic that stays within 31-bit small integers (|x| < 2**30).

On a 32-bit MicroPython anything larger becomes a heap object, so each function states the range
of its arguments for which no intermediate result leaves that range.
"""

MASK30 = 0x3FFFFFFF
Q12 = 4096


def clip(x: int, low: int, high: int) -> int:
    """`x` limited to low..high."""
    if x < low:
        return low
    if x > high:
        return high
    return x


def scale(x: int, numerator: int, denominator: int) -> int:
    """x * numerator / denominator, rounded towards zero; |x * numerator| < 2**30."""
    if x < 0:
        return -(-x * numerator // denominator)
    return x * numerator // denominator


def isqrt(n: int) -> int:
    """Largest integer whose square is not above `n`, for 0 <= n < 2**30 (Newton)."""
    root = 32768
    better = (root + n // root) >> 1
    while better < root:
        root = better
        if root == 0:
            return 0
        better = (root + n // root) >> 1
    return root


def mul_div(x: int, y: int, z: int) -> int:
    """x * y // z for 0 <= x < 2**21, 0 <= y < 2**24, 0 < z < 2**21 and a result < 2**30.

    Long multiplication by the bytes of `y`, keeping the remainder: no product leaves 30 bits.
    """
    rest = x * (y >> 16)
    quotient = rest // z
    rest = ((rest - quotient * z) << 8) + x * ((y >> 8) & 255)
    digit = rest // z
    rest = ((rest - digit * z) << 8) + x * (y & 255)
    return (((quotient << 8) + digit) << 8) + rest // z


def root_of_product(x: int, y: int) -> int:
    """Square root of x * y to 1, for 0 <= x, y < 2**21, where x * y may be big."""
    if x == 0 or y == 0:
        return 0
    shift = 0
    while (x >> shift) > MASK30 // (y >> shift):
        shift += 1
    root = isqrt((x >> shift) * (y >> shift)) << shift
    if shift == 0 or root == 0:
        return root
    return (root + mul_div(x, y, root)) >> 1


def hypot(x: int, y: int) -> int:
    """Length of the vector (x, y), |x|, |y| < 2**29, to 1 or 0.01 % of the length."""
    x = abs(x)
    y = abs(y)
    shift = 0
    half = 0
    # 2 * 23170**2 < 2**30
    while (x + half) >> shift > 23170 or (y + half) >> shift > 23170:
        half = 1 << shift
        shift += 1
    x = (x + half) >> shift
    y = (y + half) >> shift
    return isqrt(x * x + y * y) << shift


def sine_q12(degrees: int) -> int:
    """4096 * sin for -180..180 degrees, to 0.2 % of full scale.

    Bhaskara I: sin x = 4 x (180 - x) / (40500 - x (180 - x)); exact at 0, 30, 90, 150 and 180.
    """
    sign = 1
    if degrees < 0:
        sign = -1
        degrees = -degrees
    product = degrees * (180 - degrees)
    return sign * (16384 * product // (40500 - product))


def scatter(device: int, count: int) -> int:
    """A number 0 .. 2**30-1 that looks random, from a device identity and a running count.

    The same arguments give the same number everywhere, so decisions can be replayed; identical
    boxes draw different delays. Not for cryptography.
    """
    x = (device ^ ((count & 0xFFFF) * 16381)) & MASK30
    for _ in range(5):
        x ^= 0x2545F49
        x ^= (x & 0x1FFFF) << 13
        x ^= x >> 17
        x ^= (x & 0x1FFFFFF) << 5
    return x


def fold(identity: int) -> int:
    """Any non-negative integer folded to 30 bits, all of its bits taking part."""
    folded = 0
    while identity:
        folded ^= identity & MASK30
        identity >>= 30
    return folded
