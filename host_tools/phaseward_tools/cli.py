"""The command's tree: each subcommand is a module in `commands`, `app` holds them together."""

import typer

from phaseward_tools.commands import hil, params
from phaseward_tools.commands.bringing_up import package, provision, update
from phaseward_tools.commands.commissioning import commission
from phaseward_tools.commands.demo import demo
from phaseward_tools.commands.emulate import emulate
from phaseward_tools.commands.flashing import boards, flash, verify
from phaseward_tools.commands.gateway import gateway
from phaseward_tools.commands.monitor import monitor
from phaseward_tools.commands.reading import events, explain, log, pull
from phaseward_tools.commands.report import report
from phaseward_tools.commands.simulate import simulate
from phaseward_tools.commands.size import size
from phaseward_tools.commands.study import study
from phaseward_tools.commands.study_balancer import study_balancer
from phaseward_tools.commands.version import version
from phaseward_tools.commands.web import web
from phaseward_tools.exits import MEANINGS

# What the help shows together.
PANELS = {
    "In simulation": (demo, simulate, study, study_balancer, size),
    "At a box": (monitor, web, explain, events, log, pull, report),
    "Setting up a box": (boards, flash, provision, commission, package, update,
                         verify),
    "Without hardware": (emulate, gateway),
    "About": (version,),
}
COMMANDS = tuple(command for commands in PANELS.values() for command in commands)
# Commands of two words: the first, its panel, what it is about, and the functions that are the
# second.
GROUPS = {
    "params": ("At a box", "Parameters of a box: read, change, try, copy.",
               (params.get, params.set, params.try_, params.commit, params.revert, params.diff,
                params.dump, params.load, params.save, params.doc)),
    "hil": ("On the bench", "Real boxes on a bench, in the simulated grid.",
            (hil.run, hil.check)),
}
_NEEDS_WORDS = (simulate, study, size, report, gateway, pull, flash, package, update)
_CODES = "\n".join(f"- {int(code)}: {text}" for code, text in MEANINGS.items())

app = typer.Typer(
    name="phaseward", no_args_is_help=True, pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Blocking times and phase balancing for low-voltage grids, from local voltage alone: "
         "simulate the boxes in their grid, and set up, tune and read real ones.",
    epilog=f"Exit codes:\n\n{_CODES}",
)
for panel, commands in PANELS.items():
    for command in commands:
        app.command(no_args_is_help=command in _NEEDS_WORDS, rich_help_panel=panel)(command)
for name, (panel, about, commands) in GROUPS.items():
    group = typer.Typer(name=name, no_args_is_help=True, help=about, rich_markup_mode="markdown")
    for command in commands:
        group.command(command.__name__)(command)
    app.add_typer(group, rich_help_panel=panel)
