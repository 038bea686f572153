"""Keeps numpy's linear algebra on one thread.

A step of the power flow multiplies a matrix of some hundred rows: far too small to share. With
several threads OpenBLAS makes them wait for each other by spinning, and on a machine whose cores
are busy a product of 20 us then takes 10 ms (measured: a whole run 11 times slower). Runs are
spread over processes instead. A number the user has set in OPENBLAS_NUM_THREADS is respected.
"""

import ctypes
import os
import sys
from pathlib import Path

VARIABLE = "OPENBLAS_NUM_THREADS"
# Names of the function in the OpenBLAS of numpy's and of distributions' packages.
_SETTERS = ("scipy_openblas_set_num_threads64_", "scipy_openblas_set_num_threads",
            "openblas_set_num_threads64_", "openblas_set_num_threads")


def use_one_thread() -> None:
    """Set one thread for this process, before numpy is loaded or after."""
    if VARIABLE in os.environ:
        return
    os.environ[VARIABLE] = "1"
    if "numpy" in sys.modules:
        for library in _bundled(Path(sys.modules["numpy"].__file__).parent):
            _set(library)


def _bundled(package: Path) -> list[Path]:
    """OpenBLAS libraries that a wheel of numpy brings along."""
    folders = (package.parent / "numpy.libs", package / ".dylibs", package / ".libs")
    return [path for folder in folders for path in sorted(folder.glob("*openblas*"))]


def _set(path: Path) -> None:
    """Tell a library that is loaded already; one that cannot be told keeps its threads."""
    try:
        library = ctypes.CDLL(str(path))
    except OSError:
        return
    for name in _SETTERS:
        setter = getattr(library, name, None)
        if setter is not None:
            setter(1)
            return
