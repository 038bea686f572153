"""Recorded traces through the box: every decision the same on CPython and on MicroPython."""

import subprocess
import sys
from pathlib import Path

import pytest

from phaseward_sim.loop.micropython import MicroPythonError, find_micropython

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REPLAY = HERE / "replay"
ENGINE = ROOT / "sim" / "phaseward_sim" / "engine"
TRACES = sorted(REPLAY.glob("*.trace"))
sys.path[:0] = [str(REPLAY), str(ENGINE)]


def decided(path):
    from core_replay import decisions

    return list(decisions(path))


def micropython():
    try:
        return find_micropython()
    except MicroPythonError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("path", TRACES, ids=lambda p: p.stem)
def test_decisions_are_the_recorded_ones(path):
    """Where the trace holds decisions; a trace of samples only has none to compare."""
    for number, (answer, recorded) in enumerate(decided(path)):
        assert recorded in (None, answer), f"step {number} of {path.name}"


@pytest.mark.parametrize("path", TRACES, ids=lambda p: p.stem)
def test_micropython_decides_the_same(path):
    command = [micropython(), "-X", "heapsize=400k", REPLAY / "core_replay.py",
               ROOT / "firmware", ENGINE, path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    lines = done.stdout.splitlines()
    expected = [answer for answer, _ in decided(path)]
    assert len(expected) > 100
    for number, (other, own) in enumerate(zip(lines, expected, strict=True)):
        assert other == own, f"step {number} of {path.name}"


def test_the_synthetic_trace_makes_every_law_act():
    """Otherwise comparing its decisions would show little: the columns as in the D lines."""
    rows = [tuple(map(int, answer.split(",")[1:]))
            for answer, _ in decided(REPLAY / "synthetic.trace")]
    column = list(zip(*rows, strict=True))
    load_reasons = set(column[4]) | set(column[5]) | set(column[6])
    # stress, recovery, critical, its release, hold, safe, reconnect, contact, remote, budget
    assert {2, 3, 4, 5, 7, 8, 9, 10, 14} <= load_reasons, load_reasons
    # off, idle, band, limited, stale
    assert {32, 33, 34, 36, 37} <= set(column[23]), set(column[23])
    assert min(column[0]) == 4200 and min(column[1]) == 0 and min(column[2]) == 0
    assert max(column[16]) > 2000 and max(column[19]) > 500


def test_the_synthetic_trace_is_what_its_script_writes():
    from make_synthetic import trace

    assert (REPLAY / "synthetic.trace").read_text().splitlines() == list(trace())


@pytest.mark.parametrize(("extra", "clean"), [([], True), (["leak"], False)])
def test_a_thousand_steps_take_no_heap(extra, clean):
    """gc.mem_alloc() unchanged over 1000 steps, and 1000 more with the heap locked."""
    command = [micropython(), HERE / "core_heap.py", ROOT / "firmware", HERE, *extra]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.stdout == "bytes 0\nok\n") == clean, done.stdout + done.stderr
