"""The technician's page in headless Chromium at the image on the emulated chip."""

import pytest
from field.conftest import MANUFACTURER, TECHNICIAN
from field.web_rig import browsing, sit_down
from image.test_image_bench import BOOT_S, identified
from realtime.live_box import LiveBoard
from realtime.test_realtime import connect, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def board(image, tmp_path):
    """A board with keys, on its meter."""
    with LiveBoard(tmp_path / "box", rung="rp2040", l1_kind=1, io_l1_act=1) as live:
        wait_for(lambda: identified(live.port), BOOT_S)
        box = connect(live.port)
        box.provision(bytes.fromhex(TECHNICIAN), bytes.fromhex(MANUFACTURER))
        wait_for(lambda: box.status()["voltage"] == "ok", BOOT_S)
        box.client._stream.close()
        yield live


def exported(technician):
    """What a click on Export would save as a file."""
    technician.page.run("URL.createObjectURL = (blob) => { window.blob = blob; return '#'; }; 1")
    technician.click("export")
    technician.told("values exported")
    return technician.page.run("window.blob.text()")


def test_connect_see_tune_save_export_and_unplug(board, tmp_path):
    with (browsing(tmp_path / "profile") as browser,
          sit_down(browser, tmp_path, board.port) as technician):
        technician.connect()
        assert "on rp2" in technician.text("facts") and "box 4711" in technician.text("facts")
        assert "231." in technician.text("voltages") and "1 dim" in technician.text("limits")

        technician.type("bl_share_pm", "90")
        technician.click("try")
        technician.told("Log in with the box")
        technician.log_in(TECHNICIAN)
        technician.told("Logged in as technician")
        technician.type("bl_share_pm", "90")
        technician.click("try")
        technician.told("On trial for 10 min: bl_share_pm 90")
        technician.click("keep")
        technician.told("Kept until the next restart: bl_share_pm 90")
        technician.click("save")
        technician.told("Saved")
        lines = exported(technician).splitlines()
        assert lines[0].endswith("fresh") and "bl_share_pm=90" in lines and lines[-1] == "end"

        technician.type("bl_share_pm", "120")
        technician.click("try")
        technician.told("On trial for 10 min: bl_share_pm 120")
        technician.page.tell("unplug()")
        technician.told("What is on trial goes back by itself")
    box = connect(board.port)
    assert box.saved()["bl_share_pm"] == 90
    assert box.status()["trial"] == ["bl_share_pm"], "until its ten minutes are over"
    box.client._stream.close()
