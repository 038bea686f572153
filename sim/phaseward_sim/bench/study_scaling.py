"""How well a study uses two workers: the same runs in this process, then on local Dask clusters.

Efficiency = time with one worker / (workers * time with that many). Wall-clock time, so only
meaningful on a machine with that many idle processors. Needs `distributed` (extra `study`).
`python -m phaseward_sim.bench.study_scaling` prints the table.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from .. import study

SCENARIO = """\
version: 1
name: scaling
seed: 1
start: 2016-01-28T17:00:00
duration_s: 3600
step_s: 5
grid: {excerpt: rural2}
devices:
  ev: [{name: car, place: {count: 6}, habit: {}}]
boxes: [{name: box, for_each: car, poll_s: 5, parameters: {bl_enable: 1}}]
"""
STUDY = """\
version: 1
name: scaling
base: scaling.yaml
seeds: {{first: 1, count: {seeds}}}
variants: [{{name: boxes}}]
measure: [u_min_v]
"""
SEEDS, WORKERS = 96, (0, 1, 2)  # so many that the cluster's start weighs little


def rows(seeds: int = SEEDS, workers=WORKERS):
    """(name, value, unit) of each number of workers; 0 is without Dask.

    The start of the cluster is in the time, and so is the import of the simulator by each worker.
    """
    spent_s = {count: run_s(seeds, count) for count in workers}
    for count, wall_s in spent_s.items():
        name = f"study of {seeds} runs, " + (f"{count} Dask workers" if count else "without Dask")
        yield name, wall_s, "s"
    for count in workers:
        if count > 1 and 1 in spent_s:
            share = spent_s[1] / (count * spent_s[count])
            yield f"efficiency of {count} workers against one", 100 * share, "%"


def run_s(seeds: int, workers: int) -> float:
    """Wall time of a study in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "scaling.yaml").write_text(SCENARIO)
        path = Path(folder) / "study.yaml"
        path.write_text(STUDY.format(seeds=seeds))
        plan = study.make_plan(study.load(path))
        began_s = time.perf_counter()
        study.execute(plan, study.Store(Path(folder) / "out"), workers=workers)
        return time.perf_counter() - began_s


def main() -> None:
    """Print the table in Markdown."""
    print("| what | value | unit |\n|---|---:|---|")
    for name, value, unit in rows():
        print(f"| {name} | {value:.3g} | {unit} |", flush=True)


if __name__ == "__main__":
    main()
