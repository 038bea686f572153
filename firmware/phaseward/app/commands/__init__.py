"""The console's commands, in groups: reading, parameters, field work, access.

Each group has ROWS of (name, what is typed, what it does) and a method `do_<name>` that takes the
arguments as text and returns the lines to print, a generator of them, or a job.
Errors are ValueErrors whose text says what was expected. A parameter's change answers with the
value in force.
"""

from .balancing import Balancing
from .entry import Entry
from .field import Field
from .needs import Needs
from .parameters import Parameters
from .reading import Reading

_USAGE_WIDTH = 30


class Commands:
    """All commands by name in `table`."""

    def __init__(self, service, session):
        self._parameters = Parameters(service, session)
        self._groups = (
            Reading(service, session),
            self._parameters,
            Field(service, session),
            Balancing(service, session),
            Needs(service, session),
            Entry(service, session),
        )
        self.table = {"help": self.do_help}
        for group in self._groups:
            for name, _, _ in group.ROWS:
                self.table[name] = getattr(group, "do_" + name)

    def batch_line(self, line):
        return self._parameters.batch_line(line)

    def do_help(self, arguments):
        """help [PART]: the commands, or those whose text contains PART."""
        part = arguments[0] if arguments else ""
        lines = [_padded("help [PART]") + "this list, or what of it contains PART"]
        for group in self._groups:
            lines += [_padded(usage) + meaning for _, usage, meaning in group.ROWS]
        return [line for line in lines if part in line]


def _padded(text):
    return text + " " * max(1, _USAGE_WIDTH - len(text))
