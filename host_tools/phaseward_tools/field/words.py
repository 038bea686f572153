"""Log entries in words. Kinds a host does not know are shown as they came."""

from collections.abc import Callable, Mapping

from phaseward_tools.link.parameters import Parameter

PHASES = ("L1", "L2", "L3")
_SET = "set_"


def volts(u_mv: int) -> str:
    return f"{u_mv / 1000:.1f} V"


def span(seconds: int) -> str:
    """A length of time: 45 s, 12 min, 3 h 20 min, 2 d 3 h."""
    if seconds < 120:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"


def entry_words(kind: str, numbers: list[int], origin: str,
                parameters: Mapping[str, Parameter], alarms: Callable[[int], str] = str) -> str:
    """One entry of the event log."""
    if kind.startswith(_SET):
        return _set(kind.removeprefix(_SET), numbers, origin, parameters)
    try:
        return _WORDS[kind](numbers, origin, alarms)
    except (KeyError, IndexError):
        listed = " ".join(str(number) for number in numbers)
        return " ".join(part for part in (kind, listed, f"({origin})" if origin else "") if part)


def _set(name: str, numbers: list[int], origin: str, parameters) -> str:
    p = parameters.get(name)
    if len(numbers) != 2:
        who, _, value = origin.rpartition(" ")
        return f"{name} becomes {value}, by {who}"
    old, new = (p.shown(n) if p else str(n) for n in numbers)
    return f"{name}: {old} becomes {new}, by {origin}"


def _block(numbers, origin, _):
    return (f"load {numbers[0]} held back to {numbers[1]} W at {volts(numbers[2])} in the weakest "
            f"phase: {origin}")


def _free(numbers, origin, _):
    return f"load {numbers[0]} released after {span(numbers[3])} at {volts(numbers[2])}: {origin}"


def _event(numbers, origin, _):
    side = {"low": "under", "high": "over"}.get(origin, origin)
    return f"{side}-voltage event on {PHASES[numbers[0] - 1]}, mean {volts(numbers[1])}"


def _alarm(numbers, origin, alarms):
    return f"alarms: {alarms(numbers[0])}" if numbers[0] else "alarms: none any more"


def _boot(numbers, origin, _):
    return f"boot {numbers[0]}{', safe mode' if numbers[1] else ''}: {origin}"


_WORDS = {
    "block": _block,
    "free": _free,
    "event": _event,
    "alarm": _alarm,
    "boot": _boot,
    "stage": lambda n, origin, _: f"power stage {'runs' if n[0] else 'rests'}: {origin}",
    "restart": lambda n, origin, _: f"restart: {origin}",
    "save": lambda n, origin, _: f"parameters saved ({n[0]} differ from defaults), by {origin}",
    "commit": lambda n, origin, _: f"{n[0]} values on trial kept, by {origin}",
    "output_test": lambda n, origin, _: f"output of load {n[0]} tested for {n[1]} s, by {origin}",
    "lost": lambda n, origin, _: f"{n[0]} entries found no room",
}
