"""The tool's mode of a whole box: frames, pages, batches, levels, repeats."""

import json

from box_fakes import MANUFACTURER, TECHNICIAN, Bench, framed, fresh_folder

from phaseward.app.tool.frames import LONGEST_REPLY, encode
from phaseward.app.tool.reading import PROTOCOL
from phaseward.store.parameters import defaults, rows

FOUR_LOADS = {"l%d_kind" % n: 1 for n in range(1, 5)}


def bench(name, **more):
    return Bench(fresh_folder(name), **more)


def good(reply):
    assert reply[0] == "+", reply
    return json.loads(reply[1:])


def refused(reply):
    assert reply[0] == "-", reply
    found = json.loads(reply[1:])
    return found["code"], found["error"]


def pages(box, request, key):
    found, first = [], 0
    while first is not None:
        page = good(box.request("%s %d" % (request, first)))
        assert page["first"] == first
        found += page[key]
        first = page["next"]
    return found


def scenario_known_frames_byte_for_byte():
    """CRC-16/MODBUS of these bytes from a calculation bit by bit with the polynomial 0xA001."""
    assert framed("identify", 0x1A) == b">001a identify*1f87\n"
    assert encode("001a", True, {}) == "<001a +{}*1618"


def scenario_a_box_says_who_it_is():
    found = good(bench("identify").request("identify"))
    assert found["protocol"] == PROTOCOL and found["identity"] == 4711
    assert found["board"] == "test" and found["parameters"] == len(defaults())
    assert found["commissioning"] == 0 and found["level"] == 0
    assert len(found["schema"]) == 16


def scenario_the_box_sends_its_own_table():
    box = bench("schema")
    columns = good(box.request("identify"))["columns"]
    sent = pages(box, "schema", "rows")
    assert columns[:-1] == ["id", "type", "unit", "min", "max", "step", "default", "level",
                            "restart", "meaning", "source"]  # fmt: skip
    assert [row[:-1] for row in sent] == [list(row) for row in rows()]
    assert [row[-1] for row in sent if row[0] == "mb_parity"] == [["none", "even", "odd"]]


def scenario_all_values_in_pages():
    box = bench("values", keys=False, bl_share_pm=50)
    box.request("set pb_enable=1")
    names = [row[0] for row in rows()]
    sent = dict(zip(names, pages(box, "values", "values")))
    saved = dict(zip(names, pages(box, "values", "saved")))
    assert sent == box.values() and saved["bl_share_pm"] == 50
    assert (sent["pb_enable"], saved["pb_enable"]) == (1, 0)


def scenario_every_answer_fits_with_four_loads():
    box = bench("fits", keys=False, **FOUR_LOADS)
    for request in ("status", "explain", "quality", "loads", "loads 4", "bus", "outputs",
                    "meters", "identify"):  # fmt: skip
        assert len(box.request(request)) < LONGEST_REPLY - 20, request
        assert box.request(request)[0] == "+", request


def scenario_all_meters_in_pages():
    box = bench("meters")
    found = pages(box, "meters", "meters")
    assert ["eastron_sdm630", "Eastron", "SDM630-Modbus V2"] in found
    listed = [line.split(":")[0] for line in box.ask("meters")[:-1]]
    assert [meter[0] for meter in found] == listed and len(listed) >= 12


def scenario_reading_is_open_and_writing_is_not():
    box = bench("open")
    assert good(box.request("get pb_enable"))["values"] == {"pb_enable": 0}
    for request in ("set pb_enable=1", "try 60 pb_enable=1", "save", "defaults", "begin",
                    "scan", "poll 1 4 0", "relay 1 5", "restart",
                    "update_manifest 0 QUJD", "update_begin", "update_data 0 QUJD",
                    "update_finish", "provision %s %s" % ("ab" * 32, "cd" * 32)):  # fmt: skip
        assert refused(box.request(request))[0] == "access", request
    assert box.values() == defaults()


def scenario_a_set_takes_all_or_nothing_and_answers_what_is_in_force():
    box = bench("set")
    box.tool_login()
    found = good(box.request("set pb_enable=1 bl_share_pm=50 mb_baud=19200"))
    assert found["values"] == {"pb_enable": 1, "bl_share_pm": 50, "mb_baud": 19200}
    assert found["restart"] == ["mb_baud"]
    code, text = refused(box.request("set pb_enable=0 bl_share_pm=5"))
    assert code == "value" and "10..300" in text
    assert box.values()["pb_enable"] == 1
    assert refused(box.request("set sy_un_mv=240000"))[0] == "access"


def scenario_a_repeated_frame_is_answered_again_and_done_once():
    box = bench("repeat", keys=False)
    noted = []
    box.app.record = lambda kind, numbers, origin: noted.append(kind)
    first = box.request("set pb_enable=1", 77)
    assert box.request("set pb_enable=1", 77) == first
    box.request("save", 78)
    box.request("save", 78)
    assert noted == ["set_pb_enable", "save"]
    box.pass_s(6)
    box.request("save", 78)
    assert noted == ["set_pb_enable", "save", "save"]


def scenario_a_damaged_frame_is_refused_and_changes_nothing():
    box = bench("damaged", keys=False)
    frame = framed("set pb_enable=1", 5)
    for i in range(1, len(frame) - 1):
        for flip in (1, 2, 4):
            broken = bytearray(frame)
            broken[i] ^= flip
            box.send(bytes(broken) + b"\n")
            assert box.values()["pb_enable"] == 0, (i, flip)
    assert '"frame"' in box.send(b">0001 set pb_enable=1*0000\n")[0]
    box.send(frame)
    assert box.values()["pb_enable"] == 1


def scenario_a_batch_over_several_frames_is_taken_whole():
    box = bench("batch")
    box.tool_login()
    good(box.request("begin"))
    assert good(box.request("add pb_enable=1 bl_share_pm=50"))["errors"] == []
    good(box.request("add pb_s_va=20000"))
    assert box.values() == defaults()
    assert good(box.request("apply 3"))["applied"] == 3
    assert [box.values()[n] for n in ("pb_enable", "bl_share_pm", "pb_s_va")] == [1, 50, 20000]


def scenario_half_a_batch_is_refused():
    box = bench("half")
    box.tool_login()
    box.request("begin")
    box.request("add pb_enable=1")
    assert "1 values came, not 2" in refused(box.request("apply 2"))[1]
    assert "no batch is open" in refused(box.request("apply 1"))[1]
    box.request("begin")
    assert "line 1: bl_share_pm = 5" in good(box.request("add bl_share_pm=5"))["errors"][0]
    box.request("add pb_enable=1")
    assert "1 wrong lines" in refused(box.request("apply 2"))[1]
    box.request("begin")
    box.request("add pb_enable=1")
    box.pass_s(62)
    assert "no batch is open" in refused(box.request("apply 1"))[1]
    assert box.values() == defaults()


def scenario_try_commit_revert():
    box = bench("try", keys=False)
    found = good(box.request("try 5 bl_share_pm=50"))
    assert found["values"] == {"bl_share_pm": 50} and found["left_s"] in (4, 5)
    assert good(box.request("status"))["trial"] == ["bl_share_pm"]
    box.pass_s(7)
    assert box.values()["bl_share_pm"] == 83
    box.request("try 5 bl_share_pm=50")
    assert good(box.request("commit"))["values"] == {"bl_share_pm": 50}
    box.request("try 5 bl_share_pm=60")
    assert good(box.request("revert"))["values"] == {"bl_share_pm": 50}


def scenario_keys_are_given_once_and_changed_only_by_the_manufacturer():
    box = bench("provision", keys=False)
    words = [key.hex() if hasattr(key, "hex") else None for key in (TECHNICIAN, MANUFACTURER)]
    assert refused(box.request("provision %s %s" % (words[0], words[0])))[0] == "access"
    assert refused(box.request("provision %s short" % words[0]))[0] == "value"
    assert good(box.request("provision %s %s" % (words[0], words[1])))["level"] == 0
    assert refused(box.request("set pb_enable=1"))[0] == "access"
    box.tool_login()
    assert refused(box.request("provision %s %s" % (words[1], words[0])))[0] == "access"
    box.tool_login("manufacturer")
    good(box.request("provision %s %s" % (words[1], words[0])))
    box.boot()
    assert refused(box.request("set pb_enable=1"))[0] == "access"
    code, text = refused(box.tool_login())
    assert code == "access" and "wrong response" in text


def scenario_nonsense_is_refused_with_a_reason():
    box = bench("nonsense", keys=False)
    for request, code in (
        ("dance", "command"), ("set", "value"), ("set pb_enable", "value"), ("get", "value"),
        ("get nothing", "value"), ("schema 9999", "value"), ("schema x", "value"),
        ("try pb_enable=1 5", "value"), ("commit", "value"), ("revert", "value"),
        ("add a=1", "value"), ("apply", "value"), ("job 0", "value"), ("login", "access"),
        ("challenge king", "access"), ("loads 9", "value"), ("scan 0", "value"),
        ("poll 1 9 0", "value"), ("relay 9 1", "value"), ("identify now", "value"),
        ("provision a b", "value"), ("begin 99", "value"), ("set pb_enable=1_0", "value"),
        ("update_data 0 QUJD", "value"), ("update_finish", "value"),
        ("update_manifest 7 QUJD", "value"), ("update_manifest 0", "value"),
        ("set bl_share_pm=" + "9" * 40, "value"), ("set pb_enable=1 x", "value"),
    ):  # fmt: skip
        assert refused(box.request(request))[0] == code, request
    assert box.values() == defaults()


def scenario_a_scan_of_a_silent_line_finds_nothing_and_can_be_stopped():
    box = bench("scan", keys=False)
    good(box.request("scan 1 2"))
    assert "bus is busy" in refused(box.request("scan 5 6"))[1]
    box.pass_s(20)
    found = good(box.request("job 0"))
    assert (found["rows"], found["done"], found["error"]) == ([], 1, "")
    assert sorted(box.app.master.devices) == [1], "guests must be forgotten"
    good(box.request("scan 1 247"))
    box.pass_s(3)
    box.request("stop")
    box.pass_s(3)
    assert good(box.request("job 0"))["error"] == "stopped"
    assert sorted(box.app.master.devices) == [1]


OWN_PACE = (9600, 10, 0)


def scenario_a_scan_of_all_lines_gives_the_own_pace_back_after_every_request():
    """12 usual paces, one of them the box's own; two requests to the address at each other one."""
    box = bench("all_lines", keys=False)
    own = box.app.master.devices[1]
    good(box.request("scan all 1 1"))
    box.pass_s(40)
    found = good(box.request("job 0"))
    assert (found["rows"], found["done"], found["error"]) == ([], 1, "")
    paces = box.app.platform.bus.paces
    assert len(paces) == 2 * 2 * 11 and set(paces[1::2]) == {OWN_PACE}
    assert len(set(paces[::2])) == 11 and (19200, 11, 1) in paces and OWN_PACE not in paces[::2]
    assert box.app.master.devices == {1: own} and box.app.master.silence_ms == 5


def scenario_whatever_ends_a_scan_of_all_lines_the_own_pace_is_back():
    """Stopped; and a port that has no such speed, as some adapters."""
    box = bench("all_ended", keys=False)
    own = box.app.master.devices[1]
    port = box.app.platform.bus
    good(box.request("scan all 1 3"))
    box.pass_s(15)
    assert port.paces
    box.request("stop")
    box.pass_s(3)
    assert good(box.request("job 0"))["error"] == "stopped"
    assert port.paces[-1] == OWN_PACE and box.app.master.devices == {1: own}

    def refuse(baud, bits, parity):
        raise ValueError("no speed of %d Bd" % baud)

    port.set_line = refuse
    good(box.request("scan all 2 2"))
    box.pass_s(10)
    assert good(box.request("job 0"))["error"].startswith("no speed of ")
    assert box.app.master.devices == {1: own}


def scenario_parameters_changed_during_a_scan_do_not_change_the_pace_it_gives_back():
    """mb_baud is taken up at a restart only: until then the line has the old one."""
    box = bench("all_changed", keys=False)
    good(box.request("set mb_baud=38400"))
    good(box.request("scan all 1 1"))
    box.pass_s(40)
    assert good(box.request("job 0"))["done"] == 1
    assert set(box.app.platform.bus.paces[1::2]) == {OWN_PACE}


def scenario_persons_lines_and_frames_between_each_other():
    box = bench("mixed", keys=False)
    typed = b"version\n" + framed("get pb_enable", 1) + b"get pb_enable\nver" + framed("get", 2)
    lines = box.send(typed + b"sion\nversion\n")
    kinds = [line[0] if line[0] == "<" else line.split(" ")[0] for line in lines]
    assert kinds == ["phaseward", "access:", "ok", "<", "pb_enable=0", "ok", "<",
                     "error:", "phaseward", "access:", "ok"]  # fmt: skip
