"""Boxes may poll faster than the grid steps, and each at its own period."""

import pytest

from phaseward_sim import engine
from phaseward_sim.scenario import loads

TEXT = """\
version: 1
name: polling
seed: 1
start: 2016-01-28T17:00:00
duration_s: 120
step_s: 5
grid:
  inline:
    transformer_bus: lv
    lines: [{{name: w1, from_bus: lv, to_bus: far, length_m: 100}}]
boxes:
  - {{name: one, bus: far, poll_s: {0}}}
  - {{name: two, bus: far, poll_s: {1}}}
"""


@pytest.mark.parametrize("polls", [(1, 1), (1, 5), (7, 5), (2, 20)])
def test_two_boxes_on_rung_core_read_meters_at_their_own_times(polls):
    result = engine.run(loads(TEXT.format(*polls)))
    assert result.tables["bus_u"].values.min() > 220
