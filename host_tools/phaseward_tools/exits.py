"""Exit codes, and the guard that turns every error of a command into one message.

A user never sees a traceback: what went wrong is said in one sentence on stderr. With
PHASEWARD_DEBUG set in the environment the traceback is shown as well, for us.
"""

import functools
import os
import traceback
from collections.abc import Callable, Iterable
from enum import IntEnum

import typer

from phaseward_tools.cases import Case
from phaseward_tools.terminal import errors_console


class Exit(IntEnum):
    """What the exit code of `phaseward` means."""

    DONE = 0
    VERDICT_FAILED = 1
    USAGE = 2
    BAD_INPUT = 3
    MISSING = 4
    UNWRITABLE = 5
    RUN_FAILED = 6
    NO_BOX = 7
    REFUSED = 8
    INTERNAL = 70
    STOPPED = 130


MEANINGS = {
    Exit.DONE: "done, every verdict passed",
    Exit.VERDICT_FAILED: "done, but a verdict failed, a step did, or something differs",
    Exit.USAGE: "the command line was not understood",
    Exit.BAD_INPUT: "an input is wrong or missing: a file, a key, a value, an answer",
    Exit.MISSING: "a program or library that is needed is not there (MicroPython, an extra)",
    Exit.UNWRITABLE: "an output file or folder, or a gateway's storage, cannot be written",
    Exit.RUN_FAILED: "it broke off: a run, a box that died, flashing, a search without result",
    Exit.NO_BOX: "no box could be reached: no such port, taken, unplugged, or another device",
    Exit.REFUSED: "the box refused a request (value, key, level, storage); it is unchanged",
    Exit.INTERNAL: "a fault in phaseward itself",
    Exit.STOPPED: "stopped by Ctrl-C",
}

class JobError(Exception):
    """An error of a worker process, with the message and exit code it had there."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = Exit(code)


# By class name, so that a command does not load the simulator just to know its errors.
_CODES = {
    "ResultWriteError": Exit.UNWRITABLE,
    "ResultError": Exit.BAD_INPUT,
    "ScenarioError": Exit.BAD_INPUT,
    "ProfileError": Exit.BAD_INPUT,
    "ParameterError": Exit.BAD_INPUT,
    "MicroPythonError": Exit.MISSING,
    "PowerFlowError": Exit.RUN_FAILED,
    "NetworkError": Exit.BAD_INPUT,
    "GridFileError": Exit.BAD_INPUT,
    "MissingExtraError": Exit.MISSING,
    "EmulatorLost": Exit.RUN_FAILED,
    "EmulatorError": Exit.MISSING,
    "LinkLost": Exit.RUN_FAILED,
    "EmulateError": Exit.USAGE,
    "TerminalError": Exit.UNWRITABLE,
    "EngineError": Exit.RUN_FAILED,
    "GatewayError": Exit.UNWRITABLE,
    "StudyError": Exit.BAD_INPUT,
    "RigFileError": Exit.BAD_INPUT,
    "KeyFileError": Exit.BAD_INPUT,
    "BoxUnreachable": Exit.NO_BOX,
    "RigError": Exit.RUN_FAILED,
    "MissingRigLibrary": Exit.MISSING,
    "AnswerError": Exit.BAD_INPUT,
    "SearchFailed": Exit.RUN_FAILED,
    "PageError": Exit.UNWRITABLE,
    "FlashInputError": Exit.BAD_INPUT,
    "FlashError": Exit.RUN_FAILED,
    "FlashToolMissing": Exit.MISSING,
    "LinkError": Exit.NO_BOX,
    "Refused": Exit.REFUSED,
    "FieldError": Exit.BAD_INPUT,
    "SiteError": Exit.BAD_INPUT,
    "ClusterLost": Exit.RUN_FAILED,
    "RunsFailed": Exit.RUN_FAILED,
}


def verdict_code(cases: Iterable[Case]) -> Exit:
    """Whether the runs a report speaks of passed all their verdicts."""
    passed = all(case.main.passed for case in cases)
    return Exit.DONE if passed else Exit.VERDICT_FAILED


def code_of(error: BaseException) -> Exit:
    """The exit code for an error, by its class or the nearest of its bases."""
    if isinstance(error, KeyboardInterrupt):
        return Exit.STOPPED
    if isinstance(error, JobError):
        return error.code
    names = (cls.__name__ for cls in type(error).__mro__)
    return next((_CODES[name] for name in names if name in _CODES), Exit.INTERNAL)


def message_of(error: BaseException) -> str:
    """One message for a user."""
    code = code_of(error)
    if code is Exit.STOPPED:
        return "stopped; nothing was written"
    if code is not Exit.INTERNAL or isinstance(error, JobError):
        return str(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return (f"fault in phaseward itself: {type(error).__name__}: {error} "
            f"({os.path.basename(frame.filename)}:{frame.lineno}); please report it, with what "
            "PHASEWARD_DEBUG=1 shows")


def show_traceback(error: BaseException) -> None:
    """For us, where the environment asks for it."""
    if os.environ.get("PHASEWARD_DEBUG"):
        traceback.print_exception(error)


def guarded(command: Callable) -> Callable:
    """Wrap a command: errors end in a message on stderr and their exit code."""
    @functools.wraps(command)
    def run(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except (Exception, KeyboardInterrupt) as error:
            show_traceback(error)
            errors_console().print(f"phaseward: {message_of(error)}", style="red",
                                   markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(int(code_of(error))) from None

    return run
