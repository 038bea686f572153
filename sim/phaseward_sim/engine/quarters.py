"""Quarter-hour profiles of the data set over a span, as each customer lives them.

With `shift_days` a customer lives another day of the same kind (working day or weekend) and season
of the excerpt, drawn from the seed for each day: a data set has few household profiles, and
customers who share one would all peak together.
Failure: ScenarioError at the key `start` where the excerpt does not cover the span.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from ..grids.excerpt import GridFileError
from ..scenario import ScenarioFile
from .network import Site
from .seeds import generator
from .span import Span

NEAR_DAYS = 20  # another day is taken from the same season only
QUARTER_S = 900


class Quarters:
    """The quarters of an hour that cover a span, the first possibly begun before it."""

    def __init__(self, file: ScenarioFile, site: Site, span: Span):
        self._file, self._site = file, site
        since_midnight = timedelta(hours=span.start.hour, minutes=span.start.minute,
                                   seconds=span.start.second)
        self.lead_s = since_midnight.total_seconds() % QUARTER_S
        first = span.start - timedelta(seconds=self.lead_s)
        count = int(np.ceil((self.lead_s + span.duration_s) / QUARTER_S)) + 1
        self._times = [first + timedelta(seconds=QUARTER_S * k) for k in range(count)]
        self._shift = file.scenario.devices.grid_units.shift_days

    def shares(self, profile: str, owner: str | None) -> np.ndarray:
        """Shares (quarters,) of the unit's full power, for one owner; None: the day as it was
        (the sun shines on all alike)."""
        try:
            column = self._site.excerpt.profiles.column(profile)
            return column[self._rows(owner)]
        except GridFileError as err:
            raise self._file.error(("start",), str(err)) from None

    def _rows(self, owner: str | None) -> list[int]:
        profiles = self._site.excerpt.profiles
        shift = {day: self._day_shift(owner, day) for day in {t.date() for t in self._times}}
        return [profiles.index(t + timedelta(days=shift[t.date()])) for t in self._times]

    def _day_shift(self, owner: str | None, day: date) -> int:
        """Days from `day` to the day this owner lives instead."""
        if not self._shift or owner is None:
            return 0
        others = [other for other in self._site.excerpt.profiles.days
                  if (other.weekday() < 5) == (day.weekday() < 5)
                  and abs((other - day).days) <= NEAR_DAYS]
        if not others:
            return 0
        rng = generator(self._file.scenario.seed, "day", owner, day.isoformat())
        return (others[rng.integers(len(others))] - day).days


def held(shares: np.ndarray, lead_s: float, step_s: float, steps: int) -> np.ndarray:
    """Quarter-hour values as a table of finer steps that begins `lead_s` into the first."""
    quarter = (lead_s + np.arange(steps) * step_s) // QUARTER_S
    return shares[np.minimum(quarter.astype(int), len(shares) - 1)]
