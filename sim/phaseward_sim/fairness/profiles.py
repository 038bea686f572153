"""The four actuator profiles, the same for every law, and the user's slack.

    pause   the car may be paused; who would leave with less than wanted charges (slack override)
    six_a   never below 6 A a phase: 1380 W times the phases
    dim     never below 4.2 kW; smaller cars are exempt
    dim_2h  the same, at most 2 h of full depth in a day (a minute half as deep costs half)

Heat pumps have the lock contact of old contracts in all four: at most 2 h at a time, three starts
in 24 h, a release at least as long; a room 0.9 K below its set-point may not be locked.
Units: W, Wh, minutes, K.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LOCK_MOST_MIN = 120
LOCKS_A_DAY = 3
COLD_K = 0.9
_SLACK_SHARE, _SLACK_MIN = 0.9, 15.0


@dataclass(frozen=True)
class Profile:
    """floor_w: of the whole car, None = 1380 W per phase. budget_min: full-depth minutes a day,
    0 = unlimited. slack: departure and need are known, and lift the limit where time is short."""

    name: str
    floor_w: float | None
    budget_min: int = 0
    slack: bool = False

    def floors_w(self, max_w: np.ndarray, phases: np.ndarray) -> np.ndarray:
        """Floor of each car, never above its full power."""
        return np.minimum(1380.0 * phases if self.floor_w is None else self.floor_w, max_w)


PROFILES = {p.name: p for p in (
    Profile("pause", 0.0, slack=True), Profile("six_a", None), Profile("dim", 4200.0),
    Profile("dim_2h", 4200.0, budget_min=120))}


def in_haste(need_wh, max_w, left_min):
    """True where charging must go on at full power to be done in time: 60 E >= 0.9 P (T - 15)."""
    return (need_wh > 0.0) & (
        60.0 * need_wh >= _SLACK_SHARE * max_w * (left_min - _SLACK_MIN))
