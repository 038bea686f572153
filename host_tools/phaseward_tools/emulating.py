"""What `phaseward emulate` does: puts a live box together and runs it until it is told to stop."""

import signal
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import typer

from phaseward_tools.terminal import errors_console


class EmulateError(ValueError):
    """The wish cannot be fulfilled; the text says which option, and what was expected."""


@dataclass(frozen=True)
class Wish:
    """The options of `phaseward emulate`."""

    scenario: Path | None
    rung: str
    pty: bool
    link: Path | None
    bus_pty: bool
    bus_link: Path | None
    volts: str
    settings: list[str]
    identity: int
    box: str | None
    state: Path | None
    speed: float


def emulate_box(wish: Wish) -> None:
    """Until the scenario's end, the console's, Ctrl-C or a stop signal."""
    _check(wish)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs deaf to Ctrl-C
        signal.signal(number, signal.default_int_handler)
    with ExitStack() as stack:
        folder = wish.state or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        console = _console(wish)
        stack.callback(console.close)
        try:
            if wish.scenario is None:
                _alone(wish, folder, console, stack)
            else:
                _in_scenario(wish, folder, console)
        except KeyboardInterrupt:
            _tell("the box is off")


def _check(wish: Wish) -> None:
    if wish.bus_pty and wish.speed != 1:
        raise EmulateError("--speed: a bus on a pseudo-terminal needs real time, --speed 1")
    if wish.scenario is not None and (wish.bus_pty or wish.settings or wish.state):
        raise EmulateError("a scenario brings its own bus and parameters: leave out --bus-pty, "
                           "--set and --state")


def _console(wish: Wish):
    from phaseward_sim.realtime import PseudoTerminal, StandardTerminal

    if not wish.pty:
        return StandardTerminal()
    console = PseudoTerminal(wish.link)
    typer.echo(console.name)  # first of all, for scripts that wait for it
    return console


def _alone(wish: Wish, folder: Path, console, stack: ExitStack) -> None:
    from phaseward_sim.realtime import PseudoTerminal, make_box, serve
    from phaseward_sim.realtime.pace import Pace
    from phaseward_sim.realtime.serving import OutsideBench, SteadyBench

    changed = _settings(wish.settings)
    bus = None
    if wish.bus_pty:
        bus = PseudoTerminal(wish.bus_link)
        stack.callback(bus.close)
        typer.echo(bus.name)
    bench = OutsideBench(bus) if bus else SteadyBench(changed, _volts(wish.volts))
    box, leave = make_box(wish.rung, folder, wish.identity, bench, changed)
    pace = Pace(wish.speed)
    _announce(wish, console)
    try:
        serve(box, leave, console, pace, bus)
    finally:
        _tell_pace(pace)


def _in_scenario(wish: Wish, folder: Path, console) -> None:
    from phaseward_sim import engine, scenario
    from phaseward_sim.realtime import LiveRung
    from phaseward_sim.realtime.pace import Pace

    file = scenario.load(wish.scenario)
    pace = Pace(wish.speed)
    rung = LiveRung(wish.rung, folder, console, pace, wish.box)
    _announce(wish, console)
    try:
        engine.run(file, rung=rung)
    finally:
        _tell_pace(pace)
    _tell("the scenario is over: the box is off")


def _settings(words: list[str]) -> dict:
    """The parameters given, checked by the firmware's own table."""
    from phaseward.store.parameters import defaults

    found = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign or name not in defaults():
            raise EmulateError(f"--set {word}: expected ID=VALUE with an id of docs/PARAMETERS.md")
        try:
            found[name] = _value(name, text)
        except ValueError as error:
            raise EmulateError(f"--set {error}") from None
    return found


def _value(name: str, text: str):
    """The checked value of a parameter; an enum's may be given by its name."""
    from phaseward.store.parameters import TYPE, check, choices, row

    value = text
    if row(name)[TYPE] == "enum" and text in choices(name):
        value = choices(name).index(text)
    elif row(name)[TYPE] != "text":
        value = int(text)
    check(name, value)
    return value


def _volts(text: str) -> list[float]:
    try:
        volts = [float(part) for part in text.split(",")]
    except ValueError:
        volts = []
    if len(volts) != 3 or not all(0 <= v <= 500 for v in volts):
        raise EmulateError(f"--volts {text}: expected three voltages of 0 to 500 V, such as "
                           "231.4,229.1,230.2")
    return volts


def _announce(wish: Wish, console) -> None:
    what = ("an emulated RP2040 with its image" if wish.rung == "rp2040"
            else "the application on MicroPython")
    _tell(f"{what}, console on {console.name}; Ctrl-C switches it off")


def _tell_pace(pace) -> None:
    if pace.lost_s >= 1:
        _tell(f"this machine was too slow: the box's time is {pace.lost_s:.0f} s behind")


def _tell(text: str) -> None:
    errors_console().print(f"phaseward: {text}", markup=False, soft_wrap=True)
