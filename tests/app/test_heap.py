"""The control cycle allocates nothing in the steady state, measured on MicroPython."""

import subprocess
from pathlib import Path

from phaseward_sim.loop.box_process import FIRMWARE
from phaseward_sim.loop.micropython import find_micropython

SCRIPT = Path(__file__).parent / "heap_of_cycle.py"


def test_a_thousand_control_cycles_allocate_nothing(tmp_path):
    """Meter, relay and power stage: polled, decided, driven, read back, supervised."""
    command = [find_micropython(), "-X", "heapsize=2m", SCRIPT, FIRMWARE, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    words = done.stdout.split()
    found = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    assert found["stage_fault"] == 0 and found["meter_ok"] > 2 * found["cycles"]
    assert found["changes"] > 10, "the blocking law must have been at work"
    assert 1 <= found["saves"] <= 10, "every 15 minutes while a load is held back"
    assert found["allocated"] == 0
