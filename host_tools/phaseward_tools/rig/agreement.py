"""Whether all read-backs of a box's outputs agree: a contact that does not do what the box says.

Each reader tells its levels with the time; a difference that lasts longer than allowed is kept
with its length. Times in seconds of the scenario.
"""

from __future__ import annotations


class Agreement:
    """allowed_s: how long two readers may differ, as they look at different moments."""

    def __init__(self, allowed_s: float):
        self.allowed_s = allowed_s
        self.levels: dict[str, dict[str, int]] = {}
        self._since_s: dict[str, float] = {}
        self.longest_s: dict[str, float] = {}

    def tell(self, reader: str, levels: dict[str, int], t_s: float) -> None:
        """What a reader sees at t_s."""
        self.levels[reader] = levels
        for pin in levels:
            self._compare(pin, t_s)

    def _compare(self, pin: str, t_s: float) -> None:
        seen = {levels[pin] for levels in self.levels.values() if pin in levels}
        if len(seen) < 2:
            self._since_s.pop(pin, None)
            return
        since_s = self._since_s.setdefault(pin, t_s)
        self.longest_s[pin] = max(self.longest_s.get(pin, 0.0), t_s - since_s)

    @property
    def broken(self) -> list[str]:
        """Outputs whose readers differed for longer than allowed."""
        return sorted(pin for pin, longest in self.longest_s.items() if longest > self.allowed_s)

    def words(self) -> str:
        """What differed, for people; empty where all agree."""
        return "; ".join(f"{pin} for {self.longest_s[pin]:.1f} s" for pin in self.broken)
