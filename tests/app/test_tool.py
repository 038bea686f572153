"""The host's client and the box's tool mode against each other, byte by byte through the port."""

import pytest
from app_rig import INTERPRETERS, METER_ADDRESS, Rig, Surroundings
from link_rig import connect

from phaseward.store.parameters import defaults, rows
from phaseward.store.relations import BELOW
from phaseward_tools.link import AccessRefused, NoAnswer, Refused, device_key

MASTER = bytes(range(40))
TECHNICIAN = device_key(MASTER, "technician", 4711)
MANUFACTURER = device_key(MASTER, "manufacturer", 4711)
RELAY = {"l1_kind": 1, "io_l1_act": 1, "bl_reconnect_s": 0}
RELEASED_S = 600  # from the safe 4.2 kW to 11 kW at 1.1 kW a minute, and a minute or two to begin


@pytest.fixture(params=sorted(INTERPRETERS))
def rig(request, tmp_path):
    with Rig(tmp_path, request.param) as rig:
        rig.run(5)
        yield rig


def test_the_host_learns_the_table_from_the_box(rig):
    box, _ = connect(rig)
    assert box.identity["identity"] == 4711 and box.identity["commissioning"] == 1
    assert list(box.parameters) == [row[0] for row in rows()]
    parity = box.parameters["mb_parity"]
    assert parity.choices == ("none", "even", "odd") and parity.shown(1) == "even"
    assert box.parameters["l1_max_w"].shown(11000) == "11000 W"
    assert box.values() == defaults() == box.saved()


def test_both_pythons_have_the_same_schema_hash(tmp_path):
    hashes = set()
    for interpreter in INTERPRETERS:
        with Rig(tmp_path / interpreter, interpreter) as rig:
            hashes.add(connect(rig)[0].identity["schema"])
    assert len(hashes) == 1


def test_provision_login_set_save_restart(rig):
    box, _ = connect(rig)
    box.provision(TECHNICIAN, MANUFACTURER)
    with pytest.raises(AccessRefused, match="technician's level"):
        box.set({"pb_enable": 1})
    assert box.login("technician", TECHNICIAN) == 1
    assert box.set({"pb_enable": 1, "bl_share_pm": 50})["restart"] == []
    box.save()
    box.client.request("restart")
    rig.run(5)
    assert [reason for _, reason in rig.box.restarts] == ["asked for on the tool"]
    assert box.get("pb_enable", "bl_share_pm") == {"pb_enable": 1, "bl_share_pm": 50}
    with pytest.raises(AccessRefused):
        box.set({"pb_enable": 0})


def test_the_log_tells_who_changed_what_also_after_a_restart(rig):
    box, _ = connect(rig)
    box.provision(TECHNICIAN, MANUFACTURER)
    box.login("technician", TECHNICIAN)
    box.set({"bl_share_pm": 50, "mb_meter": "abb_b23"})
    box.save()
    box.client.request("restart")
    rig.run(5)
    told = [(kind, numbers, origin) for _, _, _, _, kind, numbers, origin in box.log()]
    for entry in (
        ("keys", [], "tool commissioning"),
        ("login", [1], "tool"),
        ("set_bl_share_pm", [83, 50], "tool technician"),
        ("set_mb_meter", [], "tool technician abb_b23"),
        ("save", [2], "tool technician"),
    ):
        assert entry in told, entry
    assert any("set_bl_share_pm 83 50 by tool technician" in line for line in rig.ask("log 0"))


def test_the_wrong_key_is_refused_and_the_right_one_taken_after_a_while(rig):
    box, _ = connect(rig)
    box.provision(TECHNICIAN, MANUFACTURER)
    with pytest.raises(AccessRefused, match="wrong response"):
        box.login("manufacturer", TECHNICIAN)
    rig.run(2)
    assert box.login("manufacturer", MANUFACTURER) == 2


def test_a_large_batch_is_taken_whole_or_not_at_all(rig):
    box, _ = connect(rig)
    lower = {name for name, _ in BELOW}  # stays below its upper threshold
    raised = {name: row.max - (row.step if name in lower else 0)
              for name, row in box.parameters.items()
              if row.type == "int" and row.level == 1 and not row.restart}  # fmt: skip
    assert len(raised) > 50
    with pytest.raises(Refused, match="wrong lines.*bl_share_pm = 5"):
        box.set({**raised, "bl_share_pm": 5})
    assert box.values() == defaults()
    box.set(raised)
    assert {name: box.values()[name] for name in raised} == raised


def test_a_trial_reverts_when_the_host_has_gone(rig):
    box, _ = connect(rig)
    box.try_for(20, {"pb_enable": 1})
    rig.run(15)
    assert connect(rig)[0].get("pb_enable") == {"pb_enable": 1}
    rig.run(10)
    assert connect(rig)[0].get("pb_enable") == {"pb_enable": 0}


def test_lost_requests_and_lost_answers_are_made_good(rig):
    box, stream = connect(rig)
    stream.lose = 2
    box.try_for(30, {"pb_enable": 1})
    stream.deaf = 1
    assert box.commit() == {"pb_enable": 1}, "a second commit would find nothing on trial"
    stream.lose = 3
    with pytest.raises(NoAnswer, match="right port"):
        box.status()
    assert box.status()["voltage"] == "ok"


def test_telemetry_tells_what_the_meter_says(rig):
    box, _ = connect(rig)
    rig.run(5, 231.0, 229.0, 225.0)
    found = box.status()
    for measured, true in zip(found["u_ln_mv"], (231000, 229000, 225000), strict=True):
        assert abs(measured - true) <= 300
    assert found["alarms"] == found["faults"] == [] and found["safe_mode"] == 0
    assert box.bus()[0]["address"] == METER_ADDRESS and box.bus()[0]["timeout"] == 0


def test_a_scan_recognises_the_meter_between_control_cycles(rig):
    """The SDM72D-M and the EEM share registers with the SDM630: all that fit are named."""
    box, _ = connect(rig)
    box.client.request("scan", 1, 3)
    found = box.job_rows(idle=lambda: rig.run(1))
    assert [row["address"] for row in found] == [METER_ADDRESS]
    assert "eastron_sdm630" in found[0]["profiles"]
    counters = box.bus()[0]
    assert counters["age_ms"] < 3000 and box.status()["voltage"] == "ok"


def test_registers_are_read_as_the_device_gives_them(rig):
    """230.0 V as float32 is 0x43660000, at input registers 0 and 1 of an SDM630."""
    box, _ = connect(rig)
    box.client.request("poll", METER_ADDRESS, 4, 0, 2)
    rows_ = box.job_rows(idle=lambda: rig.run(1))
    assert [row["register"] for row in rows_] == [0, 1] and rows_[0]["value"] >> 4 == 0x436
    box.client.request("poll", 9, 4, 0, 2)
    with pytest.raises(Refused, match="address 9: no answer"):
        box.job_rows(idle=lambda: rig.run(1))


def test_a_person_scans_and_sees_lines_as_they_come(rig):
    before = len(rig.lines)
    rig.ask("scan 1 2")
    rig.run(25)
    shown = [line for line in rig.lines[before:] if not line.startswith("!")]
    assert shown[0].startswith(f"address {METER_ADDRESS}, 9600 Bd 8N1: ")
    assert "eastron_sdm630" in shown[0]
    assert shown[1:] == ["ok"]


@pytest.mark.parametrize("pace, profile, address", [
    ((19200, 1), "abb_b23", 3),
    ((38400, 0), "janitza_umg96rme", 1),
    ((9600, 2), "carlo_gavazzi_em340", 2),
])
def test_a_meter_at_another_speed_or_parity_is_found_and_the_box_keeps_its_own(
        tmp_path, pace, profile, address):
    """It answers at its own pace alone; nothing but the looks at other lines leaves the box's."""
    world = Surroundings(*pace, profile, address)
    with Rig(tmp_path, world=world) as rig:
        rig.run(3)
        box, _ = connect(rig)
        box.client.request("scan", "all", 1, 3)
        (found,) = box.job_rows(idle=lambda: rig.run(1))
        assert (found["address"], (found["baud"], found["parity"])) == (address, pace)
        assert profile in found["profiles"]
        rig.run(5)
        assert world.paces[-1] == (9600, 0)
        polls = [at for at, request in world.sent if request[1] == 4 and request[5] > 1]
        assert set(polls[-3:]) == {(9600, 0)}


def test_a_scan_of_all_lines_ends_with_the_one_at_which_a_meter_answers(rig):
    box, _ = connect(rig)
    box.client.request("scan", "all", 1, 2)
    (found,) = box.job_rows(idle=lambda: rig.run(1))
    assert (found["address"], found["baud"], found["parity"]) == (METER_ADDRESS, 9600, 0)
    assert rig.world.paces == [(9600, 0)], "the line was never left"
    assert box.bus()[0]["timeout"] == 0


def test_a_wrong_meter_is_found_from_safe_mode(tmp_path):
    """The profile is missing, so the control task does not run; the scan still does."""
    with Rig(tmp_path, mb_meter="no_such_meter") as rig:
        rig.run(3)
        box, _ = connect(rig)
        assert box.status()["safe_mode"] == 1
        box.client.request("scan", 1, 1)
        assert "eastron_sdm630" in box.job_rows(idle=lambda: rig.run(1))[0]["profiles"]


def test_a_relay_test_switches_and_comes_back(tmp_path):
    with Rig(tmp_path, **RELAY) as rig:
        rig.run(RELEASED_S)
        box, _ = connect(rig)
        assert rig.world.levels["relay_l1"] == 0
        assert box.client.request("relay", 1, 10) == {"output": "relay_l1"}
        rig.run(5)
        assert rig.world.levels["relay_l1"] == 1 and box.status()["testing"] == "relay_l1"
        rig.run(10)
        assert rig.world.levels["relay_l1"] == 0 and box.status()["testing"] is None


def test_reports_do_not_mix_with_replies(tmp_path):
    """Each printed line is wholly a report, a reply or a person's answer."""
    with Rig(tmp_path, **RELAY) as rig:
        box, _ = connect(rig)
        others = []
        box.client._others = others.append
        for _ in range(100):
            box.status()
            rig.run(2, 205.0)
        assert rig.reported("limit"), "something must have been reported meanwhile"
        assert all(line.startswith("!") for line in others)
