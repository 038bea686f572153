"""What can go wrong on a rig. Every message says what to do."""


class RigFileError(ValueError):
    """A rig file cannot be used; the text reads `file:line: key: what was expected, got what`."""


class RigError(RuntimeError):
    """The rig, or the box on it, does not do what the run needs; the run breaks off."""


class BoxUnreachable(RigError):
    """Nobody answers at a box's console."""


class RigRefused(RigError):
    """The run could harm the box or needs a flag that was not given; nothing was switched on."""


class MissingRigLibrary(RuntimeError):
    """A library that a resource of the rig needs is not installed; the text says how to get it."""


def needed(library: str, what: str, extra: str = "hil") -> MissingRigLibrary:
    """The error for a library of one of the project's extras."""
    return MissingRigLibrary(f"{what} needs {library}, which is not installed: "
                             f"pip install 'phaseward[{extra}]'")
