"""The image on the emulated chip in real time, its console on a pseudo-terminal."""

import pytest
from realtime.live_box import LiveBoard
from realtime.test_realtime import connect, wait_for

from phaseward_tools.link import NoAnswer

pytestmark = pytest.mark.slow


def identified(port):
    try:
        box = connect(port)
        return box.identity and box
    except NoAnswer:
        return None


def test_the_emulated_board_answers_and_keeps_its_flash(image, tmp_path):
    with LiveBoard(tmp_path, rung="rp2040") as live:
        box = wait_for(lambda: identified(live.port), 120)
        assert box.identity["board"] == "rp2"
        wait_for(lambda: box.status()["voltage"] == "ok", 60)
        box.set({"bl_share_pm": 90})
        box.save()
    with LiveBoard(tmp_path, rung="rp2040") as live:
        box = wait_for(lambda: identified(live.port), 120)
        assert box.get("bl_share_pm") == {"bl_share_pm": 90} and box.identity["boot"] == 2
