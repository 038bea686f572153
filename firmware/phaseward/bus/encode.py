"""Scaled integers to register bits: the way back from decode.py, without float or big integers.

value = raw * num / den, so raw = value * den / num. A float is rounded towards zero, so that a
limit written this way is never above what it stands for. Magnitudes below 2**29.
"""

_HIDDEN = 1 << 23  # the leading bit of a binary32 fraction
_LEAST_EXPONENT = -126


def put_integer(raw, size, lsw, words):
    """`raw` as one or two registers in `words`; negative as two's complement."""
    if size == 1:
        words[0] = raw & 0xFFFF
        return
    _order(raw >> 16 & 0xFFFF, raw & 0xFFFF, lsw, words)


def put_float(value, num, den, lsw, words):
    """value * den / num as IEEE 754 binary32 in two registers."""
    magnitude = abs(value) * den
    fraction, rest = magnitude // num, magnitude % num
    exponent = 23
    while fraction >= 2 * _HIDDEN:
        fraction >>= 1
        exponent += 1
    while 0 < fraction + rest and fraction < _HIDDEN and exponent > _LEAST_EXPONENT:
        rest <<= 1
        fraction <<= 1
        if rest >= num:
            rest -= num
            fraction += 1
        exponent -= 1
    biased = exponent + 127 if fraction >= _HIDDEN else 0
    high = (0x8000 if value < 0 else 0) | biased << 7 | fraction >> 16 & 0x7F
    _order(high, fraction & 0xFFFF, lsw, words)


def _order(high, low, lsw, words):
    words[0] = low if lsw else high
    words[1] = high if lsw else low
