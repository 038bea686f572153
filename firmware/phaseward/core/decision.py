"""What the box has decided, filled in place by `Box.step` and read by the actuators.

Units: W and var per phase (+ = injection into the grid by the power stage), s of core uptime.
Failure behaviour: a fresh decision allows no load (limit 0 W) and no transfer.
"""

MAX_LOADS = 4


class Decision:
    """Limits for up to four flexible loads and one transfer between the phases."""

    def __init__(self) -> None:
        self.limit_w: list[int] = [0] * MAX_LOADS
        self.load_reason: list[int] = [0] * MAX_LOADS  # codes of core/reasons.py
        # Core uptime at which the full power can be back at the earliest; 0 = no limit in force.
        self.load_until_s: list[int] = [0] * MAX_LOADS
        self.blocked: list[int] = [0] * MAX_LOADS  # 1 = the limit is below the load's full power
        self.feed_in_limit_w: int = 0  # of the inverter; meaningless where none is configured
        self.feed_in_reason: int = 0
        self.feed_in_until_s: int = 0  # as `load_until_s`
        self.transfer_w: list[int] = [0, 0, 0]  # by legs of the stage; sums to exactly 0
        self.q_var: list[int] = [0, 0, 0]
        self.stage_run: int = 0  # 1 = the power stage shall switch, 0 = standby
        self.transfer_reason: int = 0
        self.contactor: list[int] = [0, 0, 0]  # phase selector: 1 = shall be closed
        self.alarms: int = 0  # bit mask, table ALARMS in core/reasons.py
