"""Runs in processes of their own: same results as here, errors by name, nothing left behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from phaseward_tools.exits import Exit, JobError
from phaseward_tools.jobs import Job, processors, run_jobs

SCENARIO = """\
version: 1
name: two_houses
seed: 3
start: 2016-01-28T15:00:00
duration_s: {duration_s}
grid:
  inline:
    transformer_bus: station
    lines:
      - {{name: c1, from_bus: station, to_bus: far, length_m: 400}}
devices:
  loads: [{{name: saw, bus: {bus}, phases: [1], p_w: 6000}}]
  stages: [{{name: s1, bus: far}}]
boxes: [{{name: b1, stage: s1, parameters: {{pb_enable: 1}}}}]
"""
LONG_S = 200_000


@pytest.fixture
def scenario(tmp_path):
    def write(duration_s: int = 60, bus: str = "far") -> Path:
        path = tmp_path / "two_houses.yaml"
        path.write_text(SCENARIO.format(duration_s=duration_s, bus=bus))
        return path
    return write


def _told() -> tuple[dict, object]:
    shares: dict[int, float] = {}
    return shares, shares.__setitem__


def test_workers_bring_the_same_results_in_the_order_of_the_jobs(scenario):
    path = scenario()
    jobs = [Job(path, "core", control) for control in (True, False)]
    shares, tell = _told()
    apart = run_jobs(jobs, tell, workers=2)
    assert shares == {0: 1.0, 1: 1.0}
    here = run_jobs(jobs, tell, workers=1)
    assert [r.meta.control for r in apart] == [True, False]
    for a, b in zip(apart, here, strict=True):
        assert a.measurements == b.measurements
        np.testing.assert_array_equal(a.tables["bus_u"].values, b.tables["bus_u"].values)
    assert shares == {0: 1.0, 1: 1.0}


def test_an_error_in_a_worker_keeps_its_words_and_its_exit_code(scenario):
    path = scenario(bus="nowhere")
    with pytest.raises(JobError, match="two_houses.yaml:12: .*no bus 'nowhere'") as caught:
        run_jobs([Job(path, "core", True), Job(path, "core", False)], _told()[1], workers=2)
    assert caught.value.code == Exit.BAD_INPUT


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in tasks.read_text().split()] if tasks.exists() else []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes in /proc")
@pytest.mark.skipif(processors() < 2, reason="one processor: runs follow one another here")
def test_ctrl_c_ends_every_process_and_writes_nothing(scenario, tmp_path):
    path = scenario(duration_s=LONG_S)
    command = [sys.executable, "-m", "phaseward_tools.main", "simulate", str(path), "--compare",
               "--out", str(tmp_path / "out")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        workers = _wait_for_workers(process.pid)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == Exit.STOPPED
    assert stderr.rstrip().endswith("phaseward: stopped; nothing was written")
    assert "Traceback" not in stderr
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert _all_gone(workers)


def _wait_for_workers(pid: int) -> list[int]:
    """Its child processes, once there are any; one of them is Python's own helper."""
    for _ in range(600):
        found = _children(pid)
        if len(found) >= 2:
            return found
        time.sleep(0.05)
    pytest.fail("no worker process appeared within 30 s")


def _all_gone(pids: list[int]) -> bool:
    """Within some seconds: Python's own helper ends a moment after its parent."""
    for _ in range(200):
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False
