"""`phaseward emulate`: a box without hardware, in real time, on a terminal that others open."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded


class EmulateRung(StrEnum):
    """What runs the box."""

    RP2040 = "rp2040"
    UNIX = "unix"


@guarded
def emulate(
    scenario: Annotated[Path | None, typer.Argument(
        metavar="[SCENARIO.yaml]", show_default=False,
        help="A scenario whose feeder the box lives in; none: a meter with steady voltages.")]
    = None,
    rung: Annotated[EmulateRung, typer.Option(
        help="`rp2040`: the image that is flashed, on an emulated chip (needs Node.js and `make "
             "firmware`). `unix`: the same application on this machine's MicroPython.",
    )] = EmulateRung.RP2040,
    pty: Annotated[bool, typer.Option(
        "--pty", help="Put the console on a pseudo-terminal and print its path; without it the "
                      "console is this terminal.")] = False,
    link: Annotated[Path | None, typer.Option(
        metavar="PATH", show_default=False,
        help="A symbolic link to the pseudo-terminal, as a fixed name.")] = None,
    bus_pty: Annotated[bool, typer.Option(
        "--bus-pty", help="Put the RS-485 bus on a pseudo-terminal as well: meters and actuators "
                          "are other programs.")] = False,
    bus_link: Annotated[Path | None, typer.Option(
        metavar="PATH", show_default=False,
        help="A symbolic link to the bus's pseudo-terminal.")] = None,
    volts: Annotated[str, typer.Option(
        metavar="V1,V2,V3", help="Voltages of the three phases at the steady meter.",
    )] = "231.4,229.1,230.2",
    settings: Annotated[list[str] | None, typer.Option(
        "--set", metavar="ID=VALUE", show_default=False,
        help="A parameter saved in the new box; may be repeated.")] = None,
    identity: Annotated[int, typer.Option(
        metavar="N", min=1, max=(1 << 30) - 1, help="The box's own number.")] = 4711,
    box: Annotated[str | None, typer.Option(
        metavar="NAME", show_default="the first", help="Which of the scenario's boxes.")] = None,
    state: Annotated[Path | None, typer.Option(
        metavar="DIR", show_default=False,
        help="Keep the box's flash here and go on with it the next time.")] = None,
    speed: Annotated[float, typer.Option(
        metavar="X", min=0.01, max=1000, help="Virtual seconds in a second.")] = 1.0,
) -> None:
    """Run a box without hardware, in real time, until Ctrl-C.

    The commands for a real box (params, monitor, explain …) work on its pseudo-terminal as on a
    serial port. Its first line of output names the port:

        phaseward emulate --rung unix --pty --link /tmp/box
        phaseward params get --port /tmp/box
    """
    from phaseward_tools.emulating import Wish, emulate_box

    emulate_box(Wish(scenario, rung.value, pty or link is not None, link,
                     bus_pty or bus_link is not None, bus_link, volts, settings or [], identity,
                     box, state, speed))
