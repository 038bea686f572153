"""Integer arithmetic against values calculated by hand. Runs on CPython and on MicroPython."""

from phaseward.core import arith


def scenario_isqrt_is_the_floor_of_the_root():
    # 32767**2 = 1073676289 <= 2**30 - 1 < 32768**2
    for n, root in ((0, 0), (1, 1), (3, 1), (4, 2), (99, 9), (100, 10), (0x3FFFFFFF, 32767)):
        assert arith.isqrt(n) == root, n


def scenario_mul_div_multiplies_beyond_30_bits():
    # 230000 * 398372 / 400000 = 229063.9; the product alone has 37 bits
    assert arith.mul_div(230000, 398372, 400000) == 229063
    # 2097151 * 16777215 / 2097151
    assert arith.mul_div(2097151, 511, 2097151) == 511
    assert arith.mul_div(0, 5, 7) == 0


def scenario_scale_rounds_towards_zero_on_both_sides():
    assert arith.scale(7, 1, 2) == 3
    assert arith.scale(-7, 1, 2) == -3


def scenario_roots_of_products_and_lengths():
    # sqrt(345000 * 115000) = 115000 * sqrt(3) = 199185.8
    assert abs(arith.root_of_product(345000, 115000) - 199186) <= 1
    assert arith.root_of_product(0, 5) == 0
    assert arith.hypot(-3000, 4000) == 5000
    # 300 V and 400 V in mV: 500 V to 0.01 %
    assert abs(arith.hypot(300000, -400000) - 500000) <= 50


def scenario_sine_of_the_exact_angles():
    for degrees, q12 in ((0, 0), (30, 2048), (90, 4096), (150, 2048), (180, 0), (-30, -2048)):
        assert arith.sine_q12(degrees) == q12, degrees


def scenario_fold_keeps_a_long_identity_apart():
    # bits 30..59 of the identity must matter: 2**40 folds to 2**10
    assert arith.fold(1 << 40) == 1 << 10
    assert arith.fold(5) == 5


def scenario_scatter_spreads_neighbouring_identities():
    # 2000 devices over 11 minutes of delay: 182 each; +-4 sigma (sigma = 12.9) is 130..234
    counts = [0] * 11
    for device in range(2000):
        counts[arith.scatter(device, 3) % 11] += 1
    assert min(counts) > 130 and max(counts) < 234, counts


def scenario_scatter_spreads_the_counts_of_one_device():
    counts = [0] * 11
    for count in range(2000):
        counts[arith.scatter(77, count) % 11] += 1
    assert min(counts) > 130 and max(counts) < 234, counts
