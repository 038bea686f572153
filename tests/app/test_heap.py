"""The control cycle allocates nothing, and the heap stays flat, measured on MicroPython."""

import subprocess
from pathlib import Path

import pytest

from phaseward_sim.loop.box_process import FIRMWARE
from phaseward_sim.loop.micropython import find_micropython

SCRIPT = Path(__file__).parent / "heap_of_cycle.py"
MONTH = SCRIPT.with_name("heap_of_month.py")
BLOCK_BYTES = 16  # MicroPython's unit of heap


def test_a_thousand_control_cycles_allocate_nothing(tmp_path):
    """Meter, relay and power stage: polled, decided, driven, read back, supervised."""
    command = [find_micropython(), "-X", "heapsize=2m", SCRIPT, FIRMWARE, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    words = done.stdout.split()
    found = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    assert found["inverter_fault"] == 0, "and the inverter is told its limit in every cycle"
    assert found["stage_fault"] == 0 and found["meter_ok"] > 2 * found["cycles"]
    assert found["changes"] > 10, "the blocking law must have been at work"
    assert 1 <= found["saves"] <= 10, "every 15 minutes while a load is held back"
    assert found["means"] >= 2
    assert found["allocated"] == 0


def days_of(text):
    """One mapping per day: the numbers of its line, and the largest free block in bytes."""
    days = []
    for line in text.splitlines():
        words = line.split()
        if line.startswith("day "):
            days.append(dict(zip(words[::2], map(int, words[1::2]), strict=True)))
        elif "max free sz:" in line:
            days[-1]["largest"] = BLOCK_BYTES * int(words[-1])
    return days


def run_for_days(folder, days):
    command = [find_micropython(), "-X", "heapsize=2m", MONTH, FIRMWARE, folder, str(days)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3600)
    assert done.returncode == 0, done.stderr
    return days_of(done.stdout)


@pytest.mark.slow
def test_the_heap_is_flat_over_a_simulated_month(tmp_path, record_property):
    """30 days of polls 10 s apart, past two wraps of the ticks, with reports and real files.

    After the first day neither the free heap nor its largest block may move by more than a
    thousandth, which is what the event log in memory may take. Without `keep_compact` the block
    shrank by 0.7 % a day: garbage filled the heap before it was collected, and what was kept for
    an hour lay ever elsewhere in it.
    """
    days = run_for_days(tmp_path, 30)
    assert len(days) == 30 and days[-1]["cycles"] == 30 * 8640
    assert days[-1]["changes"] > 30 * 100, "the blocking law must have been at work every day"
    assert days[-1]["lines"] > days[-1]["changes"]
    for name in ("free", "largest"):
        values = [day[name] for day in days[1:]]
        record_property(name + "_bytes", values[-1])
        print(f"{name}: {values[0]} bytes on day 2, {values[-1]} on day 30")
    free, largest = ([day[name] for day in days[1:]] for name in ("free", "largest"))
    assert max(free) - min(free) <= free[0] // 1000
    assert max(largest) - min(largest) <= largest[0] // 1000
