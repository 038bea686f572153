"""Parameter values as text: typed by a person, sent by a tool, shown to both."""

from ..store import parameters as table
from ..store.parameters import ParameterError, check, row

_MOST_DIGITS = 9  # within MicroPython's small integers


def parse(name, text):
    """The checked value of parameter `name`; an enum's may be given by its name.

    ParameterError names the parameter, what was found and what is allowed.
    """
    found = row(name)
    value = text if found[table.TYPE] == "text" else _number(found, text)
    check(name, value)
    return value


def choices(found):
    """Names of an enum's values, from its row; empty for other types, without a search."""
    return table.choices(found[table.ID]) if found[table.TYPE] == "enum" else ()


def _number(found, text):
    names = choices(found)
    if text in names:
        return names.index(text)
    digits = text[1:] if text.startswith("-") else text
    if 0 < len(digits) <= _MOST_DIGITS and digits.isdigit():
        return int(text)
    expected = " or ".join(names) if names else "a whole number"
    raise ParameterError("%s: expected %s, not %s" % (found[table.ID], expected, text))


def pair(text):
    """(id, value as text) of `id=value`. ValueError where it is none."""
    name, sign, value = text.partition("=")
    if not sign:
        raise ValueError("expected ID=VALUE, not %s" % text)
    return name.strip(), value.strip()


def shown(found, value):
    """The value of that row as a person reads it: an enum's by its name."""
    names = choices(found)
    return names[value] if names else value
