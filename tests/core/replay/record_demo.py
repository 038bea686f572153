"""Records what the boxes of the demo scenarios saw and decided, again: after a change of a law.

    .venv/bin/python tests/core/replay/record_demo.py

Keeps the balancer's trace and that of one household's box.
"""

import shutil
import tempfile
from pathlib import Path

from phaseward_sim.engine import run
from phaseward_sim.engine.trace import TraceWriter
from phaseward_sim.scenario import load

HERE = Path(__file__).parent
SCENARIOS = HERE.parents[2] / "scenarios"
KEPT = {"balancer_t1_t2_t3": "balancer", "evening_blocking": "box07"}


def record(scenario: str, box: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trace = TraceWriter(folder)
        run(load(SCENARIOS / f"{scenario}.yaml"), "core", trace=trace)
        trace.save()
        shutil.copy(trace.path(box), HERE / f"demo_{box}.trace")


for scenario, box in KEPT.items():
    record(scenario, box)
