"""Options that the commands for a box share."""

from typing import Annotated

import typer

from phaseward_tools.field.completion import complete_parameter, complete_port, complete_setting

Port = Annotated[str | None, typer.Option(
    metavar="PORT", show_default="the only USB serial port", envvar="PHASEWARD_PORT",
    autocompletion=complete_port,
    help="Serial port of the box, such as /dev/ttyACM0.")]
Key = Annotated[str | None, typer.Option(
    metavar="FILE|HEX", show_default=False, envvar="PHASEWARD_KEY",
    help="Key to log in with: 64 hex digits, or a file with them.")]
Level = Annotated[str, typer.Option(
    metavar="LEVEL", help="Level to log in with: technician or manufacturer.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Parts = Annotated[list[str] | None, typer.Argument(
    metavar="[PART]...", show_default=False, autocompletion=complete_parameter,
    help="Only parameters whose id contains one of these.")]
Settings = Annotated[list[str], typer.Argument(
    metavar="ID=VALUE...", show_default=False, autocompletion=complete_setting,
    help="New values; an enum's by number or name.")]
