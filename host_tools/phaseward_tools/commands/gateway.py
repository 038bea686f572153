"""`phaseward gateway`: the application as a process on this computer."""

import signal
from pathlib import Path
from typing import Annotated

import typer

from phaseward_tools.exits import guarded


@guarded
def gateway(
    config: Annotated[Path, typer.Argument(
        metavar="CONFIG.yaml", show_default=False, help="The gateway's file.")],
    check: Annotated[bool, typer.Option(
        "--check", help="Only read the file and say what is wrong with it.")] = False,
) -> None:
    """Run the box's application on this computer: a smart-meter gateway on Linux.

    Its meter is on a serial device or on Modbus TCP, its outputs are files or pins of a Modbus I/O
    module, its console is a pseudo-terminal. It runs until SIGTERM or Ctrl-C: then the outputs are
    made safe and the records kept.
    """
    from phaseward_sim.loop.micropython import find_micropython
    from phaseward_tools.gateway.settings import load
    from phaseward_tools.gateway.starter import Starter
    from phaseward_tools.terminal import errors_console

    file = load(config)
    if check:
        print(f"{config}: good, identity {file.identity()}")
        return

    def tell(text: str) -> None:
        errors_console().print(f"gateway: {text}", markup=False, highlight=False, soft_wrap=True)

    starter = Starter(file, find_micropython(), tell)
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: starter.stop())
        if not starter.taken and file.gateway.parameters:
            tell("the box has parameters of its own: those of the file are left out")
        print(f"console {starter.console.link} -> {starter.console.path}", flush=True)
        starter.run()
    finally:
        starter.close()
    print("stopped: outputs safe, records kept", flush=True)
