"""The balancer's scenario on the image: running, shut down, on again; every verdict passes."""

from pathlib import Path

import pytest

from phaseward_sim import scenario
from phaseward_sim.engine.running import run

pytestmark = pytest.mark.slow

SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "balancer_t1_t2_t3.yaml"


def test_every_verdict_of_t1_t2_t3_passes_on_the_image(image):
    result = run(scenario.load(SCENARIO), "rp2040")
    assert result.meta.rung == "rp2040"
    assert [m.key for m in result.measurements if m.passed is False] == []
