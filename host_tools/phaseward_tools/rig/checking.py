"""`phaseward hil check`: looks at every box, line, module and source of a rig, and says what is
wrong.

One thing after the other, each on its own, so that one that is broken hides no other.
"""

from __future__ import annotations

import time
from pathlib import Path

from phaseward_tools.key_file import KeyFileError
from phaseward_tools.link import LinkError
from phaseward_tools.terminal import console

from . import listening
from .diagnosis import Fault, Finding, judge_bus, judge_loop
from .driver.inputs import open_inputs
from .driver.scpi_source import open_source
from .errors import BoxUnreachable, MissingRigLibrary, RigError
from .load import RigFile, load
from .readers import TELEMETRY
from .strategy import BoxStrategy

_SPEED_S = 3.0
_FOLLOW_S = 2
_STYLE = {True: "[green]ok[/green]    ", False: "[bold red]WRONG[/bold red] "}


def check_rig(path: Path, seconds: float, relays: bool) -> list[Finding]:
    """Findings about everything on the rig, in the order of its file."""
    file = load(path)
    return [finding for what in file.rig.boxes
            for finding in _check_box(file, what, seconds, relays)]


def print_findings(findings: list[Finding]) -> None:
    """One line each."""
    for finding in findings:
        where = "" if finding.good else f" [{finding.fault.value}]"
        console().print(_STYLE[finding.good], end="")
        console().print(f"{finding.subject}: {finding.text}{where}", markup=False, soft_wrap=True)


def _check_box(file: RigFile, what, seconds: float, relays: bool):
    strategy = BoxStrategy(what, file)
    try:
        strategy.connect()
    except BoxUnreachable as error:
        yield Finding(what.console, Fault.WIRING, str(error))
        strategy.close()
        return
    except (RigError, KeyFileError) as error:
        yield Finding(what.name, Fault.RIG, str(error))
        strategy.close()
        return
    try:
        yield _who(what, strategy.box)
        yield from _check_line(what, strategy.box, seconds)
        yield from _check_modules(what, strategy.box, relays)
        if what.source is not None:
            yield _check_source(what)
    except LinkError as error:
        yield Finding(what.name, Fault.BOX, f"stopped answering: {error}")
    finally:
        strategy.close()


def _who(what, box) -> Finding:
    who, status = box.identity, box.status()
    text = f"box {who['identity']}, firmware {who['firmware']} on {who['board']}"
    if who["commissioning"]:
        text += ", in commissioning"
    faults = [row for row in box.outputs() if row["fault"]]
    if status["safe_mode"] or faults:
        told = [f"{row['output']}: {row['fault']}" for row in faults]
        return Finding(what.name, Fault.BOX, "; ".join(
            [text, *(["safe mode"] if status["safe_mode"] else []), *told]))
    return Finding(what.name, Fault.NONE, text)


def _check_line(what, box, seconds: float):
    values = box.values()
    if len(what.adapters) > 1:
        yield from judge_loop(listening.loop(what, values))
    heard, counted = listening.listen(what, box, values, seconds)
    for one in heard:
        if one.bytes and not one.addresses:
            one.speed = listening.readable_speed(one.port, values, _SPEED_S)
    yield from judge_bus(what.name, heard, counted)


def _check_modules(what, box, relays: bool):
    modules = []
    for way in what.read_back:
        if way.kind == TELEMETRY:
            continue
        try:
            modules.append(open_inputs(way))
            modules[-1].read()
            yield Finding(modules[-1].name, Fault.NONE, "answers")
        except (RigError, MissingRigLibrary) as error:
            yield Finding(way.kind, Fault.WIRING, str(error))
    if relays:
        yield from _follow(what, box, modules)
    for module in modules:
        module.close()


def _follow(what, box, modules):
    """Holds each load back for a moment: telemetry and all modules must see it."""
    for row in box.outputs():
        if not row["levels"]:
            continue
        load = int(row["output"][-1])
        before = _seen(box, modules)
        box.hold_back(load, _FOLLOW_S)
        time.sleep(1.0)
        after = _seen(box, modules)
        for reader, levels in after.items():
            pins = [pin for pin in row["levels"] if pin in levels]
            if pins and all(levels[pin] == before[reader][pin] for pin in pins):
                yield Finding(reader, Fault.WIRING, f"{row['output']} was told to hold load {load}"
                              " back and no change is seen here")
            elif pins:
                yield Finding(reader, Fault.NONE, f"{row['output']} follows")
        time.sleep(_FOLLOW_S)


def _seen(box, modules) -> dict[str, dict[str, int]]:
    told = {pin: level for row in box.outputs() for pin, level in row["levels"].items()}
    return {"telemetry": told} | {module.name: module.read() for module in modules}


def _check_source(what) -> Finding:
    try:
        source = open_source(what.source)
    except (RigError, MissingRigLibrary) as error:
        return Finding(what.source.resource, Fault.WIRING, str(error))
    try:
        text = source.identify()
        return Finding(what.source.resource, Fault.NONE, f"{text}, output off")
    finally:
        source.close()
