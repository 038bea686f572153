"""`make bench`: where the speed and memory of the pieces stand, as a table in Markdown.

CPU time of this machine, of the core, the scenarios and the studies wall-clock time; best of
several runs where they are short. Nothing is asserted. What each row does is said in its first
column. A day with 55 boxes is run on the compiled core (`make compiled-core`) where there is one.
"""

import os
import platform
import subprocess
import sys
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from phaseward_sim import engine, scenario
from phaseward_sim.bench import powerflow, study_scaling
from phaseward_sim.compiled_core import STAMP, VARIABLE
from phaseward_sim.loop.micropython import locate

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 5
CORE_STEPS = 20_000
DAY_S, HOUR_S = 86400, 3600
COMPILED = ROOT / "build" / "compiled"


def main() -> None:
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(f"{locate().fidelity}\n\n| what | value | unit |\n|---|---:|---|")
    for name, value, unit in chain(core_rows(), flow_rows(), loop_rows(), day_rows(),
                                   study_rows()):
        print(f"| {name} | {value:.3g} | {unit} |", flush=True)


def core_rows():
    """The decision core alone, one step a second, all laws on."""
    for name, program in (("CPython", sys.executable), ("MicroPython", locate().path)):
        runs = [core_run(program) for _ in range(REPEATS)]
        yield f"core step on {name}", min(step_us for step_us, _ in runs), "us"
    yield f"heap left by {CORE_STEPS} core steps on MicroPython", runs[0][1], "bytes"


def core_run(program: str) -> tuple[float, int]:
    script = ROOT / "scripts" / "bench_core.py"
    command = [program, script, ROOT / "firmware", str(CORE_STEPS)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    step_us, heap_bytes = answer.split()
    return float(step_us), int(heap_bytes)


def flow_rows():
    """IEEE European LV feeder, 55 single-phase loads: this solver and others at equal accuracy."""
    found = []
    for row in powerflow.rows():
        found.append(row)
        error = "" if row.error_v == 0.0 else f" (largest error {row.error_v:.0e} V)"
        yield f"906 buses, 55 loads: {row.name}{error}", row.step_us, "us"
    for name, factor in powerflow.ratios(found):
        yield name, factor, "times"


def day_rows():
    """A day of one-second steps with control, in processes of their own: compiled where it is."""
    compiled = {VARIABLE: str(COMPILED)} if (COMPILED / STAMP).is_file() else {}
    yield from day_run(1, DAY_S, {})
    if compiled:
        yield from day_run(1, DAY_S, compiled)
        yield from day_run(55, DAY_S, compiled)
    yield from day_run(55, DAY_S if not compiled else HOUR_S, {})


def day_run(boxes: int, duration_s: int, core: dict):
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE} | core
    command = [sys.executable, "-m", "phaseward_sim.bench.closed_loop", str(boxes),
               str(duration_s)]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    for line in answer.stdout.splitlines():
        name, value, unit = (cell.strip() for cell in line.strip("| ").split("|"))
        yield name, float(value), unit


def loop_rows():
    """Each shipped scenario, closed loop with control, on both rungs."""
    for path in sorted((ROOT / "scenarios").glob("*.yaml")):
        source = scenario.load(path)
        for rung in ("core", "unix"):
            meta = engine.run(source, rung=rung, control=True).meta
            speed = meta.duration_s / meta.wall_s
            yield f"scenario {path.stem}, rung {rung}", speed, "x real time"


def study_rows():
    """Many short runs through Dask; nothing where `distributed` (extra `study`) is missing."""
    if find_spec("distributed") is None:
        return []
    return study_scaling.rows()


if __name__ == "__main__":
    main()
