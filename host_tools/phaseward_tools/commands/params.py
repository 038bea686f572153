"""`phaseward params`: parameters of a box, with the units, ranges and meanings it tells itself."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded
from phaseward_tools.field.options import Json, Key, Level, Parts, Port, Settings

TECHNICIAN = "technician"
_SAVE = typer.Option("--save", help="Keep all values in force over a restart, too.")


@guarded
def get(
    parts: Parts = None, port: Port = None,
    changed: Annotated[bool, typer.Option(
        "--changed", help="Only those that differ from their default or are not saved.")] = False,
    as_json: Json = False,
) -> None:
    """Show parameters: value, what is allowed, default, meaning.

    A star marks a value that is not saved yet.
    """
    from phaseward_tools.field import showing, tuning
    from phaseward_tools.field.connecting import Way, connected

    with connected(Way(port)) as box:
        showing.parameters(tuning.rows(box, parts, changed), as_json)


@guarded
def set(  # named as it is typed
    settings: Settings, port: Port = None, key: Key = None, level: Level = TECHNICIAN,
    save: Annotated[bool, _SAVE] = False, as_json: Json = False,
) -> None:
    """Change parameters until the next restart: all of them or none."""
    from phaseward_tools.field import showing, tuning
    from phaseward_tools.field.connecting import Way, connected

    with connected(Way(port, key, level)) as box:
        values = tuning.wanted(box, settings)
        before = box.get(*values)
        found = box.set(values)
        if save:
            box.save()
        showing.changed(box, before, found, save, as_json)


def try_(
    settings: Settings, port: Port = None, key: Key = None, level: Level = TECHNICIAN,
    for_time: Annotated[str, typer.Option(
        "--for", metavar="TIME", help="How long, such as 600, 10m or 2h.")] = "10m",
    as_json: Json = False,
) -> None:
    """Change parameters for a while; the box then goes back by itself.

    So it does if you are cut off, and at a restart. `commit` keeps the values, `revert` ends the
    trial at once.
    """
    from phaseward_tools.field import showing, tuning
    from phaseward_tools.field.connecting import Way, connected

    seconds = showing.duration(for_time)
    with connected(Way(port, key, level)) as box:
        values = tuning.wanted(box, settings)
        before = box.get(*values)
        showing.tried(box, before, box.try_for(seconds, values), as_json)


try_.__name__ = "try"
try_ = guarded(try_)


@guarded
def commit(
    port: Port = None, key: Key = None, level: Level = TECHNICIAN,
    save: Annotated[bool, _SAVE] = False, as_json: Json = False,
) -> None:
    """Keep the values that are on trial."""
    from phaseward_tools.field import showing
    from phaseward_tools.field.connecting import Way, connected

    with connected(Way(port, key, level)) as box:
        values = box.commit()
        if save:
            box.save()
        showing.settled(box, values, "stays" if save else "stays until the next restart", as_json)


@guarded
def revert(
    port: Port = None, key: Key = None, level: Level = TECHNICIAN, as_json: Json = False,
) -> None:
    """End a trial now: the former values are in force again."""
    from phaseward_tools.field import showing
    from phaseward_tools.field.connecting import Way, connected

    with connected(Way(port, key, level)) as box:
        showing.settled(box, box.revert(), "is back", as_json)


@guarded
def diff(
    file: Annotated[Path | None, typer.Argument(
        metavar="[FILE]", show_default=False,
        help="Compare with this file; without it print what differs from the defaults, as a "
             "batch that `load` takes on this or another box.")] = None,
    port: Port = None, as_json: Json = False,
) -> None:
    """Show what differs from the defaults, or from a file.

    The box's identity and keys are not among it, so the batch can be loaded on another box.
    """
    from phaseward_tools.field import batch, showing, tuning
    from phaseward_tools.field.connecting import Way, connected

    with connected(Way(port)) as box:
        if file is None:
            values = tuning.differing(box)
            showing.batch_text(batch.text(box, values, fresh=True), values, as_json)
            return
        found = batch.read(file, box.parameters, box.identity.get("ids"))
        showing.differences(tuning.changes(box, found.values, found.fresh), as_json)


@guarded
def dump(
    file: Annotated[Path | None, typer.Argument(
        metavar="[FILE]", show_default=False, help="Write it here; without it to the screen.")]
    = None,
    port: Port = None, as_json: Json = False,
) -> None:
    """Write all parameters as a batch that `load` takes."""
    from phaseward_tools.field import batch, showing
    from phaseward_tools.field.connecting import Way, connected

    with connected(Way(port)) as box:
        values = box.values()
        showing.batch_text(batch.text(box, values, fresh=False), values, as_json, file)


@guarded
def load(
    file: Annotated[Path, typer.Argument(
        metavar="FILE", show_default=False, help="What `diff` or `dump` wrote.")],
    port: Port = None, key: Key = None, level: Level = TECHNICIAN,
    fresh: Annotated[bool, typer.Option(
        "--fresh", help="All parameters that the file does not name to their defaults.")] = False,
    save: Annotated[bool, _SAVE] = False,
    dry_run: Annotated[bool, typer.Option(
        "--dry-run", help="Only check the file, and show what would change.")] = False,
    as_json: Json = False,
) -> None:
    """Put a batch of parameters in force: all of it, or nothing where one line is wrong."""
    from phaseward_tools.field import batch, showing, tuning
    from phaseward_tools.field.connecting import Way, connected

    with connected(Way(port, key, level)) as box:
        found = batch.read(file, box.parameters, box.identity.get("ids"))
        found.fresh = found.fresh or fresh
        changes = tuning.changes(box, found.values, found.fresh)
        restart = [] if dry_run else tuning.load(box, found)["restart"]
        if save and not dry_run:
            box.save()
        showing.loaded(changes, restart, save, dry_run, as_json)


@guarded
def save(port: Port = None, key: Key = None, level: Level = TECHNICIAN) -> None:
    """Keep the parameters in force over a restart. Refused while values are on trial."""
    from phaseward_tools.field.connecting import Way, connected

    with connected(Way(port, key, level)) as box:
        box.save()
        typer.echo("saved")


@guarded
def doc(
    parts: Parts = None, port: Port = None,
    offline: Annotated[bool, typer.Option(
        "--offline", help="Without a box: the table of the firmware of this version.")] = False,
    as_json: Json = False,
) -> None:
    """Explain parameters: meaning, range, default, level, source, from the box's own table."""
    from phaseward_tools.field import showing, tuning
    from phaseward_tools.field.completion import firmware_parameters
    from phaseward_tools.field.connecting import Way, connected

    if offline:
        showing.documentation(showing.matching(firmware_parameters(), parts), as_json)
        return
    with connected(Way(port)) as box:
        showing.documentation(tuning.chosen(box, parts), as_json)
