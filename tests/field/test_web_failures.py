"""What goes wrong at the port of the technician's page: a clear message each, and a box unchanged
or reverted."""

import json
import os

import pytest
from field.conftest import MANUFACTURER, TECHNICIAN
from field.test_failures import IDENTITY, Other, box_like, frame
from realtime.live_box import LiveBoard
from realtime.test_realtime import connect, wait_for

from phaseward_sim.realtime import PseudoTerminal

pytestmark = pytest.mark.slow


def connected(technician):
    return technician.page.run("document.body.classList.contains('connected')")


def held(port, name="bl_share_pm"):
    box = connect(port)
    try:
        return box.get(name)[name]
    finally:
        box.client._stream.close()


def test_a_port_that_another_program_has_is_told(live, at_box):
    with at_box(live.port, "window.portTaken = true;") as technician:
        technician.click("connect")
        technician.told("is another program on it?")
        technician.page.run("window.portTaken = false; 1")
        technician.connect()


def test_silence_at_the_port_is_told(at_box):
    silent = PseudoTerminal()
    with at_box(silent.path) as technician:
        technician.click("connect")
        technician.told("Nothing answers")
    silent.close()


def test_another_device_is_heard_and_told(at_box):
    with Other(unasked=b"$GPGGA,1234*47\r\n") as gps, at_box(gps.port) as technician:
        technician.click("connect")
        technician.told("something else is heard")
        technician.told("GPGGA")
        assert not connected(technician)


def test_what_is_no_box_although_it_answers_is_told(at_box):
    def talk(line):
        return frame(line, {"hello": 1}) if b" identify*" in line else b""

    with Other(talk) as odd, at_box(odd.port) as technician:
        technician.click("connect")
        technician.told("does not say what a box says of itself")


def test_a_newer_protocol_asks_for_a_newer_page(at_box):
    with Other(box_like(**{**IDENTITY, "protocol": 2})) as newer, at_box(newer.port) as technician:
        technician.click("connect")
        technician.told("take a newer page")
        assert not connected(technician)


def test_an_older_firmware_without_a_request_is_told(at_box):
    with Other(box_like(**IDENTITY)) as older, at_box(older.port) as technician:
        technician.click("connect")
        technician.told("its firmware is older than this page")


def test_unplugged_under_way_what_is_on_trial_goes_back(at_box, tmp_path):
    """In the middle of a request: the port is lost before the answer."""
    with LiveBoard(tmp_path / "box") as board:
        with at_box(board.port) as technician:
            technician.connect()
            technician.type("bl_share_pm", "120")
            technician.click("try")
            technician.told("On trial for 10 min")
            technician.page.tell("box.link.request('set', 'bl_learn_min=60')"
                                 ".catch((e) => { window.caught = e.message; }); unplug()")
            technician.told("was the box unplugged? What is on trial goes back by itself")
            assert "unplugged" in technician.until("window.caught")
            assert not connected(technician)
        board.off()
    with LiveBoard(tmp_path / "box") as again:
        assert held(again.port) == 83


def test_cut_off_in_the_middle_of_a_batch_changes_nothing(live, at_box):
    with at_box(live.port) as technician:
        technician.connect()
        technician.page.tell("box.link.request('begin').then(() => box.link.request('add', "
                             "'bl_share_pm=120')).then(() => unplug())")
        technician.told("was the box unplugged?")
    assert held(live.port) == 83


def test_garbage_on_the_line_is_passed_over(live, at_box):
    with at_box(live.port) as technician:
        technician.connect()
        noise = json.dumps(list(os.urandom(2000).replace(b"\x0a", b"x").replace(b"\x0d", b"x")))
        technician.page.run("fromBox(btoa(String.fromCharCode(60, 43, 10, 255, 0))); 1")
        technician.page.tell(f"box.link.writer.write(Uint8Array.from({noise}))")
        technician.type("bl_share_pm", "90")
        technician.click("try")
        technician.told("On trial for 10 min: bl_share_pm 90")
        technician.click("undo")
        technician.told("Back: bl_share_pm 83")


def test_a_wrong_key_is_refused_and_the_right_one_taken(at_box, tmp_path):
    with LiveBoard(tmp_path / "locked") as board:
        box = connect(board.port)
        box.provision(bytes.fromhex(TECHNICIAN), bytes.fromhex(MANUFACTURER))
        box.client._stream.close()
        with at_box(board.port) as technician:
            technician.connect()

            technician.log_in("12")
            technician.told("A key has 64 hex digits")
            technician.log_in("ee" * 32)
            technician.told("nothing was changed. Is it the key of box 4711, level technician?")
            technician.type("bl_share_pm", "90")
            technician.click("try")
            technician.told("Log in with the box")

            def in_at_last():
                technician.page.run("say(''); 1")
                technician.log_in(TECHNICIAN)
                technician.until("document.getElementById('told').textContent.length > 0")
                return "Logged in" in technician.text("told")

            wait_for(in_at_last)  # the gate is closed for a second
        assert held(board.port) == 83
