"""Which serial port: the one named, or the only one on which a box can be."""

from phaseward_tools.link import PortError


def usb_ports() -> list[tuple[str, str]]:
    """(name, what it says of itself) of the USB serial ports of this machine."""
    from serial.tools import list_ports

    return sorted((port.device, port.description or "?") for port in list_ports.comports()
                  if port.vid is not None)


def the_port(name: str | None) -> str:
    """The port to use. PortError where none is named and not exactly one is there."""
    if name:
        return name
    found = usb_ports()
    if len(found) == 1:
        return found[0][0]
    if not found:
        raise PortError("no USB serial port is there: plug the box in, or name a port with --port "
                        "(without hardware: phaseward emulate --pty)")
    listed = "\n".join(f"  {device}  {text}" for device, text in found)
    raise PortError(f"{len(found)} USB serial ports are there; name one with --port:\n{listed}")
