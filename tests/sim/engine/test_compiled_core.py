"""The compiled core decides as the pure one: a trace made by pure Python, replayed compiled."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sim.engine.scenes import BALANCER, BOX, CARS, scene

from phaseward_sim import compiled_core
from phaseward_sim.engine import run, trace

ROOT = Path(__file__).resolve().parents[3]
REPLAY = """import sys
from phaseward_sim import compiled_core
from phaseward_sim.engine import trace
assert compiled_core.in_use()
print(*[trace.check(path) for path in sys.argv[1:]])
"""


def python(folder: Path, *arguments: str):
    environment = {**os.environ, compiled_core.VARIABLE: str(folder)}
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True,
                          text=True)


@pytest.mark.slow
def test_compiled_core_gives_every_decision_again(tmp_path):
    pytest.importorskip("mypyc")
    if not shutil.which("cc"):
        pytest.skip("no C compiler")
    folder = tmp_path / "compiled"
    subprocess.run([sys.executable, ROOT / "scripts" / "compile_core.py", folder], check=True)
    paths, steps = [], 0
    for name, parts, step_s in (("balancer", [BALANCER], 1), ("box", [CARS, BOX], 5)):
        writer = trace.TraceWriter(tmp_path / name)
        run(scene(*parts, duration_s=1800, step_s=step_s), trace=writer)
        paths += writer.save()
        steps += 1800 // max(step_s, 1)
    answer = python(folder, "-c", REPLAY, *map(str, paths))
    assert answer.returncode == 0, answer.stderr
    assert sum(map(int, answer.stdout.split())) == steps


def test_a_folder_without_a_compiled_core_is_refused(tmp_path):
    answer = python(tmp_path, "-c", "import phaseward_sim")
    assert answer.returncode == 1
    assert "no compiled core of this source" in answer.stderr
    assert "make compiled-core" in answer.stderr


def test_a_core_compiled_from_other_source_is_refused(tmp_path):
    (tmp_path / compiled_core.STAMP).write_text("0" * 64)
    assert "no compiled core of this source" in python(tmp_path, "-c",
                                                       "import phaseward_sim").stderr


def test_pure_python_is_the_default():
    assert not compiled_core.in_use()
