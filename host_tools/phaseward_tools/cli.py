"""The command's tree: each subcommand is a module in `commands`, `app` holds them together."""

import typer

from phaseward_tools.commands.demo import demo
from phaseward_tools.commands.emulate import emulate
from phaseward_tools.commands.gateway import gateway
from phaseward_tools.commands.report import report
from phaseward_tools.commands.simulate import simulate
from phaseward_tools.commands.study import study
from phaseward_tools.commands.version import version
from phaseward_tools.exits import MEANINGS

COMMANDS = (demo, simulate, study, report, emulate, gateway, version)
_CODES = "\n".join(f"- {int(code)}: {text}" for code, text in MEANINGS.items())

app = typer.Typer(
    name="phaseward", no_args_is_help=True, pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Blocking times and phase balancing for low-voltage grids, from local voltage alone: "
         "simulate the boxes in their grid and see what they do.",
    epilog=f"Exit codes:\n\n{_CODES}",
)
for command in COMMANDS:
    app.command(no_args_is_help=command in (simulate, study, report, gateway))(command)
