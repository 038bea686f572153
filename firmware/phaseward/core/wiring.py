"""Which leg of the stage is on which phase of the meter, and what is known of the grid there.

As given by parameters, or as found by probing. A probing run that is undecided, or that
contradicts what is given, leaves the wiring unsure: the balancer then stays idle. A further run,
or other parameters, can end that. Units: W, mV/kW, degrees; phases in the meter's order.
"""

from . import transfer
from .arith import clip, sine_q12
from .probing import FOUND, IDLE, LEGS, RUNNING, UNDECIDED, Probing

GIVEN, BY_PROBING = 0, 1  # pb_wiring
_K_LEAST, _K_MOST = 100, 5000  # outside is no sound low-voltage grid
_ANGLE_MOST = 60


class Wiring:
    """`legs`, `k_mv_kw` and the angle are in force; `result` is what the last run came to."""

    def __init__(self) -> None:
        self.probing = Probing()
        self.wanted: bool = False  # a run is asked for
        self.result: int = IDLE  # IDLE (none), FOUND or UNDECIDED
        self.found_legs: int = 0
        self.found_k_mv_kw: int = _K_LEAST
        self.found_angle_deg: int = 0
        self.legs: int = 0
        self.k_mv_kw: int = 1000
        self.cos_q12: int = 4096
        self.sin3_q12: int = 0
        self._mode: int = GIVEN
        self._given_legs: int = 0
        self._given_k_mv_kw: int = 1000
        self._given_angle_deg: int = 0

    def configure(self, p: dict) -> None:
        """Take over pb_wiring, pb_legs, pb_k_mv_kw, pb_angle_deg and pb_probe_*."""
        given = self._given_legs != p["pb_legs"] or self._mode != p["pb_wiring"]
        if given and self.result == UNDECIDED:
            self.result = IDLE  # told anew: believed, or found anew
        self._mode = p["pb_wiring"]
        self._given_legs = p["pb_legs"]
        self._given_k_mv_kw = p["pb_k_mv_kw"]
        self._given_angle_deg = p["pb_angle_deg"]
        self.probing.configure(p)
        self._take()

    def _take(self) -> None:
        found = self._mode == BY_PROBING and self.result == FOUND
        self.legs = self.found_legs if found else self._given_legs
        self.k_mv_kw = self.found_k_mv_kw if found else self._given_k_mv_kw
        angle = self.found_angle_deg if found else self._given_angle_deg
        self.cos_q12 = sine_q12(90 - angle)
        self.sin3_q12 = sine_q12(angle) * 780 // 1351  # 1/sqrt(3) = 780/1351

    def must_probe(self) -> bool:
        """True where a run is asked for, or nothing can be done without one."""
        return self.wanted or (self._mode == BY_PROBING and self.result == IDLE)

    def sure(self) -> bool:
        """False after a run that was undecided, or that contradicts what is given."""
        if self.result == UNDECIDED:
            return False
        return self.result == IDLE or self._mode == BY_PROBING or (
            self.found_legs == self._given_legs)

    def running(self) -> bool:
        """True while probes are sent."""
        return self.probing.state == RUNNING

    def begin(self) -> None:
        """The transfer is 0: start a run."""
        self.wanted = True
        self.probing.start()

    def give_up(self) -> None:
        """The run was interrupted: it begins anew later, as it has shown nothing."""
        if self.running():
            self.probing.stop()
            self.probing.state = IDLE

    def step(self, elapsed_ms: int, u_mv: list[int]) -> bool:
        """One sample of a run; True once it has ended and its result is taken up."""
        probing = self.probing
        probing.step(elapsed_ms, u_mv)
        if probing.state == RUNNING:
            return False
        self.wanted = False
        self.result = probing.state
        self.found_legs = probing.legs
        self.found_k_mv_kw = probing.k_mv_kw
        self.found_angle_deg = probing.angle_deg
        if not _K_LEAST <= self.found_k_mv_kw <= _K_MOST:
            self.result = UNDECIDED
        self._take()
        return True

    def to_legs(self, p_w: list[int], out: list[int]) -> None:
        """`out` = the transfer `p_w` by legs."""
        legs = LEGS[self.legs]
        for leg in range(3):
            out[leg] = p_w[legs[leg]]

    def probe_to_legs(self, out: list[int], i_da: list[int], leg_da: int, n_da: int) -> None:
        """`out` = the probe, within the rating of the legs; `i_da` is scratch."""
        for leg in range(3):
            out[leg] = self.probing.power_w[leg]
        transfer.limit_flat(out, i_da, leg_da, n_da)

    def to_phases(self, legs_w: list[int], out: list[int]) -> None:
        """`out` = powers of the legs by the meter's phases."""
        legs = LEGS[self.legs]
        for leg in range(3):
            out[legs[leg]] = legs_w[leg]

    def save(self, out: list, n: int) -> int:
        """Write the result to `out` from place `n`; returns the next free place."""
        out[n] = self.result
        out[n + 1] = self.found_legs
        out[n + 2] = self.found_k_mv_kw
        out[n + 3] = self.found_angle_deg
        return n + 4

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote; returns the next place."""
        result = values[n]
        self.result = result if result in (FOUND, UNDECIDED) else IDLE
        self.found_legs = clip(values[n + 1], 0, len(LEGS) - 1)
        self.found_k_mv_kw = clip(values[n + 2], _K_LEAST, _K_MOST)
        self.found_angle_deg = clip(values[n + 3], -_ANGLE_MOST, _ANGLE_MOST)
        self._take()
        return n + 4
