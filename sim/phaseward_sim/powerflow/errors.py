"""What the power flow raises when there is no solution to be had."""


class PowerFlowError(RuntimeError):
    """No solution found; the message names time and bus. Attributes: reason, t_s, bus."""

    def __init__(self, reason: str, t_s: float, bus: str):
        super().__init__(f"power flow at t={t_s:g} s: {reason}; worst at bus {bus}")
        self.reason = reason
        self.t_s = t_s
        self.bus = bus
