"""Boxes in real time: a box in lockstep, paced by the wall clock, with its console on a terminal.

    LiveBox      wraps a box of any rung with a console; the engine runs it like any other
    Terminal     a pseudo-terminal or standard input and output
    serve        one box with a meter of given voltages, until it is told to stop
"""

from .boxes import LiveRung, make_box
from .live import LiveBox
from .serving import serve
from .terminals import PseudoTerminal, StandardTerminal, TerminalError

__all__ = ["LiveBox", "LiveRung", "PseudoTerminal", "StandardTerminal", "TerminalError",
           "make_box", "serve"]
