"""Parameter values as text: typed by a person, sent by a tool, shown to both."""

from ..store.parameters import TYPE as _TYPE
from ..store.parameters import ParameterError, check, choices, row

_MOST_DIGITS = 9  # within MicroPython's small integers


def parse(name, text):
    """The checked value of parameter `name`; an enum's may be given by its name.

    ParameterError names the parameter, what was found and what is allowed.
    """
    value = text if row(name)[_TYPE] == "text" else _number(name, text)
    check(name, value)
    return value


def _number(name, text):
    names = choices(name)
    if text in names:
        return names.index(text)
    digits = text[1:] if text.startswith("-") else text
    if 0 < len(digits) <= _MOST_DIGITS and digits.isdigit():
        return int(text)
    expected = " or ".join(names) if names else "a whole number"
    raise ParameterError("%s: expected %s, not %s" % (name, expected, text))


def pair(text):
    """(id, value as text) of `id=value`. ValueError where it is none."""
    name, sign, value = text.partition("=")
    if not sign:
        raise ValueError("expected ID=VALUE, not %s" % text)
    return name.strip(), value.strip()


def shown(name, value):
    """The value as a person reads it: an enum's by its name."""
    names = choices(name)
    return names[value] if names else value
