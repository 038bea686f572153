"""Voltage unbalance from magnitudes alone: three phase-to-neutral, three phase-to-phase.

Six magnitudes fix the shape of the voltages, angles included, up to a mirror image; positive
phase sequence is assumed. u2 comes from the phase-to-phase triangle, u0 from the position of the
neutral point in it; the sixth magnitude is left to check the wiring. Units: mV; factors in
0.01 %. With registers of 0.1 V the error is about 0.01 % (99 %: 0.04 %), with 1 V ten times that.
Failure behaviour: magnitudes that no voltages can have give `valid` False.
"""

from .arith import clip, hypot, mul_div, root_of_product

_MOST_MV = 700000
_ALL_BP = 10000


def _third_root(x: int) -> int:
    """x / sqrt(3), |x| < 2**20; 780/1351 is right to 3e-7."""
    return x * 780 // 1351


def factor_bp(part_mv: int, whole_mv: int) -> int:
    """part / whole in 0.01 %, at most 100 %; `whole_mv` 0 gives 100 %."""
    if whole_mv <= 0 or part_mv >= whole_mv:
        return _ALL_BP
    return mul_div(part_mv, _ALL_BP, whole_mv)


def deviation_bp(u_mv: list[int]) -> int:
    """Largest deviation of a phase from the mean over the mean (PVUR), in 0.01 %."""
    mean = (u_mv[0] + u_mv[1] + u_mv[2]) // 3
    worst = 0
    for phase in range(3):
        worst = max(worst, abs(u_mv[phase] - mean))
    return factor_bp(worst, mean)


class Phasors:
    """Sequence voltages from the last `solve`."""

    def __init__(self) -> None:
        self.valid: bool = False
        self.u1_mv: int = 0  # positive sequence, phase-to-neutral
        self.u2_mv: int = 0  # negative sequence, phase-to-neutral
        self.u0_mv: int = 0  # zero sequence
        self.mismatch_mv: int = 0  # measured L2-L3 against the one the other five give
        self._x: int = 0
        self._y: int = 0

    def solve(self, u_mv: list[int], line_mv: list[int]) -> bool:
        """Phase-to-neutral L1, L2, L3 and phase-to-phase L1-L2, L2-L3, L3-L1. Returns `valid`."""
        self.valid = self._in_range(u_mv) and self._in_range(line_mv)
        self.valid = self.valid and self._triangle(line_mv) and self._neutral(u_mv, line_mv)
        return self.valid

    def _in_range(self, v: list[int]) -> bool:
        for i in range(3):
            if not 1000 <= v[i] <= _MOST_MV:
                return False
        return True

    def _third_corner(self, a: int, b: int, c: int) -> bool:
        """(_x, _y >= 0) = vector of length b that starts at the end of (a, 0) ... or its start.

        x = (a**2 + b**2 - c**2) / (2 a), the component along a of a vector of length b whose
        tip is at the distance c from the tip of (a, 0). False: no such triangle.
        """
        difference = b - c
        total = b + c
        if total < a or abs(difference) > a:
            return False
        part = mul_div(abs(difference), total, 2 * a)
        self._x = (a >> 1) + (part if difference >= 0 else -part)
        self._y = root_of_product(max(0, b - self._x), max(0, b + self._x))
        return True

    def _triangle(self, line_mv: list[int]) -> bool:
        """u1 and u2 from the phase-to-phase voltages A, B, C, which close a triangle.

        With A = (A, 0) and B = (-x, -y): U2 = (A/2 - y/sqrt3, (x - A/2)/sqrt3) and
        U1 = (A/2 + y/sqrt3, (A/2 - x)/sqrt3), both phase-to-phase.
        """
        a = line_mv[0]
        if not self._third_corner(a, line_mv[1], line_mv[2]):
            return False
        height = _third_root(self._y)
        shift = _third_root((a >> 1) - self._x)
        self.u1_mv = _third_root(hypot((a >> 1) + height, shift))
        self.u2_mv = _third_root(hypot((a >> 1) - height, shift))
        return True

    def _neutral(self, u_mv: list[int], line_mv: list[int]) -> bool:
        """u0 from the phasors U1 = (a, 0), U2 = (xb, -yb), U3 = (xc, yc); the mismatch."""
        a = u_mv[0]
        if not self._third_corner(a, u_mv[1], line_mv[0]):
            return False
        xb = self._x
        yb = self._y
        if not self._third_corner(a, u_mv[2], line_mv[2]):
            return False
        self.u0_mv = hypot(a + xb + self._x, self._y - yb) // 3
        between = hypot(xb - self._x, yb + self._y)
        self.mismatch_mv = clip(abs(between - line_mv[1]), 0, _MOST_MV)
        return True
