"""Blocked minutes per minute of demand, brought to the same share at every load.

A load that charges before the peak has few congested minutes of its own, one that arrives in it
has hardly any others: sharing congested minutes alone does not share the burden. Where the charger
tells when its car demands power, an integral moves the voltage at which a minute counts as
congested: up in minutes of demand that are not blocked, down in those that are, so that in the
long run `bl_even_pm` of the demanded minutes are blocked, at every load alike. Unit: 1/4096 V.
Failure behaviour: where demand is not known nothing moves; the bias is bounded.
"""

from .arith import clip

_GAIN_Q = 410  # 0.1 V per minute that is blocked or not
_MOST_Q = 8 * 4096
DEMAND = 1


class Evenness:
    """The bias of one load."""

    def __init__(self) -> None:
        self.bias_q: int = 0  # added to the quantile a minute is compared with
        self._even_pm: int = 0

    def configure(self, even_pm: int) -> None:
        """`even_pm`: share of the demanded minutes that shall be blocked; 0 = not steered."""
        self._even_pm = even_pm
        if even_pm == 0:
            self.bias_q = 0

    def minute(self, demand: int, blocked: bool) -> None:
        """A minute has passed in which the load was blocked or not. demand: 1, 0, -1 = unknown."""
        if self._even_pm == 0 or demand != DEMAND:
            return
        error_pm = self._even_pm - 1000 if blocked else self._even_pm
        self.bias_q = clip(self.bias_q + _GAIN_Q * error_pm // 1000, -_MOST_Q, _MOST_Q)

    def bias_mv(self) -> int:
        """The bias in mV."""
        return self.bias_q * 125 // 512

    def forget(self) -> None:
        """Begin anew."""
        self.bias_q = 0

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        out[n] = self.bias_q
        return n + 1

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote, after `configure`; returns the next place."""
        self.bias_q = clip(values[n], -_MOST_Q, _MOST_Q) if self._even_pm else 0
        return n + 1
