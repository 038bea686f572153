"""The fixed point v <- gain @ [i(v), pu], in preallocated arrays: the fast and usual way.

It runs with constant power everywhere while all voltages are inside their bands (two operations
fewer), else with the laws. Both end by an estimate of the error left, not by a small change alone:
near the feeder's capacity the changes are small long before the solution is reached. With floating
conductors (y_base) it would creep for ever, so such models are left to Newton.
"""

import math

import numpy as np

STEPS = 60
# The error left after a change d with contraction r is about d * r / (1 - r). r is measured from
# two changes and, for caution, the error taken three times as large; squares are compared.
CAUTION2 = 9.0
NEAR2_V2 = 1.0  # farther from the solution than this a ratio of two changes says nothing


class FixedPoint:
    """Bound to a model, a law, and the arrays s_conj (P,) and x (P + 3s,) it works on."""

    def __init__(self, model, edges, s_conj, x, tol_v):
        count = len(model.ports)
        self._sound = not np.any(model.y_base_s)
        self._gain, self._tol2 = model.gain, tol_v**2
        self._edges, self._upper2 = edges, edges.hi2
        self._lo, self._hi = np.sqrt(edges.lo2), np.sqrt(edges.hi2)
        self._s_conj, self._x, self._i = s_conj, x, x[:count]
        self._buffers = np.zeros(count, complex), np.zeros(count, complex)
        self._spare, self._change = np.zeros(count, complex), np.zeros(count, complex)
        self._squares, self._m2 = np.zeros(2 * count), np.zeros(count)
        self._reference = np.zeros(count, complex)
        self.forget()

    def forget(self):
        """The next step starts from voltages not seen before."""
        self._margin2, self._inside, self._ratio2 = -1.0, None, 1.0

    def solve(self, v) -> int | None:
        """Solve in place from the start v (P,); the number of steps, or None where it fails."""
        if not self._sound:
            return None
        if self._inside is None:
            self._inside = self._within_bands(v)
        if self._inside:
            steps = self._run(v, self._power_current)
            if steps and self._inside:
                return steps
        self._upper2 = self._edges.upper2(self._s_conj)
        return self._run(v, self._law_current)

    def _run(self, start, current):
        """Iterate with a current law; `start` is overwritten on success only."""
        v, (new, other), tol2 = start, self._buffers, self._tol2
        gain, x, change, last = self._gain, self._x, self._change, 0.0
        flat = change.view(float)
        ratio2 = self._ratio2
        for step in range(1, STEPS + 1):
            current(v)
            np.dot(gain, x, out=new)
            np.subtract(new, v, out=change)
            v, new, other = new, other, new
            size = flat.dot(flat)
            if last:
                ratio2 = size / last if last < NEAR2_V2 else 1.0
                if not size < last:
                    return None
            if CAUTION2 * size * ratio2 <= tol2 * (1.0 - math.sqrt(ratio2)) ** 2:
                start[:] = v
                self._ratio2, self._inside = ratio2, self._within_bands(v)
                return step
            last = size
        return None

    def _power_current(self, v):
        np.conjugate(v, out=self._spare)
        np.divide(self._s_conj, self._spare, out=self._i)

    def _law_current(self, v):
        m2, i = self._m2, self._i
        self._square(v)
        np.maximum(m2, self._edges.lo2, out=m2)
        np.minimum(m2, self._upper2, out=m2)
        np.divide(self._s_conj, m2, out=i)
        np.multiply(i, v, out=i)

    def _square(self, v):
        flat = v.view(float)
        np.multiply(flat, flat, out=self._squares)
        np.add(self._squares[::2], self._squares[1::2], out=self._m2)

    def _within_bands(self, v) -> bool:
        """True where every |v| is inside its band.

        The smallest distance to an edge at one reference stands for all voltages nearer to the
        reference than that, so that most steps need no look at each port.
        """
        np.subtract(v, self._reference, out=self._spare)
        flat = self._spare.view(float)
        if flat.dot(flat) <= self._margin2:
            return True
        self._square(v)
        np.sqrt(self._m2, out=self._m2)
        margin = min((self._m2 - self._lo).min(), (self._hi - self._m2).min())
        self._reference[:] = v
        self._margin2 = margin * abs(margin)
        return margin >= 0.0
