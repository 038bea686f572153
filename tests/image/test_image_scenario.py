"""Scenarios on the image, with the verdicts of the other rungs: the balancer's, and an evening."""

from pathlib import Path

import pytest

from phaseward_sim import scenario
from phaseward_sim.engine.running import run

pytestmark = pytest.mark.slow

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
EVENING = SCENARIOS / "evening_short.yaml"
ON_A_CHIP = "box01"  # a wallbox that is dimmed and a heat pump that is locked


def verdicts(result):
    return {m.key: m.passed for m in result.measurements if m.passed is not None}


def test_every_verdict_of_t1_t2_t3_passes_on_the_image(image):
    result = run(scenario.load(SCENARIOS / "balancer_t1_t2_t3.yaml"), "rp2040")
    assert result.meta.rung == "rp2040"
    found = verdicts(result)
    assert found and all(found.values()), found


def test_the_evening_has_the_same_verdicts_on_all_three_rungs(image):
    """One box is the image, its eleven neighbours on the feeder are the application as processes:
    a box sees the others through the voltage only."""
    file = scenario.load(EVENING)
    results = {rung: run(file, rung) for rung in ("core", "unix", f"rp2040:{ON_A_CHIP}")}
    found = [verdicts(result) for result in results.values()]
    assert len(found[0]) == 4 and all(found[0].values()), found[0]
    assert found[1] == found[0] and found[2] == found[0], found
