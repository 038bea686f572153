"""Recorded traces through the core in the image: every decision as on CPython.

tests/core/test_core_replay.py holds CPython and the unix port to the recorded decisions; here the
third one joins. Only the beginning of each trace: `make replay-image` takes the whole.
"""

import sys

import pytest
from image import replay_rig

pytestmark = pytest.mark.slow

STEPS = 250
sys.path[:0] = [str(path.parent) for path in replay_rig.PLAYERS]


@pytest.mark.parametrize("path", replay_rig.TRACES, ids=lambda path: path.stem)
def test_the_image_decides_the_same(image, tmp_path, path):
    lines = replay_rig.part(path, STEPS)
    expected = replay_rig.decided_here(tmp_path, lines)
    assert len(expected) == STEPS
    on_image = list(replay_rig.decided_on_image(image, tmp_path, lines))
    for number, (other, own) in enumerate(zip(on_image, expected, strict=True)):
        assert other == own, f"step {number} of {path.name}"
