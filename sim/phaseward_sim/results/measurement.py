"""A named measurement with unit, and its verdict where a limit is set.

Margin is positive while the limit is kept, in the measurement's own unit. A value that is not
a number fails every limit: a run that could not measure has not passed.
"""

import math
from dataclasses import dataclass

from phaseward_sim.results.errors import ResultError

COMPARISONS = ("<=", ">=", "<", ">", "==")


@dataclass(frozen=True)
class Measurement:
    """name: stable id, e.g. "u_min_v"; subject: what it is of ("" = the whole run, "h07").

    value in `unit`; limit and comparison say what would pass (`value <= limit`), None for a
    plain measurement. title: words for a reader.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    comparison: str | None = None
    title: str = ""
    subject: str = ""

    def __post_init__(self) -> None:
        if (self.limit is None) != (self.comparison is None):
            raise ResultError(f"measurement {self.name}: limit and comparison go together")
        if self.comparison is not None and self.comparison not in COMPARISONS:
            raise ResultError(f"measurement {self.name}: comparison is {self.comparison!r}, "
                              f"expected one of {' '.join(COMPARISONS)}")

    @property
    def key(self) -> str:
        """Name with its subject, unique within a run: `blocked_min[h07]`."""
        return f"{self.name}[{self.subject}]" if self.subject else self.name

    @property
    def margin(self) -> float | None:
        """Distance kept from the limit, negative when it is broken; None without a limit."""
        if self.limit is None:
            return None
        if self.comparison in ("<=", "<"):
            return self.limit - self.value
        if self.comparison in (">=", ">"):
            return self.value - self.limit
        return -abs(self.value - self.limit)

    @property
    def passed(self) -> bool | None:
        """None without a limit."""
        margin = self.margin
        if margin is None:
            return None
        if math.isnan(margin):
            return False
        return margin > 0 if self.comparison in ("<", ">") else margin >= 0
