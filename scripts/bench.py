"""`make bench`: where the speed and memory of the pieces stand, as a table in Markdown.

Wall-clock times of this machine, best of several runs; nothing is asserted. What each row does is
said in its first column.
"""

import os
import platform
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from phaseward_sim import engine, scenario
from phaseward_sim.bench import ieee_european_lv, study_scaling
from phaseward_sim.loop.micropython import locate
from phaseward_sim.powerflow import PowerFlow, reduce, solve_batch

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 5
CORE_STEPS = 20_000
FLOW_STEPS = 2_000
SPREAD = 0.05  # relative change of each load from one step to the next


def main() -> None:
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(f"{locate().fidelity}\n\n| what | value | unit |\n|---|---:|---|")
    for name, value, unit in [*core_rows(), *flow_rows(), *loop_rows(), *study_rows()]:
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
    """IEEE European LV feeder, 55 single-phase loads that change a little at each step."""
    ports, p_w, q_var = ieee_european_lv.loads("on_peak_566")
    model = reduce(ieee_european_lv.network(), ports)
    change = 1 + SPREAD * np.random.default_rng(1).standard_normal((FLOW_STEPS, len(ports)))
    p_w, q_var = p_w * change, q_var * change
    session = PowerFlow(model)

    def one_by_one():
        for p, q in zip(p_w, q_var, strict=True):
            session.step(p, q)

    name = "power flow of 906 buses, 55 loads"
    yield f"{name}, warm step", best_s(one_by_one) / FLOW_STEPS * 1e6, "us"
    batch_s = best_s(lambda: solve_batch(model, p_w, q_var))
    yield f"{name}, in a batch", batch_s / FLOW_STEPS * 1e6, "us"


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


def best_s(work) -> float:
    def once() -> float:
        start_s = time.perf_counter()
        work()
        return time.perf_counter() - start_s

    return min(once() for _ in range(REPEATS))


if __name__ == "__main__":
    main()
