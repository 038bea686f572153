"""Parameters on the screen: tables that fit 80 columns, or JSON."""

import json
from pathlib import Path

import typer
from rich import box as borders
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from phaseward_tools.field import values
from phaseward_tools.field.errors import FieldError
from phaseward_tools.field.tuning import LEVEL_NAMES
from phaseward_tools.terminal import console

_NOT_SAVED = "in force until the next restart; keep with `phaseward params save`"


def duration(text: str) -> int:
    """Seconds of a time on the command line."""
    try:
        return values.seconds(text)
    except ValueError as error:
        raise FieldError(f"--for {error}") from None


def matching(parameters: dict, parts) -> dict:
    """Those whose id contains one of the parts."""
    found = {name: p for name, p in parameters.items()
             if not parts or any(part in name for part in parts)}
    if not found:
        raise FieldError(f"no parameter's id contains {' or '.join(parts)}")
    return found


def print_json(content) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False))


def parameters(rows: list[dict], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    for row in rows:
        value = row["shown"] + ("" if row["saved"] else " *")
        bold = "bold" if row["value"] != row["default"] else ""
        line = f"{row['id']:<15} {value:<20} {row['allowed']}; default {row['default']}"
        console().print(line, markup=False, style=bold, soft_wrap=True)
        console().print(Padding(escape(row["meaning"]), (0, 0, 0, 4)), style="dim")
    if any(not row["saved"] for row in rows):
        console().print("* not saved")


def changed(box, before: dict, found: dict, saved: bool, as_json: bool) -> None:
    """What `set` has done."""
    if as_json:
        print_json({"values": found["values"], "restart": found["restart"], "saved": saved})
        return
    _arrows(box, before, {name: found["values"][name] for name in before})
    if found["restart"]:
        _say(f"taken up at the next restart{'' if saved else ', save first'}: "
             + " ".join(found["restart"]))
    _say("saved" if saved else _NOT_SAVED)


def tried(box, before: dict, found: dict, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    _arrows(box, before, found["values"])
    _say(f"back by itself in {found['left_s']} s, unless `phaseward params commit`")


def settled(box, settled_values: dict, what: str, as_json: bool) -> None:
    """What `commit` or `revert` has done."""
    if as_json:
        print_json({"values": settled_values})
        return
    for name, value in settled_values.items():
        _say(f"{name}={value}  {box.parameters[name].shown(value)} {what}")


def differences(changes: list, as_json: bool) -> None:
    """Box against file: what `load` would change."""
    if as_json:
        print_json([{"id": p.id, "box": old, "file": new} for p, old, new in changes])
        return
    if not changes:
        _say("no difference")
        return
    table = _table("parameter", "box", "file", "meaning")
    for p, old, new in changes:
        table.add_row(p.id, p.shown(old), p.shown(new), p.meaning)
    console().print(table)


def loaded(changes: list, restart: list, saved: bool, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json({"changes": [{"id": p.id, "old": old, "new": new} for p, old, new in changes],
                    "restart": restart, "saved": saved and not dry_run, "dry_run": dry_run})
        return
    for p, old, new in changes:
        _say(f"{p.id}: {p.shown(old)} -> {p.shown(new)}")
    if restart:
        _say("taken up at the next restart: " + " ".join(restart))
    count = f"{len(changes)} values"
    if dry_run:
        _say(f"the file is good; {count} would change, nothing was changed")
    else:
        _say(f"{count} changed, {'saved' if saved else _NOT_SAVED}")


def batch_text(text: str, in_force: dict, as_json: bool, file: Path | None = None) -> None:
    content = json.dumps(in_force) if as_json else text.rstrip("\n")
    if file is None:
        typer.echo(content)
        return
    try:
        file.write_text(content + "\n", encoding="utf-8")
    except OSError as error:
        raise FieldError(f"{file}: cannot be written: {error.strerror}") from None
    _say(f"{len(in_force)} parameters written to {file}")


def documentation(found: dict, as_json: bool) -> None:
    if as_json:
        print_json([vars(p) for p in found.values()])
        return
    for p in found.values():
        head = f"[bold]{escape(p.id)}[/bold]  {escape(values.allowed(p))}, default "
        console().print(head + escape(p.shown(p.default)), soft_wrap=True)
        late = "; taken up at a restart" if p.restart else ""
        _say(f"    {p.meaning}")
        _say(f"    changed by: {LEVEL_NAMES[p.level]}{late}; source: {p.source}")


def _arrows(box, before: dict, after: dict) -> None:
    for name, value in after.items():
        p = box.parameters[name]
        _say(f"{name}={value}  {p.shown(before[name])} -> {p.shown(value)}")


def _say(text: str) -> None:
    console().print(text, markup=False, soft_wrap=True)


def _table(*heads: str) -> Table:
    table = Table(box=borders.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for head in heads:
        table.add_column(head, overflow="fold", no_wrap=head == "parameter")
    return table
