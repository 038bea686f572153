"""An hour of the fullest box: heap and largest free block flat, no restart, no lost byte.

`make soak` takes 24 hours."""

import pytest
from image.full_site import PARAMETERS, FullSite
from image.image_rig import commissioned
from image.soak import SLACK_BYTES, hour

pytestmark = pytest.mark.slow

SETTLING_S = 120


def test_an_hour_leaves_the_heap_as_it_was(image, tmp_path):
    with commissioned(tmp_path, image, FullSite(), mb_poll_ms=5000, **PARAMETERS) as rig:
        before = hour(rig, SETTLING_S)
        after = hour(rig, 3600 - SETTLING_S)
    assert after["restarts"] == after["overruns"] == 0
    assert abs(after["used"] - before["used"]) <= SLACK_BYTES
    assert abs(after["largest"] - before["largest"]) <= SLACK_BYTES
