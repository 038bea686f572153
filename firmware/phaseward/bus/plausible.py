"""Whether three values of a meter can be true. Units: mV, mA, W, mHz; lists are read from `at` on.

Limits are wide on purpose: they catch a wrong register map, a dead input or a wrong word order,
not a bad grid. A lost neutral can lift one phase to the phase-to-phase voltage, hence 400 V.
A single dead phase is an event of the grid and is passed on; all three dead at a box that runs
from the same supply is a dead measurement.
"""

from .decode import NOT_AVAILABLE

FINE, MISSING, DEAD, TOO_HIGH, NEGATIVE, CONTRADICTS, OUT_OF_RANGE, FROZEN = 0, 1, 2, 3, 4, 5, 6, 7
TEXTS = (
    "plausible",
    "the meter says not available",
    "all phases read 0 V",
    "above what a low-voltage grid can have",
    "a magnitude below 0",
    "does not fit the phase-to-neutral voltages",
    "frequency outside 40..70 Hz",
    "the same answer again and again",
)
DEAD_MV = 10000
LOST_MV = 46000  # 20 % of 230 V: open phases float at some tens of volts
U_LN_MAX_MV = 400000
U_LL_MAX_MV = 700000
I_MAX_MA = 10000000
P_MAX_W = 5000000
F_MIN_MHZ, F_MAX_MHZ = 40000, 70000


def judge(group, values, at):
    """FINE, or why the values of that group (number in core/sample.py) cannot be believed."""
    last = at + (1 if group == 4 else 3)
    for i in range(at, last):
        if values[i] == NOT_AVAILABLE:
            return MISSING
    if group == 4:
        return FINE if F_MIN_MHZ <= values[at] <= F_MAX_MHZ else OUT_OF_RANGE
    if group == 0:
        return _judge_voltages(values, at, U_LN_MAX_MV)
    if group == 1:
        return _judge_voltages(values, at, U_LL_MAX_MV) or _judge_triangles(values, at)
    return _judge_size(values, at, I_MAX_MA if group == 2 else P_MAX_W)


def lost_phases(values):
    """Bit mask of phases with next to no voltage, from the phase-to-neutral values at 0..2."""
    mask = 0
    for i in range(3):
        if values[i] < LOST_MV:
            mask |= 1 << i
    return mask


def _judge_voltages(values, at, highest):
    dead = 0
    for i in range(at, at + 3):
        if values[i] < 0:
            return NEGATIVE
        if values[i] > highest:
            return TOO_HIGH
        if values[i] < DEAD_MV:
            dead += 1
    return DEAD if dead == 3 else FINE


def _judge_triangles(values, at):
    """|U_a - U_b| <= U_ab <= U_a + U_b, with 5 % and 5 V for reads at different moments."""
    for i in range(3):
        a = values[i]
        b = values[i + 1 if i < 2 else 0]
        slack = (a + b) // 20 + 5000
        if values[at + i] > a + b + slack or values[at + i] < abs(a - b) - slack:
            return CONTRADICTS
    return FINE


def _judge_size(values, at, highest):
    for i in range(at, at + 3):
        if abs(values[i]) > highest:
            return TOO_HIGH
    return FINE
