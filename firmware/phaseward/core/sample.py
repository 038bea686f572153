"""One set of measurements at the box's point of connection, filled in place by the meter.

Units: mV, mA, W, mHz. Phases are L1, L2, L3 = index 0, 1, 2. Each group of quantities carries a
state and an age; a value may be used only while its group's state is OK.
Failure behaviour: a fresh or cleared sample has every group STALE, so nothing in it is believed.
"""

OK = 0
STALE = 1
INVALID = 2

U_LN = 0
U_LL = 1
CURRENT = 2
POWER = 3
FREQUENCY = 4
GROUPS = 5

# Age of a group that was never measured: the largest 31-bit small integer.
AGE_UNKNOWN_MS = 0x3FFFFFFF
_U_LL_MOST_MV = 700000


class Sample:
    """Three-phase measurements. `p_w` is active power at the meter, + = taken from the grid."""

    def __init__(self) -> None:
        self.u_ln_mv: list[int] = [0, 0, 0]
        self.u_ll_mv: list[int] = [0, 0, 0]  # L1-L2, L2-L3, L3-L1
        self.i_ma: list[int] = [0, 0, 0]
        self.p_w: list[int] = [0, 0, 0]
        self.f_mhz: int = 0
        self.state: list[int] = [STALE] * GROUPS
        self.age_ms: list[int] = [AGE_UNKNOWN_MS] * GROUPS

    def clear(self) -> None:
        """Forget everything: values 0, every group STALE and of unknown age."""
        for phase in range(3):
            self.u_ln_mv[phase] = 0
            self.u_ll_mv[phase] = 0
            self.i_ma[phase] = 0
            self.p_w[phase] = 0
        self.f_mhz = 0
        for group in range(GROUPS):
            self.state[group] = STALE
            self.age_ms[group] = AGE_UNKNOWN_MS

    def lines_usable(self) -> bool:
        """True where all three phase-to-phase voltages may be used: state OK, 0 .. 700 V."""
        if self.state[U_LL] != OK:
            return False
        for pair in range(3):
            if not 0 <= self.u_ll_mv[pair] <= _U_LL_MOST_MV:
                return False
        return True

    def usable(self, group: int) -> bool:
        """True where the values of `group` (U_LN ... FREQUENCY) may be used for decisions."""
        return self.state[group] == OK
