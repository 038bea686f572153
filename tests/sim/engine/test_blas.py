"""Linear algebra stays on one thread, whether numpy is loaded before the simulator or after."""

import os
import subprocess
import sys

import pytest

_ASK = """
import ctypes, glob, os, sys
{first}
import phaseward_sim, numpy
paths = glob.glob(os.path.join(os.path.dirname(numpy.__file__), "..", "numpy.libs", "*openblas*"))
names = ("scipy_openblas_get_num_threads64_", "openblas_get_num_threads64_")
library = ctypes.CDLL(paths[0]) if paths else None
found = [n for n in names if library is not None and hasattr(library, n)]
print(getattr(library, found[0])() if found else "none")
"""


@pytest.mark.parametrize("first", ["", "import numpy"])
def test_one_thread_whichever_is_imported_first(first):
    clean = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    code = _ASK.format(first=first)
    answer = subprocess.run([sys.executable, "-c", code], env=clean, capture_output=True,
                            text=True, check=True).stdout.strip()
    if answer == "none":
        pytest.skip("this numpy brings no OpenBLAS of its own")
    assert answer == "1"
