"""The technician's page in headless Chromium, at a box on a pseudo-terminal."""

import json

import pytest
from field.conftest import MANUFACTURER, TECHNICIAN
from realtime.live_box import LiveBoard
from realtime.test_realtime import connect

from phaseward_tools.web import page as the_page

pytestmark = pytest.mark.slow


def test_connect_see_try_undo_keep_save_and_export(live, at_box):
    with at_box(live.port) as technician:
        technician.connect()
        assert "box 4711" in technician.text("facts")
        assert "231.4 V" in technician.text("voltages") or "231.3 V" in technician.text("voltages")
        assert "1 dim" in technician.text("limits") and "own quantile" in technician.text("limits")
        assert "serial/1: ok" in technician.text("bus")

        technician.type("bl_share_pm", "5")
        technician.told("expected 10 to 300 permille")
        technician.type("bl_share_pm", "90")
        technician.type("l2_kind", "lock")
        technician.click("try")
        technician.told("On trial for 10 min: ")
        assert technician.value("bl_share_pm") == "90" and technician.value("l2_kind") == "lock"
        technician.until("document.getElementById('trial').textContent.includes('bl_share_pm')")
        technician.click("save")
        technician.told("values are on trial")
        technician.click("undo")
        technician.told("Back: ")
        assert technician.value("bl_share_pm") == "83" and technician.value("l2_kind") == "none"

        technician.type("bl_share_pm", "95")
        technician.click("try")
        technician.told("On trial")
        technician.click("keep")
        technician.told("Kept until the next restart: bl_share_pm 95 permille")
        technician.click("undo")
        technician.told("Back: bl_share_pm 83 permille")
        technician.click("undo")
        technician.told("nothing to take back")
        technician.type("bl_share_pm", "96")
        technician.click("try")
        technician.told("On trial")
        technician.click("keep")
        technician.told("Kept")
        technician.click("save")
        technician.told("Saved")
        exported = technician.page.run(
            "batchText(box, {bl_share_pm: held.get('bl_share_pm').value}, true)")
        assert exported.splitlines()[0] == "load 2 fresh" and "bl_share_pm=96" in exported
        technician.click("connect")
        technician.until("!document.body.classList.contains('connected')")
    box = connect(live.port)
    assert box.saved()["bl_share_pm"] == 96
    box.set({"bl_share_pm": 83})
    box.save()
    box.client._stream.close()


def test_a_file_is_taken_whole_or_not_at_all(live, at_box):
    with at_box(live.port) as technician:
        technician.connect()
        load = ("loadFile({{target: {{files: [new File([{}], 'site.txt')], value: ''}}}})"
                ".catch((e) => say(e.message, true))")
        bad = "load 2\nbl_learn_min=60\nbl_share_pm=5\nnonsense=1\nend\n"
        technician.page.tell(load.format(json.dumps(bad)))
        technician.told("line 3: bl_share_pm = 5: expected 10 to 300")
        technician.told("line 4: nonsense: this box has no such parameter. Nothing was changed")
        assert technician.value("bl_learn_min") == "4320"
        technician.page.tell(load.format(json.dumps("load 2\nbl_learn_min=60\nend\n")))
        technician.told("1 values changed by site.txt")
        assert technician.value("bl_learn_min") == "60"
        technician.click("undo")
        technician.told("Back: bl_learn_min 4320 min")


def test_without_a_key_reading_only_and_with_it_more(at_box, tmp_path_factory):
    with LiveBoard(tmp_path_factory.mktemp("locked")) as locked:
        box = connect(locked.port)
        box.provision(bytes.fromhex(TECHNICIAN), bytes.fromhex(MANUFACTURER))
        box.client._stream.close()
        with at_box(locked.port) as technician:
            technician.connect()
            technician.type("bl_share_pm", "90")
            technician.click("try")
            technician.told("Log in with the box")
            technician.log_in(TECHNICIAN)
            technician.told("Logged in as technician")
            technician.type("bl_share_pm", "90")
            technician.click("try")
            technician.told("On trial for 10 min")
            technician.click("undo")
            technician.told("Back")


def test_the_page_is_one_file_that_loads_nothing():
    text = the_page()
    assert "/*STYLE*/" not in text and "/*SCRIPT*/" not in text
    assert "src=" not in text and "@import" not in text and "http" not in text.replace(
        "http-equiv", "")
