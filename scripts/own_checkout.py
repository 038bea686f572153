"""Look at a user's own checkout of MicroPython: its version, and the faults we correct in ours.

Nothing in it is changed. A version that will not do raises SetupError; a fault is told, with what
it costs and how to correct it.
"""

import re
from collections.abc import Callable
from pathlib import Path

import rp2_sources
from source_package import SetupError

LEAST = (1, 24)
HEAP_COST = "26 to 40 KB more of it"  # measured on an RP2040, see docs/IMAGE.md
_VERSION = re.compile(r"#define MICROPY_VERSION_(MAJOR|MINOR) (\d+)")
# Text that a sound tools/mpy-tool.py does not have -> what it costs.
COSTS = {
    "return -0x2000 <= i <= 0x1FFF":
        "frozen integers beyond 14 bits are big ones: each use of such a default takes heap, and "
        "a control cycle no longer allocates nothing",
    "__attribute__ ((aligned (2)))":
        "frozen native code may load its constants wrongly (the box freezes none)",
}


def look_at(tree: Path, tell: Callable[[str], None]) -> None:
    """Tells what is wrong with the checkout in `tree`. SetupError where it will not do at all."""
    header = tree / "py" / "mpconfig.h"
    if not header.exists():
        raise SetupError(f"MICROPYTHON_DIR={tree} is no checkout of MicroPython: it has no "
                         "py/mpconfig.h")
    version = version_of(header.read_text())
    if version < LEAST:
        raise SetupError(f"MICROPYTHON_DIR={tree} is MicroPython {version[0]}.{version[1]}; "
                         f"{LEAST[0]}.{LEAST[1]} or newer is needed, tested is 1.25")
    if not all((tree / target / name).exists() for name, target in rp2_sources.ADDED.items()):
        tell(f"warning: {tree} makes each function and class of the application on the heap, "
             f"which needs {HEAP_COST}. To have them in flash:\n"
             f"    python scripts/rp2_sources.py {tree}")
    text = (tree / "tools" / "mpy-tool.py").read_text()
    for path, old, new in rp2_sources.EDITS:
        if path == "tools/mpy-tool.py" and old in text:
            tell(f"warning: {tree}/{path}: {COSTS[old]}. To correct it, replace\n"
                 f"    {old}\n  by\n    {new}")


def version_of(header: str) -> tuple[int, int]:
    found = dict(_VERSION.findall(header))
    return int(found.get("MAJOR", 0)), int(found.get("MINOR", 0))
