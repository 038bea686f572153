"""Names of alarms, from the firmware's own list; bits that it does not know keep their number."""

from phaseward.core.reasons import ALARMS


def alarm_names(mask: int) -> str:
    """Names of the alarms in a bit mask of the log."""
    names = [ALARMS[bit][0] if bit in ALARMS else f"bit {bit}"
             for bit in (1 << n for n in range(30)) if mask & bit]
    return ", ".join(names) or "none"


def alarm_text(name: str) -> str:
    """The sentence of an alarm's name; "" where it is unknown."""
    return next((text for known, text in ALARMS.values() if known == name), "")
