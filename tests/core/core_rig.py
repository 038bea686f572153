"""A box with its sample and clock for the tests. Runs on CPython and on MicroPython."""

from phaseward.core.box import Box
from phaseward.core.sample import OK, POWER, STALE, U_LL, U_LN, Sample
from phaseward.store.parameters import check, defaults

TICKS = 0x3FFFFFFF


# The law's constants that the cases are calculated with by hand.
BY_HAND = {"bl_share_pm": 83, "bl_rise_pm": 20, "bl_crit_mv": 207000, "bl_low_mv": 0,
           "bl_even_pm": 0}


def parameters(**changes):
    """A complete set of parameters: the defaults, those of the cases, checked changes."""
    values = defaults()
    values.update(BY_HAND)
    for name in changes:
        check(name, changes[name])
        values[name] = changes[name]
    return values


class MinuteMeans:
    """Stands for core.means.Means with given values."""

    def __init__(self, u1_mv=230000, u2_mv=230000, u3_mv=230000, valid=True):
        self.u_mv = [u1_mv, u2_mv, u3_mv]
        self.p_w = [0, 0, 0]
        self.line_mv = [0, 0, 0]
        self.valid = valid
        self.power_valid = False
        self.line_valid = False


class Rig:
    """One box that is stepped once a second with whatever `volts` and `lost` say."""

    def __init__(self, device_id=1, now_ms=0, boot_count=0, **changes):
        self.box = Box(device_id, boot_count)
        self.box.configure(parameters(**changes))
        self.sample = Sample()
        self.now_ms = now_ms & TICKS
        self.volts(230, 230, 230)

    def volts(self, u1_v, u2_v, u3_v):
        """Set phase-to-neutral voltages in whole V and declare them usable."""
        self.sample.u_ln_mv[0] = u1_v * 1000
        self.sample.u_ln_mv[1] = u2_v * 1000
        self.sample.u_ln_mv[2] = u3_v * 1000
        self.sample.state[U_LN] = OK

    def power(self, p1_w, p2_w, p3_w):
        """Set the connection's own active power and declare it usable."""
        self.sample.p_w[0] = p1_w
        self.sample.p_w[1] = p2_w
        self.sample.p_w[2] = p3_w
        self.sample.state[POWER] = OK

    def lines(self, u12_v, u23_v, u31_v):
        """Set phase-to-phase voltages in whole V and declare them usable."""
        self.sample.u_ll_mv[0] = u12_v * 1000
        self.sample.u_ll_mv[1] = u23_v * 1000
        self.sample.u_ll_mv[2] = u31_v * 1000
        self.sample.state[U_LL] = OK

    def lose(self):
        """The meter has no usable voltages from now on."""
        self.sample.state[U_LN] = STALE

    def step(self, elapsed_ms=1000):
        self.now_ms = (self.now_ms + elapsed_ms) & TICKS
        self.box.step(self.now_ms, self.sample)

    def seconds(self, n):
        for _ in range(n):
            self.step()

    def minutes(self, n):
        """n minutes in steps of 10 s."""
        for _ in range(6 * n):
            self.step(10000)

    def limit(self, load=0):
        return self.box.decision.limit_w[load]

    def reason(self, load=0):
        return self.box.decision.load_reason[load]
