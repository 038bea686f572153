"""Finds the scenarios of modules for CPython, and runs whole modules on MicroPython."""

import importlib
import subprocess
from pathlib import Path

import pytest

from phaseward_sim.loop.box_process import FIRMWARE
from phaseward_sim.loop.micropython import find_micropython

HERE = Path(__file__).parent
FOLDERS = (HERE, HERE.parent / "update", HERE.parents[1] / "host_tools")
RUNNER = HERE / "run_scenarios.py"
PREFIXES = ("scenario_", "cuts_")
PATIENCE_S = 240


def cases(modules):
    """Parameters for pytest: every scenario function of the modules."""
    found = []
    for name in modules:
        module = importlib.import_module(name)
        for case, function in sorted(vars(module).items()):
            if case.startswith(PREFIXES):
                found.append(pytest.param(function, id=case))
    return found


def on_micropython(module):
    """Runs a module's scenarios; name -> what each returned, as text."""
    paths = ":".join(str(folder) for folder in FOLDERS)
    command = [find_micropython(), "-X", "heapsize=16m", RUNNER, FIRMWARE, paths, module]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    lines = [line.split() for line in done.stdout.splitlines()]
    # The collector says EIO for each file that a cut left open: lines without meaning.
    assert done.returncode == 0 and lines, done.stdout[-4000:] + done.stderr[-2000:]
    return {line[1]: line[2] for line in lines if line[0] == "ok"}
