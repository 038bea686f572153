"""Who decides on a load's limit: one table of precedence, one place where limits rise.

Units: W. Every source may ask for a limit; the lowest decides, then the floor is kept, which only
protection may break. Comfort can lift what local blocking asks, never what the grid operator asks.
Failure behaviour: a limit falls at once and rises only where `settle` is told that it may, then
not faster than the ramp.
"""

from . import reasons
from .decision import MAX_LOADS

# The sources, strongest first: a source's number is its rank.
PROTECTION = 0
CONTACT = 1
REMOTE = 2
LOCAL = 3
COMFORT = 4  # lifts what LOCAL asks, limits nothing
SOURCES = 5

# By rank: the reason it gives (-1: one of its own), whether it may go below the load's floor.
PRECEDENCE = (
    (reasons.PROTECTION, True),
    (reasons.CONTACT, False),
    (reasons.REMOTE, False),
    (-1, False),
    (reasons.COMFORT, False),
)

NO_ASK = -1


class Arbiter:
    """Asks and limits in force of all loads."""

    def __init__(self) -> None:
        self.limit_w: list[int] = [0] * MAX_LOADS
        self.reason: list[int] = [reasons.UNUSED] * MAX_LOADS
        # Rank of the source that decides, SOURCES where none does.
        self.rank: list[int] = [SOURCES] * MAX_LOADS
        self.max_w: list[int] = [0] * MAX_LOADS
        self.floor_w: list[int] = [0] * MAX_LOADS
        self.min_w: list[int] = [0] * MAX_LOADS
        self.step_w: list[int] = [0] * MAX_LOADS
        self.whole: list[int] = [0] * MAX_LOADS  # 1 = full power or nothing, not ramped
        self._ask_w: list[int] = [NO_ASK] * (MAX_LOADS * SOURCES)

    def ask(self, source: int, load: int, limit_w: int) -> None:
        """`source` asks for a limit on `load`, or for none any more (any negative number)."""
        self._ask_w[load * SOURCES + source] = limit_w if limit_w >= 0 else NO_ASK

    def _target(self, load: int) -> int:
        """The limit everybody's asks come to; sets `rank`. Weakest first, so that at the same
        limit the strongest is named."""
        limit_w = self.max_w[load]
        rank = SOURCES
        comfort_w = self._ask_w[load * SOURCES + COMFORT]
        for source in range(LOCAL, -1, -1):
            asked_w = self._ask_w[load * SOURCES + source]
            if asked_w == NO_ASK:
                continue
            named = source
            if source == LOCAL and comfort_w > asked_w:
                asked_w = comfort_w
                named = COMFORT
                if comfort_w >= limit_w:
                    rank = COMFORT  # full power, and this is why
            if not PRECEDENCE[source][1]:
                asked_w = max(asked_w, self.floor_w[load])
            if asked_w <= limit_w and asked_w < self.max_w[load]:
                limit_w = asked_w
                rank = named
        self.rank[load] = rank
        if self.whole[load] and limit_w < self.max_w[load]:
            return 0
        return limit_w

    def settle(self, load: int, local_reason: int, may_rise: bool, waiting: int) -> None:
        """Bring the limit in force towards the target.

        local_reason : reason of local blocking, or of there being no limit
        may_rise     : True at the end of a minute that permits it
        waiting      : reason to give where the limit may not rise yet
        """
        held_rank = self.rank[load]
        target_w = self._target(load)
        held_w = self.limit_w[load]
        limit_w = target_w
        if target_w > held_w:
            limit_w = self._risen(load, held_w, target_w) if may_rise else held_w
        self.limit_w[load] = limit_w
        if limit_w < target_w:
            self.reason[load] = reasons.RAMP if may_rise else waiting
            self.rank[load] = held_rank
        else:
            self.reason[load] = self._named(load, local_reason)

    def _risen(self, load: int, held_w: int, target_w: int) -> int:
        if self.whole[load]:
            return target_w
        # A paused load begins at the least power it can run at.
        return min(target_w, max(held_w + self.step_w[load], self.min_w[load]))

    def _named(self, load: int, local_reason: int) -> int:
        rank = self.rank[load]
        if rank == SOURCES or rank == LOCAL:
            return local_reason
        return PRECEDENCE[rank][0]
