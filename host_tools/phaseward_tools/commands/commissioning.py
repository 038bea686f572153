"""`phaseward commission`: a box is set up on site, and a protocol is printed for the file."""

from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import Exit, guarded
from phaseward_tools.field.options import Key, Level, Port


@guarded
def commission(
    port: Port = None, key: Key = None, level: Level = "technician",
    out: Annotated[Path, typer.Option(
        metavar="DIR", help="Folder for the protocol.")] = Path("protocols"),
    profile: Annotated[Path | None, typer.Option(
        metavar="FILE", show_default=False,
        help="Parameters to put in force, a file of `params dump` or `diff`.")] = None,
    addresses: Annotated[str, typer.Option(
        metavar="FIRST-LAST", help="Modbus addresses at which the meter may be.")] = "1-10",
    answers: Annotated[Path | None, typer.Option(
        metavar="FILE.yaml", show_default=False,
        help="Answers for scripts: `technician`, `place`, `meter`, `rotation`, `clicked_l1` ..., "
             "`stage`, `keep`, `remarks`.")] = None,
    wait: Annotated[float, typer.Option(
        min=0, metavar="SECONDS", help="How long to wait for a load that the box itself holds "
        "back, as it does for some minutes after a restart.")] = 900.0,
    yes: Annotated[bool, typer.Option(
        "--yes", help="Take the default of every question that has one.")] = False,
) -> None:
    """Commission a box on site: find its meter, check the wiring, test the outputs, sign it off.

    The meter is looked for at all usual speeds and parities, by the registers that each known one
    has. Every contact is tested once, towards holding back. The protocol is HTML to be printed and
    signed, and PDF where a Chromium is installed. If it breaks off, the box gets its former
    settings back. Exit code 1 says that a step failed.
    """
    from phaseward_tools.commissioning import page
    from phaseward_tools.commissioning.answers import from_file
    from phaseward_tools.commissioning.connecting import site_at
    from phaseward_tools.commissioning.running import Wish, commission
    from phaseward_tools.terminal import console

    def tell(text: str) -> None:
        console().print(text, markup=False, soft_wrap=True)

    first, last = _range(addresses)
    asked = from_file(answers, yes)
    with site_at(port, key, level, wait) as site:
        protocol = commission(site, asked, Wish((first, last), profile), tell)
        name = f"commissioning_{site.box.identity['identity']}_{protocol.date}"
    for title, steps in protocol.sections.items():
        tell(title)
        for step in steps:
            mark = {True: "ok", False: "FAILED", None: "-"}[step.good]
            tell(f"  {mark:6} {step.what}: {step.text}")
    for path in page.write(protocol, out, name):
        tell(f"Protocol: {path}")
    raise typer.Exit(int(Exit.DONE if protocol.good else Exit.VERDICT_FAILED))


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    try:
        found = int(first), int(last or first)
    except ValueError:
        found = (0, 0)
    if not 1 <= found[0] <= found[1] <= 247:
        raise typer.BadParameter(f"--addresses {text}: expected FIRST-LAST within 1 to 247")
    return found
