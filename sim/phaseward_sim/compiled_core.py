"""The decision core, compiled for this machine from the same source by mypyc, where wanted.

`make compiled-core` compiles into build/compiled. A process started with the environment variable
PHASEWARD_COMPILED_CORE set to that folder takes `phaseward.core` from there, everything else from
the source. Pure Python stays the default. Decisions are the same; a test replays traces.

Failure: RuntimeError where the folder holds no compiled core, or one of another state of the
source or another Python.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

VARIABLE = "PHASEWARD_COMPILED_CORE"
STAMP = "compiled-from"


def source_hash(core: Path) -> str:
    """Of all sources of the core, and of the Python they are compiled for."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(core.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def use_if_wanted() -> None:
    """Take the compiled core if the environment names one; `phaseward.core` comes after."""
    folder = os.environ.get(VARIABLE)
    if folder:
        use(Path(folder))


def use(folder: Path) -> None:
    """Put the compiled core in front of the pure one; see the module's text for failures."""
    import phaseward

    source = Path(phaseward.__path__[-1]) / "core"
    stamp = folder / STAMP
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != source_hash(source):
        raise RuntimeError(f"{VARIABLE}={folder}: no compiled core of this source and this "
                           "Python there; run `make compiled-core`, or unset the variable")
    place = str(folder.resolve() / "phaseward")
    if place not in phaseward.__path__:
        if "phaseward.core.box" in sys.modules:
            raise RuntimeError("the pure core is loaded already")
        phaseward.__path__.insert(0, place)
        sys.path.append(str(folder.resolve()))  # the library that all modules share lies here


def in_use() -> bool:
    """Whether this process decides by compiled code."""
    from phaseward.core import box

    return not box.__file__.endswith(".py")
