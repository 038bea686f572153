"""Arithmetic of the band law: how much power to move so that the phases come into a band.

Units: mV, W, VA; phases in positive sequence, + = injected into the grid; cosine and sine times
4096.
Every vector of powers sums to exactly 0: the third phase takes what rounding leaves.
Source: docs/BALANCER.md.
"""

from .arith import Q12, isqrt, scale

# Ranges for which no intermediate result leaves 30 bits.
VECTOR_MOST = 100000
U_NOMINAL_MV = 230000
U_LEAST_MV = 184000
U_FLOOR_MV = 115000


def close_sum(v: list[int]) -> None:
    """Make `v` sum to 0 by its third entry."""
    v[2] = -v[0] - v[1]


def largest(v: list[int]) -> int:
    """The largest magnitude in `v`."""
    return max(abs(v[0]), max(abs(v[1]), abs(v[2])))


def project(v: list[int], x: list[int], low: int, high: int) -> bool:
    """x = the voltages nearest to `v` that lie in low..high and have the same sum.

    They are v + lambda, limited to the band, with lambda from bisection. Where the mean of `v` is
    outside the band there are none: x = the mean for all, returns False.
    """
    total = v[0] + v[1] + v[2]
    if not 3 * low <= total <= 3 * high:
        for i in range(3):
            x[i] = total // 3
        return False
    below = low - max(v[0], max(v[1], v[2]))
    above = high - min(v[0], min(v[1], v[2]))
    while above - below > 1:
        shift = (below + above) >> 1
        if _shifted(v, x, low, high, shift) > total:
            above = shift
        else:
            below = shift
    _shifted(v, x, low, high, below)
    return True


def _shifted(v: list[int], x: list[int], low: int, high: int, shift: int) -> int:
    """x = v + shift limited to the band; returns its sum."""
    for i in range(3):
        x[i] = min(high, max(low, v[i] + shift))
    return x[0] + x[1] + x[2]


def rotate(v: list[int], out: list[int], cos_q12: int, sin3_q12: int) -> None:
    """out_i = cos * v_i + sin / sqrt(3) * (v_(i+1) - v_(i-1)) for |v_i| <= VECTOR_MOST.

    For a vector that sums to 0 this turns its phasor by the angle; `sin3_q12` = 4096 sin/sqrt(3).
    """
    out[0] = (cos_q12 * v[0] + sin3_q12 * (v[1] - v[2])) >> 12
    out[1] = (cos_q12 * v[1] + sin3_q12 * (v[2] - v[0])) >> 12
    close_sum(out)


def effect(p_w: list[int], out: list[int], cos_q12: int, sin3_q12: int, k_mv_kw: int) -> None:
    """out = what a transfer does to each voltage."""
    rotate(p_w, out, cos_q12, -sin3_q12)
    if k_mv_kw > 10000:  # |out| up to 2**17 W
        scale_to(out, k_mv_kw // 100, 10)
    else:
        scale_to(out, k_mv_kw, 1000)


def power_for(d: list[int], out: list[int], cos_q12: int, sin3_q12: int, k_mv_kw: int) -> None:
    """out = the transfer that changes the voltages by `d`, at most VECTOR_MOST."""
    close_sum(d)
    shrink(d, VECTOR_MOST)
    rotate(d, out, cos_q12, sin3_q12)
    scale_to(out, 1000, k_mv_kw)
    shrink(out, VECTOR_MOST)


def shrink(v: list[int], most: int) -> None:
    """Halve `v` until no entry is above `most`; keeps direction and sum 0."""
    while largest(v) > most:
        v[0] = scale(v[0], 1, 2)
        v[1] = scale(v[1], 1, 2)
        close_sum(v)


def scale_to(v: list[int], numerator: int, denominator: int) -> None:
    """v * numerator / denominator towards 0, with |v_i * numerator| < 2**30."""
    v[0] = scale(v[0], numerator, denominator)
    v[1] = scale(v[1], numerator, denominator)
    close_sum(v)


def share(gap: int, share_q12: int) -> int:
    """So much of `gap`, at least 1 W so that the way ends."""
    part = scale(gap, share_q12, Q12)
    if part == 0 and gap != 0:
        return 1 if gap > 0 else -1
    return part


def within(step: list[int], most: int) -> None:
    """Scale `step` until no entry is above `most` or VECTOR_MOST."""
    most = min(most, VECTOR_MOST)
    shrink(step, 4 * most)  # so that the ratio below keeps its precision
    worst = largest(step)
    if worst > most:
        scale_to(step, most * Q12 // worst, Q12)


def seek(v: list[int], d: list[int], low: int, high: int) -> None:
    """One step of `d`, with sum 0, towards least squares of what v + d leaves beyond low..high.

    The gradient with 3/2 of its step: where one phase is beyond, that is the whole way.
    """
    e = min(high, max(low, v[0] + d[0])) - v[0] - d[0]
    f = min(high, max(low, v[1] + d[1])) - v[1] - d[1]
    g = min(high, max(low, v[2] + d[2])) - v[2] - d[2]
    mean = (e + f + g) // 3
    d[0] += (e - mean) * 3 >> 1
    d[1] += (f - mean) * 3 >> 1
    close_sum(d)


def leg_current_da(p_w: int, u_mv: int) -> int:
    """Current of a leg in 0.1 A, rounded away from 0, for |p_w| <= VECTOR_MOST.

    Above nominal voltage counted at nominal voltage, so that the leg's VA are not exceeded.
    """
    u_dv = min(u_mv, U_NOMINAL_MV) // 100
    current = (abs(p_w) * 100 + u_dv - 1) // u_dv
    return -current if p_w < 0 else current


def neutral_of(i: list[int]) -> int:
    """Current of the neutral leg for active phase currents `i`, not below the true one; its unit
    is theirs, |i| <= 16384.

    |I_N|**2 = sum of squares - sum of products of pairs, for phasors 120 degrees apart.
    """
    square = i[0] * i[0] + i[1] * i[1] + i[2] * i[2]
    square -= i[0] * i[1] + i[1] * i[2] + i[2] * i[0]
    return isqrt(square) + 2 if square > 0 else 0


def limit(p_w: list[int], u_mv: list[int], i: list[int], leg_va: int, neutral_pct: int) -> bool:
    """Scale the whole of `p_w` so that each leg keeps to `leg_va`, and the neutral to its share.

    Currents are counted in 1/4096 of a leg's at nominal voltage, in the scratch `i`. Above it a
    leg keeps its VA; the neutral, which has no voltage, its current. Returns True where it had to
    be scaled. |p_w| <= VECTOR_MOST, u >= U_FLOOR_MV.
    """
    before = largest(p_w)
    shrink(p_w, 2 * leg_va)
    worst = 0
    for phase in range(3):
        part = (p_w[phase] * Q12) // max(1, leg_va)
        i[phase] = part * 2300 // max(u_mv[phase] // 100, U_FLOOR_MV // 100)
        worst = max(worst, max(abs(part), abs(i[phase])))
    ratio = Q12
    if worst > Q12:
        ratio = Q12 * Q12 // worst
    neutral = neutral_of(i)
    most = Q12 * neutral_pct // 100
    if neutral > most:
        ratio = min(ratio, most * Q12 // neutral)
    if ratio < Q12:
        scale_to(p_w, ratio, Q12)
    return ratio < Q12 or before > 2 * leg_va


def limit_flat(p_w: list[int], i_da: list[int], leg_da: int, n_da: int) -> None:
    """Like `limit` for legs whose phases are not known: at the lowest voltage there may be."""
    for leg in range(3):
        i_da[leg] = leg_current_da(p_w[leg], U_LEAST_MV)
    worst = max(largest(i_da) * 100 // max(1, leg_da), neutral_of(i_da) * 100 // max(1, n_da))
    if worst >= 100:
        scale_to(p_w, 100, worst + 1)
