"""`phaseward provision`, `package`, `update`: keys and applications."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded
from phaseward_tools.field.options import Key, Level, Port


def _tell(text: str) -> None:
    from phaseward_tools.terminal import console

    console().print(text, markup=False, soft_wrap=True)


@guarded
def provision(
    port: Port = None,
    keys: Annotated[Path | None, typer.Option(
        metavar="FILE", show_default="keys/IDENTITY.json",
        help="Key file; a new one is written with mode 0600, one that is there is used.")] = None,
    master: Annotated[Path | None, typer.Option(
        metavar="FILE", show_default="random keys",
        help="Operator's secret of at least 32 bytes: keys are derived from it and the box's "
             "number.")] = None,
    trust: Annotated[str | None, typer.Option(
        metavar="HEX|FILE", show_default=False,
        help="Public key that must have signed updates.")] = None,
    profile: Annotated[Path | None, typer.Option(
        metavar="FILE", show_default=False,
        help="Parameters to save in it, a file of `params dump` or `diff`.")] = None,
    show_keys: Annotated[bool, typer.Option(
        "--show-keys", help="Print the keys, too; else they are in the file alone.")] = False,
) -> None:
    """Give a new box its keys, the key of updates and its profile of parameters.

    The key file is written before the box has the keys. Repeat the command after an interruption:
    it goes on with that file.
    """
    from phaseward_tools.field.connecting import Way, connected
    from phaseward_tools.flashing.provisioning import Wish, provision

    with connected(Way(port)) as box:
        path = provision(box, Wish(keys, master, trust, profile), _tell)
    if show_keys:
        _tell(path.read_text())


@guarded
def package(
    folder: Annotated[Path, typer.Argument(
        metavar="DIR", show_default=False,
        help="Folder that holds the package `phaseward`, sources or .mpy.")],
    version: Annotated[str, typer.Option(
        "--version", metavar="X.Y.Z", show_default=False, help="Version it is.")],
    sign_key: Annotated[Path, typer.Option(
        metavar="FILE", show_default=False,
        help="The manufacturer's secret key: 32 bytes or 64 hex digits, mode 0600.")],
    board: Annotated[str | None, typer.Option(
        metavar="BOARD", show_default="files for a board with a large RAM",
        help="Board it is for: an RP2040 takes an image that is executed in place, made from "
             "build/firmware/BOARD/mpy.")] = None,
    out: Annotated[Path | None, typer.Option(
        metavar="FILE", show_default="phaseward-X.Y.Z.zip", help="Where to write it.")] = None,
) -> None:
    """Make a signed application package for `phaseward update`, and print its public key."""
    from phaseward_tools.flashing import package_file
    from phaseward_tools.flashing.known import board_of
    from phaseward_tools.signing import public_key

    out = out or Path(f"phaseward-{version}.zip")
    seed = package_file.read_seed(sign_key)
    in_place = board is not None and board_of(board).chip.executes_in_place
    count = package_file.make(folder, version, seed, out, in_place)
    _tell(f"{out}: {count} files, signed by {public_key(seed).hex()}")


@guarded
def update(
    file: Annotated[Path, typer.Argument(metavar="PACKAGE.zip", show_default=False,
                                         help="What `phaseward package` made.")],
    port: Port = None, key: Key = None, level: Level = "technician",
    wait: Annotated[float, typer.Option(
        min=0, metavar="SECONDS",
        help="How long to wait for the end of the trial, 30 healthy control cycles.")] = 120.0,
) -> None:
    """Bring a signed application into a box; it is on trial, and taken back if it does not do
    well.

    The box goes on controlling meanwhile. Repeat the command after an interruption: it goes on
    where it was. An application that was taken back is an error, and the former one runs.
    """
    from phaseward_tools.field.connecting import Way, connected
    from phaseward_tools.flashing import bringing, package_file
    from phaseward_tools.flashing.progress import bar

    manifest, data, version = package_file.read(file)
    way = Way(port, key, level)
    with connected(way) as box, bar(f"{file.name}, {version}") as progress:
        bringing.bring(box, manifest, data, _tell, progress)
    bringing.outcome(lambda: connected(way), wait, _tell)
