"""The bus scenarios: each a test on CPython, each module a test on MicroPython."""

import importlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODULES = sorted(path.stem for path in HERE.glob("bus_scenarios_*.py"))


def _cases():
    for name in MODULES:
        module = importlib.import_module(name)
        for case in sorted(vars(module)):
            if case.startswith("scenario_"):
                yield pytest.param(getattr(module, case), id=f"{name[14:]}-{case[9:]}")


def find_micropython():
    """The interpreter the build made, or the one named by MICROPYTHON, or on PATH; else None."""
    built = ROOT / "build" / "micropython" / "micropython"
    if built.exists():
        return str(built)
    return os.environ.get("MICROPYTHON") or shutil.which("micropython")


@pytest.mark.parametrize("scenario", list(_cases()))
def test_on_cpython(scenario):
    scenario()


@pytest.mark.parametrize("module", MODULES)
def test_on_micropython(module):
    micropython = find_micropython()
    if micropython is None:
        pytest.skip("no MicroPython: run make setup, or name one in MICROPYTHON")
    command = [micropython, "run_bus_scenarios.py", str(ROOT / "firmware"), str(HERE), module]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert done.stdout.count("\nok ") + done.stdout.startswith("ok ") > 0
