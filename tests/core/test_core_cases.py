"""The cases of core: each a test on CPython, each module a test on MicroPython."""

import importlib
import subprocess
from pathlib import Path

import pytest

from phaseward_sim.loop.micropython import MicroPythonError, find_micropython

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNNER = ROOT / "tests" / "bus" / "run_bus_scenarios.py"
MODULES = sorted(path.stem for path in HERE.glob("core_cases_*.py"))


def _cases():
    for name in MODULES:
        module = importlib.import_module(name)
        for case in sorted(vars(module)):
            if case.startswith("scenario_"):
                yield pytest.param(getattr(module, case), id=f"{name[11:]}-{case[9:]}")


@pytest.mark.parametrize("case", list(_cases()))
def test_on_cpython(case):
    case()


@pytest.mark.parametrize("module", MODULES)
def test_on_micropython(module):
    try:
        micropython = find_micropython()
    except MicroPythonError as error:
        pytest.skip(str(error))
    command = [micropython, RUNNER, ROOT / "firmware", HERE, module]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert "ok scenario_" in done.stdout
