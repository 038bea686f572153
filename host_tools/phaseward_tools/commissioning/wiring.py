"""What six voltages tell about the wiring of a meter: three to the neutral, three between the
phases.

For angles of 120 degrees the voltage between two phases is sqrt(a*a + b*b + a*b). Magnitudes
cannot tell the direction of rotation, nor which phase is called L1: that a person must look at.
Units: V. Pure: findings as (good, sentence).
"""

import math

U_NOM_V = 230.0
DEAD_V = 50.0
TOLERANCE = 0.03  # of the voltage between phases: meters' classes and unequal angles
_SPREAD = 0.12  # phase to neutral, of nominal: more speaks of a bad neutral
PAIRS = ((0, 1), (1, 2), (2, 0))
Finding = tuple[bool, str]


def judge(u_ln_v: list[float], u_ll_v: list[float]) -> list[Finding]:
    """Findings in the order in which they should be mended."""
    dead = [f"L{k + 1}" for k in range(3) if u_ln_v[k] < DEAD_V]
    if len(dead) == 3:
        return [(False, "no voltage on any phase: is the meter's voltage tap connected?")]
    if dead:
        return [(False, f"no voltage on {', '.join(dead)}: fuse, terminal, or a phase that is "
                 "off")]
    found = _neutral(u_ln_v)
    if found:
        return found
    if not any(u_ll_v):
        return [(True, "three phases to the neutral; this meter tells no voltages between them")]
    return _between(u_ln_v, u_ll_v)


def _neutral(u_ln_v: list[float]) -> list[Finding]:
    high = [k for k in range(3) if u_ln_v[k] > 1.5 * U_NOM_V]
    if len(high) == 2:
        low = ({0, 1, 2} - set(high)).pop()
        return [(False, f"neutral and L{low + 1} are exchanged: the two others read "
                 f"{u_ln_v[high[0]]:.0f} V to it")]
    if max(u_ln_v) - min(u_ln_v) > _SPREAD * U_NOM_V:
        words = ", ".join(f"{u:.1f}" for u in u_ln_v)
        return [(False, f"phases differ much ({words} V): is the neutral sound? Do not go on "
                 "before that is known")]
    return []


def _between(u_ln_v: list[float], u_ll_v: list[float]) -> list[Finding]:
    wrong = []
    for (a, b), u_v in zip(PAIRS, u_ll_v, strict=True):
        expected_v = math.sqrt(u_ln_v[a] ** 2 + u_ln_v[b] ** 2 + u_ln_v[a] * u_ln_v[b])
        if u_v < DEAD_V:
            wrong.append((False, f"L{a + 1} and L{b + 1} are the same phase: {u_v:.0f} V between "
                          "them"))
        elif abs(u_v - expected_v) > TOLERANCE * expected_v:
            wrong.append((False, f"{u_v:.0f} V between L{a + 1} and L{b + 1}, {expected_v:.0f} V "
                          "expected: angles are not 120 degrees"))
    return wrong or [(True, "three phases of one three-phase system, and the neutral")]


def phases_of(before_w: list[float], after_w: list[float], least_w: float = 200.0) -> list[int]:
    """Phases 1..3 whose power fell by at least least_w while a load was held back."""
    return [k + 1 for k in range(3) if before_w[k] - after_w[k] >= least_w]
