"""Pairs of parameters that only make sense together: the first must lie below the second.

A value of 0 means "none" and is below nothing. Checked wherever values change, and when stored
ones are loaded. Failure behaviour: a ParameterError that names both parameters and their values.
"""

from .parameters import ParameterError

BELOW = (
    ("pb_lo_mv", "pb_hi_mv"),
    ("pb_neutral_lo_mv", "pb_neutral_hi_mv"),
    ("pq_lo_mv", "pq_hi_mv"),
    ("pq_alarm_lo_mv", "pq_alarm_hi_mv"),
    ("fi_curve_lo_mv", "fi_curve_hi_mv"),
)


def broken(values, fresh):
    """The first pair that `fresh`, put over `values`, would break; None where there is none."""
    for low, high in BELOW:
        if low in fresh or high in fresh:
            low_value = fresh.get(low, values[low])
            high_value = fresh.get(high, values[high])
            if low_value and high_value and low_value >= high_value:
                return low, low_value, high, high_value
    return None


def check_relations(values, fresh):
    """Raises ParameterError where `fresh`, put over the `values` in force, breaks a pair."""
    found = broken(values, fresh)
    if found:
        raise ParameterError(
            "%s=%s must lie below %s=%s: set both in one command" % found
        )
