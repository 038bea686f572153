"""Access, console and tool of a whole box in this process, on CPython and on MicroPython."""

import importlib
import subprocess
from pathlib import Path

import pytest

from phaseward_sim.loop.micropython import find_micropython

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNNER = ROOT / "tests" / "bus" / "run_bus_scenarios.py"
MODULES = sorted(path.stem for path in HERE.glob("access_scenarios_*.py"))


def _cases():
    for name in MODULES:
        module = importlib.import_module(name)
        for case in sorted(vars(module)):
            if case.startswith("scenario_"):
                yield pytest.param(getattr(module, case), id=f"{name[17:]}-{case[9:]}")


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    """Boxes keep their files in `scratch` below the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("scenario", list(_cases()))
def test_on_cpython(scenario):
    scenario()


@pytest.mark.parametrize("module", MODULES)
def test_on_micropython(module, scratch):
    command = [find_micropython(), "-X", "heapsize=4m", RUNNER, ROOT / "firmware", HERE, module]
    done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert "ok scenario_" in done.stdout


def test_thousands_of_lines_leave_no_heap_behind(scratch):
    """What differs from run to run is a last reply or a ring's entry: less than 4 kB."""
    command = [find_micropython(), "-X", "heapsize=4m", HERE / "heap_of_console.py"]
    command += [ROOT / "firmware", HERE]
    done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    held = [int(line.split()[1]) for line in done.stdout.splitlines()]
    assert len(held) == 2 and max(held) < 4096, done.stdout
