"""Registers to scaled integers: equal to exact rational arithmetic, for every type."""

import math
import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phaseward.bus.decode import (
    FLOAT32,
    INT16,
    INT32,
    LIMIT,
    MAX_SCALE,
    NOT_AVAILABLE,
    UINT16,
    UINT32,
    decode,
)

BITS = st.integers(0, 0xFFFFFFFF)
# Exponents at which 32-bit floats turn into usable integers, sign and fraction free.
NEAR_BITS = st.builds(
    lambda sign, exponent, fraction: sign << 31 | exponent << 23 | fraction,
    st.integers(0, 1),
    st.integers(100, 165),
    st.integers(0, (1 << 23) - 1),
)
SCALE = st.one_of(st.sampled_from([1, 10, 100, 1000, 10000]), st.integers(1, MAX_SCALE))


def rounded(value):
    """Half away from zero; NOT_AVAILABLE at 2**29 and beyond."""
    magnitude = int(abs(value) + Fraction(1, 2))
    if magnitude >= LIMIT:
        return NOT_AVAILABLE
    return -magnitude if value < 0 else magnitude


def as_float(bits):
    return struct.unpack(">f", struct.pack(">I", bits))[0]


@given(st.one_of(BITS, NEAR_BITS), SCALE, SCALE)
def test_float32_equals_exact_rounding_or_is_not_available(bits, num, den):
    value = as_float(bits)
    wanted = rounded(Fraction(value) * num / den) if math.isfinite(value) else NOT_AVAILABLE
    assert decode(FLOAT32, bits >> 16, bits & 0xFFFF, num, den) == wanted


@given(BITS, SCALE, SCALE)
def test_32_bit_integers_equal_exact_rounding(bits, num, den):
    signed = bits - (1 << 32) if bits >> 31 else bits
    high, low = bits >> 16, bits & 0xFFFF
    assert decode(UINT32, high, low, num, den) == rounded(Fraction(bits * num, den))
    assert decode(INT32, high, low, num, den) == rounded(Fraction(signed * num, den))


@given(st.integers(0, 0xFFFF), SCALE, SCALE)
def test_16_bit_integers_equal_exact_rounding(bits, num, den):
    signed = bits - (1 << 16) if bits >> 15 else bits
    assert decode(UINT16, 0, bits, num, den) == rounded(Fraction(bits * num, den))
    assert decode(INT16, 0, bits, num, den) == rounded(Fraction(signed * num, den))


@pytest.mark.parametrize(
    ("bits", "wanted"),
    [
        (0x43668000, 230500),  # 230.5 V in mV
        (0x00000000, 0),
        (0x80000000, 0),  # minus zero
        (0xC3668000, -230500),
        (0x3A03126F, 1),  # 0.0005 V, just above: 0.50000002 mV rounds up
        (0x3A03126E, 0),  # the float below it: 0.4999999 mV
        (0x7FC00000, NOT_AVAILABLE),  # NaN
        (0x7F800000, NOT_AVAILABLE),  # infinity
        (0xFF800000, NOT_AVAILABLE),
        (0x00000001, 0),  # smallest subnormal
        (0x7F7FFFFF, NOT_AVAILABLE),  # largest float
        (0x4903126E, 536870875),  # 536870.875 V: below 2**29 = 536870912
        (0x4903126F, NOT_AVAILABLE),  # the float above it, 536870.9375 V
    ],
)
def test_known_floats_in_millivolt(bits, wanted):
    assert decode(FLOAT32, bits >> 16, bits & 0xFFFF, 1000, 1) == wanted


@given(st.sampled_from([INT16, UINT16, INT32, UINT32, FLOAT32]), BITS, SCALE, SCALE)
def test_every_result_is_a_small_integer(kind, bits, num, den):
    high = 0 if kind in (INT16, UINT16) else bits >> 16
    assert -(1 << 29) <= decode(kind, high, bits & 0xFFFF, num, den) < 1 << 29
