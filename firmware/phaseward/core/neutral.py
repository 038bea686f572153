"""Watches for a lost neutral, so that a balancer does not act on voltages that nothing ties.

With phase-to-phase voltages: zero sequence out of proportion to negative sequence. In a network
with its neutral, u0 / u2 of unbalanced load is a constant of the lines (about 4); without, the
earth electrodes in its place make it many times that. With three voltages alone: two phases above
an upper, one below a lower threshold for 60 s (published for the meters 162M/382M of Kamstrup,
2012); blind to a loss that moves the voltages less. Units: mV, ms. Source: docs/BALANCER.md.
Failure behaviour: without usable voltage nothing is found and nothing clears.
"""

from .phasors import Phasors
from .sample import Sample

_LOOK_MS = 2000  # the phasors need some ms on a board
_THREE_MS = 60000
_LONG_MS = 0x1FFFFFFF


class Neutral:
    """`lost` is set and cleared by `observe`."""

    def __init__(self) -> None:
        self.lost: bool = False
        self.phasors = Phasors()
        self._look_ms: int = 0
        self._suspect_ms: int = 0
        self._three_ms: int = 0
        self._sound_ms: int = 0

    def configure(self, p: dict) -> None:
        """Take over the parameters pb_neutral_*."""
        self.u0_mv: int = p["pb_neutral_u0_mv"]
        self.ratio: int = p["pb_neutral_ratio"]
        self.high_mv: int = p["pb_neutral_hi_mv"]
        self.low_mv: int = p["pb_neutral_lo_mv"]
        self.confirm_ms: int = p["pb_neutral_s"] * 1000
        self.clear_ms: int = p["pb_neutral_min"] * 60000

    def observe(self, elapsed_ms: int, sample: Sample) -> None:
        """Take in a sample whose phase-to-neutral voltages are usable."""
        self._look_ms += elapsed_ms
        if self._look_ms < _LOOK_MS:
            return
        passed_ms = self._look_ms
        self._look_ms = 0
        suspect = self._phasors_say(sample)
        self._suspect_ms = self._suspect_ms + passed_ms if suspect else 0
        three = self._three_say(sample.u_ln_mv)
        self._three_ms = self._three_ms + passed_ms if three else 0
        if self._suspect_ms > self.confirm_ms or self._three_ms > _THREE_MS:
            self.lost = True
            self._suspect_ms = self._three_ms = 0
        self._clear(suspect or three, passed_ms)

    def _clear(self, suspect: bool, passed_ms: int) -> None:
        if suspect or not self.lost:
            self._sound_ms = 0
        elif self._sound_ms < _LONG_MS:
            self._sound_ms += passed_ms
            if self._sound_ms >= self.clear_ms:
                self.lost = False

    def _phasors_say(self, sample: Sample) -> bool:
        if not sample.lines_usable():
            return False
        phasors = self.phasors
        if not phasors.solve(sample.u_ln_mv, sample.u_ll_mv):
            return False
        u0_mv = phasors.u0_mv
        return u0_mv > self.u0_mv and u0_mv > self.ratio * phasors.u2_mv

    def _three_say(self, u_mv: list[int]) -> bool:
        high = 0
        low = 0
        for phase in range(3):
            if u_mv[phase] > self.high_mv:
                high += 1
            elif u_mv[phase] < self.low_mv:
                low += 1
        return high == 2 and low == 1
