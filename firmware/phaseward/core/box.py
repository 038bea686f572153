"""The box: measurements in, decisions out. Everything else in core is called from here.

Units: ms for `now_ms` (wraps at 2**30), s of core uptime, W. One call of `step` per new sample.
Failure behaviour: without usable voltage no limit rises; see `step`.
"""

from .decision import Decision

NO_LIMIT = -1


class Box:
    """A control box. `device_id`: any non-negative integer unique to the device."""

    def __init__(self, device_id: int, boot_count: int = 0) -> None:
        self.decision = Decision()
        self.uptime_s: int = 0

    def configure(self, p: dict) -> None:
        """Take over all parameters (mapping id -> int, complete and checked), between steps."""
        raise NotImplementedError

    def step(self, now_ms: int, sample) -> None:
        """Take in one sample and bring `self.decision` up to date."""
        raise NotImplementedError

    def set_remote_limit(self, load: int, limit_w: int) -> None:
        """Limit `load` (0..3) from remote to `limit_w` W; NO_LIMIT (-1) ends it."""
        raise NotImplementedError

    def set_contact(self, load: int, closed: bool) -> None:
        """State of the grid operator's contact for `load` (0..3): closed = limited."""
        raise NotImplementedError

    def set_protection(self, load: int, limit_w: int) -> None:
        """Limit `load` to `limit_w` W for protection, below its floor if need be; -1 ends it."""
        raise NotImplementedError

    def set_stage_actual(self, p1_w: int, p2_w: int, p3_w: int, q_var: int, valid: bool) -> None:
        """Powers the stage reports (W per phase, mean var of a phase); `valid` False: unknown."""
        raise NotImplementedError

    def snapshot_size(self) -> int:
        """Number of integers `snapshot` writes."""
        raise NotImplementedError

    def snapshot(self, out: list) -> int:
        """Write what must survive a power cut into `out` (preallocated); returns how many."""
        raise NotImplementedError

    def restore(self, values: list) -> bool:
        """Take up a snapshot before the first step. False: unknown layout, nothing taken over."""
        raise NotImplementedError
