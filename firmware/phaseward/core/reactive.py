"""Common reactive power: what transfer cannot do, equal in the three phases.

It moves the mean of the phases, costs no neutral current, and takes what active power leaves of
the legs. Units: mV, var, VA, mV/kvar. Failure behaviour: 0 where the stage has none.
"""

from . import transfer
from .arith import clip, isqrt, scale


class Reactive:
    """`q_var` per phase; the list is the decision's own."""

    def __init__(self) -> None:
        self.q_var: list[int] = [0, 0, 0]
        self.kq_mv_kvar: int = 0

    def set(self, q_var: int) -> None:
        """The same in each phase."""
        for phase in range(3):
            self.q_var[phase] = q_var

    def fade(self, left: int, whole: int) -> None:
        """left / whole of what it is."""
        self.set(scale(self.q_var[0], left, whole))

    def approach(self, u_mv: list[int], low_mv: int, high_mv: int, own_q_var: int,
                 leg_va: int, keep_pm: int, share_q12: int) -> None:
        """A share of the way to what brings the lowest and highest phase inside."""
        if self.kq_mv_kvar == 0:
            self.set(0)
            return
        own_mv = own_q_var * self.kq_mv_kvar // 1000
        lowest = min(u_mv[0], min(u_mv[1], u_mv[2])) - own_mv
        highest = max(u_mv[0], max(u_mv[1], u_mv[2])) - own_mv
        up = max(0, low_mv - lowest)
        down = max(0, highest - high_mv)
        wanted = up - down
        if up > 0 and down > 0:
            wanted = scale(wanted, 1, 2)
        goal = clip(scale(wanted, 1000, self.kq_mv_kvar), -leg_va, leg_va)
        gap = scale(goal, keep_pm, 1000) - self.q_var[0]
        self.set(self.q_var[0] + transfer.share(gap, share_q12))

    def limit(self, leg_va: int, transfer_w: list[int]) -> None:
        """Keep to what the active power leaves of a leg; counted in 10 VA."""
        s = leg_va // 10
        p = (transfer.largest(transfer_w) + 9) // 10
        most = 10 * isqrt(s * s - p * p) if p < s else 0
        self.set(clip(self.q_var[0], -most, most))
