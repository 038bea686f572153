"""An update through the port: the host's sender and the box's requests, in virtual time."""

import pytest
from app_rig import INTERPRETERS, Rig
from link_rig import connect
from package import STRANGER, files, manifest, selection, trust

from phaseward.update.selection import BASE, NONE, SLOT_A
from phaseward_tools.link import AccessRefused, Refused, device_key
from phaseward_tools.link.updating import PART, send
from phaseward_tools.signing import make_manifest, stream

VERSION = "0.2.0"
DATA = stream(files(VERSION))
MASTER = bytes(range(40))


@pytest.fixture(params=sorted(INTERPRETERS))
def rig(request, tmp_path):
    with Rig(tmp_path, request.param) as rig:
        rig.run(5)
        trust(str(tmp_path))
        yield rig


def sent(rig, client, a_manifest, data):
    send(client, a_manifest, data, pause=lambda s: rig.run(1))


def test_a_package_arrives_and_is_on_trial_after_the_restart(rig):
    """Without a readable meter profile in it this small package cannot run: it is taken back."""
    client = connect(rig)[0].client
    steps = []
    send(client, manifest(VERSION), DATA, lambda *step: steps.append(step), lambda s: rig.run(1))
    assert steps[-1] == (len(DATA), len(DATA)) and steps == sorted(steps)
    state = client.request("update")
    assert state["ready"] == 1 and state["error"] == ""
    assert "application in a on trial" in state["told"]
    client.request("restart")
    rig.run(30)
    found = selection(str(rig.folder))
    assert (found.confirmed, found.trial, found.bad) == (BASE, NONE, SLOT_A)
    kinds = [entry[4] for entry in connect(rig)[0].log()]
    assert "update_begin" in kinds and "update_finish" in kinds


def test_after_a_power_cut_the_sender_goes_on_where_the_flash_ends(rig):
    box, _ = connect(rig)
    client = box.client
    starts = []

    class Cut(Exception):
        pass

    def cut(done, total):
        if done > 6000:
            raise Cut

    with pytest.raises(Cut):
        send(client, manifest(VERSION), DATA, cut, lambda s: rig.run(1))
    rig.box.stop()
    rig.box.start(rig.t_s * 1_000_000)
    rig.run(5)
    client = connect(rig)[0].client
    send(client, manifest(VERSION), DATA, lambda *s: starts.append(s[0]), lambda s: rig.run(1))
    assert 4096 <= starts[0] - PART < 6000
    assert selection(str(rig.folder)).trial == SLOT_A


def test_a_strangers_package_is_refused_with_the_reason(rig):
    client = connect(rig)[0].client
    foreign = make_manifest(VERSION, files(VERSION), STRANGER)
    with pytest.raises(Refused, match="not the manufacturer's"):
        sent(rig, client, foreign, DATA)
    with pytest.raises(Refused, match="send the manifest first"):
        client.request("update_finish")
    assert selection(str(rig.folder)).trial == NONE


def test_what_arrives_wrongly_is_found_and_asked_for_again(rig):
    """The sender's file is damaged for good: three rounds, then the box's reason."""
    client = connect(rig)[0].client
    bad = bytearray(DATA)
    bad[2000] ^= 1
    with pytest.raises(Refused, match="large.py is not as the manifest says"):
        sent(rig, client, manifest(VERSION), bytes(bad))
    sent(rig, client, manifest(VERSION), DATA)
    assert selection(str(rig.folder)).trial == SLOT_A


def test_without_a_technicians_level_nothing_is_taken(rig):
    box, _ = connect(rig)
    box.provision(device_key(MASTER, "technician", 4711), device_key(MASTER, "manufacturer", 4711))
    for words in (("update_manifest", 0, "QQ=="), ("update_begin",), ("update_data", 0, "QQ==")):
        with pytest.raises(AccessRefused, match="an update"):
            box.client.request(*words)
    assert box.client.request("update")["busy"] == 0


def test_requests_that_make_no_sense_are_refused(rig):
    client = connect(rig)[0].client
    for words, reason in (
        (("update_data", 0, "QQ=="), "manifest first"),
        (("update_manifest", 5, "QQ=="), "part at 5, expected 0"),
        (("update_manifest", 0), "OFFSET BASE64"),
        (("update_manifest", 0, "QQ==", "x"), "what is meant by x"),
        (("update_manifest", "x", "QQ=="), "expected a number"),
    ):
        with pytest.raises(Refused, match=reason):
            client.request(*words)


def test_control_goes_on_while_an_update_is_received(rig):
    """No poll is lost to the writes: the meter's counters stay without an error."""
    client = connect(rig)[0].client
    sent(rig, client, manifest(VERSION), DATA)
    assert "timeout 0 crc 0 exception 0 other 0" in rig.ask("bus")[0]
    assert rig.status()["voltage_mv"].split()[3] == "ok"
