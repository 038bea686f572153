"""A small feeder whose runs take a tenth of a second, and studies of it."""

import pytest

SCENARIO = """\
version: 1
name: small
seed: 1
start: 2016-01-28T17:00:00
duration_s: 1200
step_s: 60
grid:
  inline:
    transformer_bus: lv
    lines: [{name: w1, from_bus: lv, to_bus: far, length_m: 400, cable: NAYY 4x50}]
devices:
  ev:
    - {name: car, bus: far, phases: [1], habit: {arrive: "17:05", arrive_spread_min: 3}}
boxes:
  - {name: box, loads: [{device: car}], poll_s: 60, parameters: {bl_enable: 1}}
watch: [far]
verdicts:
  - {measure: event_min, against: no_control, at_least: 1}
"""
STUDY = """\
version: 1
name: trial
base: small.yaml
seeds: {first: 1, count: 3}
variants:
  - {name: watching, control: false}
  - {name: boxes}
measure: [u_min_v, event_min]
"""


@pytest.fixture
def study_file(tmp_path):
    """`study_file(text, scenario)` writes both and gives the study's path."""
    def write(text=STUDY, scenario=SCENARIO):
        (tmp_path / "small.yaml").write_text(scenario)
        path = tmp_path / "trial.yaml"
        path.write_text(text)
        return path
    return write
