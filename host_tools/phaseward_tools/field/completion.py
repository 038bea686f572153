"""What the shell offers at the tab key: parameters, values of enums, ports.

Made from the table of the box seen last, else from the firmware's own: the shell must not wait for
a box.
"""

import os

from phaseward_tools.field.tables import Tables
from phaseward_tools.link.parameters import Parameter, from_rows


def known_parameters() -> dict[str, Parameter]:
    kept = Tables().newest()
    return from_rows(*kept) if kept else firmware_parameters()


def firmware_parameters() -> dict[str, Parameter]:
    """The table of the firmware that came with these tools."""
    from phaseward.store import parameters as table

    columns = ["id", "type", "unit", "min", "max", "step", "default", "level", "restart",
               "meaning", "source", "choices"]
    return from_rows(columns, [[*row, list(table.choices(row[0]))] for row in table.rows()])


def complete_parameter(incomplete: str) -> list[tuple[str, str]]:
    return [(name, p.meaning) for name, p in known_parameters().items()
            if name.startswith(incomplete)]


def complete_setting(incomplete: str) -> list[tuple[str, str]]:
    """`ID=`, and after the sign the values.

    For bash `=` is a word of its own, and what it is given replaces only what comes behind it.
    """
    before = _bashs_words_before()
    if incomplete == "=" and before:
        return values_of(before[-1], "")
    if before[-1:] == ["="]:
        return values_of(before[-2] if len(before) > 1 else "", incomplete)
    return setting_of(incomplete)


def _bashs_words_before() -> list[str]:
    """The words before the one at the cursor as bash splits them; none for other shells."""
    words, number = os.environ.get("COMP_WORDS", ""), os.environ.get("COMP_CWORD", "")
    return words.split("\n")[: int(number)] if number.isdigit() else []


def setting_of(word: str) -> list[tuple[str, str]]:
    """What a word `ID` or `ID=VALUE` can become."""
    name, sign, text = word.partition("=")
    if sign:
        return [(f"{name}={value}", text) for value, text in values_of(name, text)]
    return [(f"{name}=", p.meaning) for name, p in known_parameters().items()
            if name.startswith(word)]


def values_of(name: str, text: str) -> list[tuple[str, str]]:
    """The names of an enum's values, or the default, that begin with `text`."""
    found = known_parameters().get(name)
    if found is None:
        return []
    values = found.choices or (str(found.default),)
    return [(value, "") for value in values if value.startswith(text)]


def complete_port(incomplete: str) -> list[tuple[str, str]]:
    from phaseward_tools.field.ports import usb_ports

    return [(device, text) for device, text in usb_ports() if device.startswith(incomplete)]
