"""Register bits to scaled integers, exactly and without float or big integers.

value = raw * num / den, rounded half away from zero. Every intermediate stays below 2**30, so that
MicroPython on a 32-bit board keeps it out of the heap. What cannot be told (NaN, infinity, beyond
+-2**29) is NOT_AVAILABLE.
"""

INT16, UINT16, INT32, UINT32, FLOAT32 = 0, 1, 2, 3, 4
TYPES = {"int16": INT16, "uint16": UINT16, "int32": INT32, "uint32": UINT32, "float32": FLOAT32}

LIMIT = 1 << 29
NOT_AVAILABLE = -LIMIT
MAX_SCALE = 10000  # of num and den: 65535 * 10000 < 2**30


def words_of(kind):
    """Registers a value of that type occupies."""
    return 1 if kind <= UINT16 else 2


def decode(kind, high, low, num, den):
    """Scaled value of the two registers (`high` is 0 for the 16-bit types), or NOT_AVAILABLE."""
    if kind == FLOAT32:
        return _decode_float(high, low, num, den)
    negative = False
    if kind == INT16:
        if low & 0x8000:
            negative = True
            low = 0x10000 - low
    elif kind == INT32 and high & 0x8000:
        negative = True
        high = (0x10000 if low == 0 else 0xFFFF) - high
        low = (0x10000 - low) & 0xFFFF
    return _signed(_scale(high, low, 0, num, den), negative)


def _decode_float(high, low, num, den):
    """IEEE 754 binary32: sign, 8 bits of exponent, 23 of fraction; value = m * 2**(e - 150)."""
    exponent = high >> 7 & 0xFF
    if exponent == 0xFF:
        return NOT_AVAILABLE
    high_m = high & 0x7F
    if exponent:
        high_m |= 0x80
    else:
        exponent = 1  # subnormal
    magnitude = _scale(high_m, low, 150 - exponent, num, den)
    if magnitude < 0:
        return NOT_AVAILABLE
    return -magnitude if high & 0x8000 else magnitude


def _signed(magnitude, negative):
    if magnitude < 0:
        return NOT_AVAILABLE
    return -magnitude if negative else magnitude


def _scale(high, low, halvings, num, den):
    """(high * 2**16 + low) * num / den / 2**halvings, rounded; -1 when 2**29 or more.

    One long function, because a call costs a board more than what it would do.
    """
    low *= num  # below 2**30, as MAX_SCALE says
    high = high * num + (low >> 16)
    carried = (high % den) << 16 | low & 0xFFFF
    high //= den
    low = carried // den
    if halvings <= 0:
        return _double(high, low, carried % den, den, -halvings)
    # Quotient / 2**halvings, rounded. The division's remainder never matters.
    shift = halvings - 1
    if shift >= 16:
        high = high >> (shift - 16) if shift < 46 else 0
    elif high >> (14 + shift):
        return -1
    else:
        high = high << (16 - shift) | low >> shift
    high = (high + 1) >> 1
    return high if high < LIMIT else -1


def _double(high, low, remainder, den, times):
    """(quotient + remainder / den) * 2**times, rounded."""
    if high >> 13:
        return -1
    value = high << 16 | low
    for _ in range(times):
        remainder <<= 1
        value <<= 1
        if remainder >= den:
            remainder -= den
            value += 1
        if value >= LIMIT:
            return -1
    return _within(value + 1 if 2 * remainder >= den else value)


def _within(value):
    return value if value < LIMIT else -1
