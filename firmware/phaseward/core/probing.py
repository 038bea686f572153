"""Finds which leg of the power stage is on which phase of the meter, by small transfers.

Probes (+1, -1, 0) in turn, off - on - off: the change of the three voltages is correlated with the
six ways the legs can be connected. What the load did meanwhile shows as the difference of the two
times off and lowers the weight of a probe. It ends when the best way is ahead of the second by z
standard deviations, or undecided. The winner's phasor gives sensitivity k and angle, the sign of
the angle the phase order as the meter has it. Units: mV, W, ms, mV/kW, degrees; sums in 10 mV.
Failure behaviour: `UNDECIDED` where nothing is certain; the caller then stays idle. An angle is
only told where it is certain and the meter is finer than 0.5 V; else it is 0 (no rotation).
Source: docs/BALANCER.md.
"""

from .arith import clip, isqrt, scale, sine_q12

# Phase of the meter that legs 0, 1, 2 are on; the next of each three is one phase further on.
LEGS = ((0, 1, 2), (1, 2, 0), (2, 0, 1), (0, 2, 1), (1, 0, 2), (2, 1, 0))

IDLE, RUNNING, FOUND, UNDECIDED = 0, 1, 2, 3

_LEAST_MS = 1000  # after a change the stage and the meter's window settle
_COARSE_MV = 500
# Weight of a probe = _WEIGHT / variance of its change, in (10 mV)**2; at most _WEIGHT_MOST.
_WEIGHT = 262144
_WEIGHT_MOST = 2048
_COARSE_VARIANCE = 1250  # 1 V steps: 100**2 / 12 for each window, one and a half windows
_CHANGE_MOST = 2000
_MOST_PROBES = 60  # for which sums stay below 2**30
_ROOT_6K = 1254  # sqrt(6 * _WEIGHT): distance of two ways is a vector of length sqrt 6
_ROOT_2K = 724
_ANGLE_MOST_DEG = 45
_Z_ANGLE = 4
_K_MOST = 20000


class Probing:
    """One attempt; `step` is called with every sample while `state` is RUNNING."""

    def __init__(self) -> None:
        self.state: int = IDLE
        self.legs: int = 0  # index into LEGS
        self.k_mv_kw: int = 0
        self.angle_deg: int = 0
        self.angle_sure: bool = False
        self.coarse: bool = True  # no voltage between the steps of 0.5 V was seen
        self.probes: int = 0
        self.power_w: list[int] = [0, 0, 0]  # to be injected by the legs
        self._amplitude_w: int = 0
        self._window_ms: int = 5000
        self._most: int = 40
        self._z: int = 6
        self._on: int = 0
        self._twice: int = 0
        self._passed_ms: int = 0
        self._n: int = 0
        self._sum: list[int] = [0, 0, 0]
        self._before: list[int] = [0, 0, 0]
        self._during: list[int] = [0, 0, 0]
        self._known: int = 0  # 1 once a window off is in _before
        self._restless: int = 0  # running mean of the squared drift
        self._c: list[int] = [0, 0, 0, 0, 0, 0]
        self._w: int = 0

    def configure(self, p: dict) -> None:
        """Take over the parameters pb_probe_*."""
        self._amplitude_w = p["pb_probe_w"]
        self._window_ms = p["pb_probe_s"] * 1000
        self._most = min(p["pb_probe_most"], _MOST_PROBES)
        self._z = p["pb_probe_z"]

    def start(self) -> None:
        """Begin anew; the transfer must be 0."""
        self.state = RUNNING
        self.legs = self.k_mv_kw = self.angle_deg = self.probes = 0
        self.angle_sure = False
        self.coarse = True
        self._known = self._on = self._restless = self._w = 0
        for i in range(6):
            self._c[i] = 0
        self._begin_window(0)

    def stop(self) -> None:
        """Give up: nothing was decided."""
        if self.state == RUNNING:
            self.state = UNDECIDED
        self._set_power(0)

    def step(self, elapsed_ms: int, u_mv: list[int]) -> None:
        """Take in a sample; `power_w` is what the legs shall inject from now on."""
        self._passed_ms += elapsed_ms
        if self._passed_ms < max(_LEAST_MS, self._window_ms * 2 // 5):
            return
        self._n += 1
        for phase in range(3):
            self._sum[phase] += u_mv[phase]
            if u_mv[phase] % _COARSE_MV:
                self.coarse = False
        if self._passed_ms >= self._window_ms and self._n >= 2 or self._n >= 1000:
            self._close_window()

    def _close_window(self) -> None:
        mean = self._sum  # becomes the means, in 10 mV
        for phase in range(3):
            mean[phase] = mean[phase] // self._n // 10
        if self._on:
            for phase in range(3):
                self._during[phase] = mean[phase]
        else:
            if self._known:
                self._probe_done()
            for phase in range(3):
                self._before[phase] = mean[phase]
            self._known = 1
        if self.state == RUNNING:
            self._begin_window(1 - self._on)

    def _begin_window(self, on: int) -> None:
        self._on = on
        self._passed_ms = self._n = 0
        for phase in range(3):
            self._sum[phase] = 0
        if on:
            self._twice = 1 if self.coarse else 0  # a meter of 1 V would hardly see it else
        self._set_power((self._amplitude_w << self._twice) * on)

    def _set_power(self, watts: int) -> None:
        for leg in range(3):
            self.power_w[leg] = watts * self._sign(leg)

    def _sign(self, leg: int) -> int:
        """The probe's pattern: +1, -1, 0, moved on by one leg from probe to probe."""
        place = (leg + 3 - self.probes % 3) % 3
        return 1 if place == 0 else -1 if place == 1 else 0

    def _probe_done(self) -> None:
        """`_sum` holds the means after the probe, `_before` and `_during` before and in it."""
        drift = 0
        change = self._during
        total = 0
        for phase in range(3):
            off = self._sum[phase] + self._before[phase]
            d = clip(self._sum[phase] - self._before[phase], -_CHANGE_MOST, _CHANGE_MOST)
            drift += d * d
            change[phase] = clip(change[phase] - (off >> 1), -_CHANGE_MOST, _CHANGE_MOST)
            total += change[phase]
        self._restless += (drift - self._restless) // 4
        variance = 64 + (drift >> 2) + (self._restless >> 6)
        if self.coarse:
            variance += _COARSE_VARIANCE
        self._count(change, total // 3, min(_WEIGHT_MOST, _WEIGHT // variance))
        self.probes += 1
        self._judge()

    def _count(self, change: list[int], mean: int, weight: int) -> None:
        """Correlation with each way: the pattern's +1 and -1 leg against their phases there."""
        if self._twice:  # counts by what a probe of the plain power would have shown
            for phase in range(3):
                change[phase] = mean + ((change[phase] - mean) >> 1)
            weight = min(_WEIGHT_MOST, 4 * weight)
        for way in range(6):
            legs = LEGS[way]
            found = 0
            for leg in range(3):
                found += self._sign(leg) * (change[legs[leg]] - mean)
            self._c[way] += weight * found
        self._w += weight

    def _judge(self) -> None:
        best = 0
        for way in range(6):
            if self._c[way] > self._c[best]:
                best = way
        second = self._c[(best + 1) % 6]
        for way in range(6):
            if way != best:
                second = max(second, self._c[way])
        ahead = self._c[best] - second
        if self._w > 0 and self._sure(ahead, _ROOT_6K, self._z):
            self._found(best)
        elif self.probes >= self._most:
            self.state = UNDECIDED
            self._set_power(0)

    def _sure(self, size: int, root: int, z: int) -> bool:
        """size > z * root * sqrt(w), with sqrt(w) to a sixteenth."""
        return size > z * (root * isqrt(min(self._w, 131071) << 8) >> 4)

    def _found(self, best: int) -> None:
        """The winner's phasor: its correlation is the real part, its neighbours' difference over
        the root of 3 the imaginary one, both 2 k A w."""
        group = best // 3 * 3
        real = self._c[best]
        further = self._c[group + (best + 1) % 3]
        back = self._c[group + (best + 2) % 3]
        shift = 0
        while max(real, abs(further - back)) >> shift > 130000:
            shift += 1
        x = real >> shift
        y = scale((further - back) >> shift, 780, 1351)
        angle = angle_of(x, y)
        sure = not self.coarse and self._sure(abs(y) << shift, _ROOT_2K, _Z_ANGLE)
        if not sure and self.probes < self._most and not self.coarse:
            return  # the legs are known; the sign of the angle takes more
        if abs(angle) > _ANGLE_MOST_DEG and (sure or abs(angle) > _ANGLE_MOST_DEG + 10):
            self.state = UNDECIDED  # no line turns so far: nothing that may be relied on
        else:
            self.state = FOUND
        self.legs = best
        self.angle_sure = sure
        self.angle_deg = angle if sure else 0
        # The component along the angle; x, y in 10 mV * w / 2**shift, amplitude in W.
        along = (x * sine_q12(90 - angle) + y * sine_q12(angle)) >> 12
        along = max(0, along)
        per = max(1, (self._w * self._amplitude_w // 50) >> shift)
        whole = min(along // per, _K_MOST // 100)
        self.k_mv_kw = min(_K_MOST, whole * 100 + (along - whole * per) * 100 // per)
        self._set_power(0)


def angle_of(x: int, y: int) -> int:
    """Angle of the phasor (x > 0, y) in degrees, -89 .. 89, by bisection; |x|, |y| < 2**17."""
    low, high = -90, 90
    while high - low > 1:
        middle = (low + high) >> 1
        if y * sine_q12(90 - middle) >= x * sine_q12(middle):
            low = middle
        else:
            high = middle
    return low if low > -90 else high
