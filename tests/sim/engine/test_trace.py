"""A recorded trace replayed gives every decision again, on CPython and on MicroPython."""

import os
import subprocess
from pathlib import Path

import pytest
from sim.engine.scenes import BALANCER, BOX, CARS, CONTRACT, scene

import phaseward
from phaseward_sim.engine import replay, run, trace
from phaseward_sim.loop.micropython import MicroPythonError, find_micropython

EVENTS = """events:
  - {at_s: 200, do: console, box: BOX, line: set pb_enable=0}
  - {at_s: 300, do: meter_fault, box: BOX, fault: silent, for_s: 120}
  - {at_s: 500, do: console, box: BOX, line: set pb_enable=1}
"""


@pytest.fixture(scope="module", params=["balancer", "blocking"])
def recorded(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("traces")
    writer = trace.TraceWriter(folder)
    if request.param == "balancer":
        parts, box, step = [BALANCER], "balancer", 1
    else:
        parts, box, step = [CARS, BOX, "learning: {days: 1, step_s: 300}\n"], "box", 5
    run(scene(*parts, EVENTS.replace("BOX", box), duration_s=900, step_s=step), trace=writer)
    return writer.save()[0]


def decisions(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line.startswith("D,")]


def test_a_trace_holds_one_sample_and_one_decision_per_poll(recorded):
    lines = recorded.read_text().splitlines()
    polls = 900 if recorded.stem == "balancer" else 180  # 1 s and 5 s over 900 s
    samples = [line.split(",") for line in lines if line.startswith("S,")]
    assert len(samples) == len(decisions(recorded)) == polls
    assert all(len(fields) == 1 + len(trace.SAMPLE) for fields in samples)
    assert all(len(d.split(",")) == 1 + len(trace.DECISION) for d in decisions(recorded))
    assert len(set(decisions(recorded))) > 5  # something was decided
    assert any(line.startswith("H,") for line in lines) == (recorded.stem == "box")
    stale = [fields for fields in samples if fields[1 + trace.SAMPLE.index("state_u_ln")] != "0"]
    assert len(stale) >= polls // 10  # of 120 s without answer, the part beyond the first polls


def test_replay_on_this_python_gives_every_decision_again(recorded):
    assert trace.check(recorded) == len(decisions(recorded))


def test_what_a_box_was_told_is_in_its_trace(tmp_path):
    """Clock and car: without them the replay would miss the lift before the departure."""
    writer = trace.TraceWriter(tmp_path)
    run(scene(CONTRACT, duration_s=2400), trace=writer)
    path, = writer.save()
    kinds = {line[0] for line in path.read_text().splitlines()}
    assert {"T", "V"} <= kinds
    assert trace.check(path) == 480
    without = [line for line in path.read_text().splitlines() if line[0] not in "TV"]
    path.write_text("\n".join(without) + "\n")
    with pytest.raises(trace.TraceError):
        trace.check(path)


def test_replay_on_micropython_gives_every_decision_again(recorded):
    try:
        program = find_micropython()
    except MicroPythonError as missing:
        pytest.skip(str(missing))
    firmware = Path(phaseward.__file__).resolve().parents[1]
    answer = subprocess.run(
        [program, replay.__file__, str(recorded)], capture_output=True, text=True, check=True,
        env={**os.environ, "MICROPYPATH": f"{firmware}:.frozen"})
    assert answer.stdout.splitlines() == decisions(recorded)


def test_a_changed_sample_is_noticed_at_its_line(recorded, tmp_path):
    lines = recorded.read_text().splitlines()
    last = max(k for k, line in enumerate(lines) if line.startswith("D,"))
    lines[last] = lines[last][:-1] + ("1" if lines[last][-1] == "0" else "0")
    changed = tmp_path / "changed.trace"
    changed.write_text("\n".join(lines) + "\n")
    with pytest.raises(trace.TraceError, match=f"changed.trace:{last + 1}: recorded D,"):
        trace.check(changed)


def test_a_line_of_unknown_kind_is_refused(tmp_path):
    bad = tmp_path / "bad.trace"
    bad.write_text("B,1,1\nX,1\n")
    with pytest.raises(ValueError, match="unknown kind of line: X"):
        trace.check(bad)
