"""What the shell offers at the tab key: parameters, values of enums, ports.

Made from the table of the box seen last, else from the firmware's own: the shell must not wait for
a box.
"""

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
    """`ID=`, and after the sign the names of an enum's values, or the default."""
    name, sign, text = incomplete.partition("=")
    found = known_parameters()
    if not sign:
        return [(f"{name}=", p.meaning) for name, p in found.items()
                if name.startswith(incomplete)]
    if name not in found:
        return []
    values = found[name].choices or (str(found[name].default),)
    return [(f"{name}={value}", "") for value in values if value.startswith(text)]


def complete_port(incomplete: str) -> list[tuple[str, str]]:
    from phaseward_tools.field.ports import usb_ports

    return [(device, text) for device, text in usb_ports() if device.startswith(incomplete)]
