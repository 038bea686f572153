"""`phaseward boards`, `flash`, `verify`: firmware on boards."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import Exit, guarded
from phaseward_tools.field.options import Json, Key, Level, Port
from phaseward_tools.flashing.progress import bar


@guarded
def boards(as_json: Json = False) -> None:
    """List the boards there are, and what is plugged in: serial ports and boot loaders."""
    from phaseward_tools.flashing import showing

    showing.boards(as_json)


@guarded
def flash(
    board: Annotated[str, typer.Argument(metavar="BOARD", show_default=False,
                                         help="Kind of board; `phaseward boards` lists them.")],
    file: Annotated[Path | None, typer.Argument(
        metavar="[FILE|DIR]", show_default="build/firmware/BOARD/firmware.uf2 or .bin",
        help="Image (.uf2, .bin), or a folder of files for the board's file system.")] = None,
    port: Annotated[str | None, typer.Option(
        metavar="PORT", show_default=False,
        help="Serial port: of an ESP32, or of a running RP2040 that is to enter its boot "
             "loader.")] = None,
    drive: Annotated[Path | None, typer.Option(
        metavar="DIR", show_default="the one that is mounted",
        help="The drive as which an RP2040 shows itself.")] = None,
    tool: Annotated[str | None, typer.Option(
        metavar="picotool", show_default=False,
        help="Write by picotool although a drive is there.")] = None,
) -> None:
    """Write firmware to a board, over what its chip needs: UF2 drive or picotool, esptool,
    mpremote.

    Interrupted flashing can be repeated. Parameters, history and keys in the board's file system
    stay. What the tool can verify, it verifies; `phaseward verify --image` asks the box itself.
    """
    from phaseward_tools.flashing.errors import FlashInputError
    from phaseward_tools.flashing.known import board_of
    from phaseward_tools.flashing.writing import Wish, flash, standard_image
    from phaseward_tools.terminal import console

    if tool not in (None, "picotool"):
        raise FlashInputError(f"--tool {tool}: expected picotool")
    kind = board_of(board)
    wish = Wish(kind, file or standard_image(kind), port, drive, tool)

    def tell(text: str) -> None:
        console().print(text, markup=False, soft_wrap=True)

    with bar(f"{kind.name}, {wish.path.name}") as progress:
        done = flash(wish, tell, progress)
    tell(done)


@guarded
def verify(
    port: Port = None, key: Key = None, level: Level = "technician",
    image: Annotated[Path | None, typer.Option(
        metavar="FILE", show_default=False,
        help="Image (.uf2, .bin) that must lie in the box's flash, byte for byte.")] = None,
    sources: Annotated[bool, typer.Option(
        "--sources", help="The image must be made of this installation's sources.")] = False,
    profile: Annotated[Path | None, typer.Option(
        metavar="FILE", show_default=False,
        help="Parameters that must be in force, a file of `params dump` or `diff`.")] = None,
    parameters: Annotated[str | None, typer.Option(
        metavar="HASH", show_default=False, help="Hash that the parameters must have.")] = None,
    as_json: Json = False,
) -> None:
    """Compare a box's image, application and parameters with what they should be.

    Without options the hashes are shown only. Exit code 1 says that something differs.
    """
    from phaseward_tools.field.connecting import Way, connected
    from phaseward_tools.flashing import showing, verifying

    with connected(Way(port, key, level)) as box:
        checks = verifying.verify(box, image, sources, profile, parameters)
    showing.checks(checks, as_json)
    wrong = any(check.good is False for check in checks)
    raise typer.Exit(int(Exit.VERDICT_FAILED if wrong else Exit.DONE))
