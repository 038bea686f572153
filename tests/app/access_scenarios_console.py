"""A person at the console of a whole box: levels, batches, trials, tests of outputs."""

from box_fakes import MANUFACTURER, TECHNICIAN, Bench, Platform, Restarted, fresh_folder

from phaseward.store.parameters import defaults
from phaseward.store.slots import SlotFile

RELAY = {"l1_kind": 1, "io_l1_act": 1, "bl_reconnect_s": 0, "l1_safe_w": 11000}


def bench(name, **more):
    return Bench(fresh_folder(name), **more)


def scenario_without_login_everything_can_be_read_and_nothing_changed():
    box = bench("read_only")
    for line in ("help", "status", "get", "explain", "events", "budget", "bus", "version",
                 "identify", "diff", "dump", "meters", "poll", "relay"):  # fmt: skip
        assert box.ask(line)[-1] == "ok", line
    before = dict(box.values())
    for line in ("set pb_enable=1", "try pb_enable=1 60", "load", "save", "defaults", "restart",
                 "scan", "poll 1 4 0", "relay 1 5"):  # fmt: skip
        answer = box.ask(line)
        assert len(answer) == 1 and answer[0].startswith("error: "), line
        assert "technician's level" in answer[0], answer
    assert box.values() == before
    assert box.app._restart_reason is None and box.app.bus_jobs.job is None


def scenario_a_technician_changes_his_parameters_and_not_the_manufacturers():
    box = bench("technician")
    assert box.login() == ["level technician", "ok"]
    assert box.ask("set pb_enable=1") == ["pb_enable=1", "ok"]
    assert box.ask("set bl_share_pm=50 pb_s_va=20000") == ["bl_share_pm=50", "pb_s_va=20000", "ok"]
    assert "manufacturer's level" in box.ask("set sy_un_mv=240000")[0]
    assert box.values()["sy_un_mv"] == 230000
    assert box.login("manufacturer") == ["level manufacturer", "ok"]
    assert box.ask("set sy_un_mv=240000") == ["sy_un_mv=240000", "ok"]


def scenario_a_manufacturers_value_on_trial_is_not_committed_by_a_technician():
    """Setting the tried value, trying it for longer, or committing it would all make it stay."""
    box = bench("trial_levels")
    box.login("manufacturer")
    box.ask("try sy_un_mv=240000 30")
    box.login("technician")
    for line in ("set sy_un_mv=240000", "try sy_un_mv=240000 3600", "commit", "revert"):
        assert "manufacturer's level" in box.ask(line)[0], line
    box.pass_s(31)
    assert box.values()["sy_un_mv"] == 230000
    assert box.ask("set sy_un_mv=230000") == ["sy_un_mv=230000", "ok"]


def scenario_after_logout_nothing_can_be_changed():
    box = bench("logout")
    box.login()
    assert box.ask("logout") == ["level open", "ok"]
    assert box.ask("set pb_enable=1")[0].startswith("error: ")


def scenario_a_persons_login_does_not_open_the_tools_session():
    box = bench("separate")
    box.login()
    assert '"access"' in box.request("set pb_enable=1")
    box.ask("logout")
    box.tool_login()
    assert box.ask("set pb_enable=1")[0].startswith("error: ")


def scenario_of_several_values_in_one_line_all_or_none_are_taken():
    box = bench("one_line", keys=False)
    assert box.ask("set pb_enable=1 bl_share_pm=5")[0].startswith("error: bl_share_pm = 5")
    assert "manufacturer" in box.ask("set pb_enable=1 sy_un_mv=240000")[0]
    assert box.values()["pb_enable"] == 0


def scenario_a_trial_goes_back_by_itself():
    box = bench("trial", keys=False, start_ms=(1 << 30) - 5000)
    box.ask("set bl_share_pm=60")
    answer = box.ask("try bl_share_pm=50 pb_enable=1 10")
    assert answer[:2] == ["bl_share_pm=50", "pb_enable=1"] and "back in 10 s" in answer[2]
    box.pass_s(8)
    assert box.values()["bl_share_pm"] == 50 and box.app.box.balancer.enable
    box.pass_s(3)
    assert box.values()["bl_share_pm"] == 60 and box.values()["pb_enable"] == 0
    assert not box.app.box.balancer.enable


def scenario_a_trial_ends_with_a_restart_too():
    box = bench("trial_restart", keys=False)
    box.ask("set bl_share_pm=60")
    box.ask("save")
    box.ask("try bl_share_pm=50 3600")
    assert "values are on trial" in box.ask("save")[0]
    box.boot()
    assert box.values()["bl_share_pm"] == 60


def scenario_a_committed_trial_stays_and_a_reverted_one_goes():
    box = bench("commit", keys=False)
    box.ask("try bl_share_pm=50 5")
    assert box.ask("commit") == ["bl_share_pm=50", "ok"]
    box.pass_s(10)
    assert box.values()["bl_share_pm"] == 50
    box.ask("try bl_share_pm=70 5")
    assert box.ask("revert") == ["bl_share_pm=50", "ok"]
    assert box.ask("revert") == ["error: nothing is on trial"]


def scenario_a_second_trial_goes_back_to_before_the_first():
    box = bench("two_trials", keys=False)
    box.ask("try bl_share_pm=50 5")
    box.ask("try bl_share_pm=70 pb_enable=1 20")
    box.pass_s(10)
    assert box.values()["bl_share_pm"] == 70
    box.pass_s(12)
    assert box.values()["bl_share_pm"] == defaults()["bl_share_pm"]
    assert box.values()["pb_enable"] == 0


def scenario_a_value_set_during_its_trial_stays():
    box = bench("set_in_trial", keys=False)
    box.ask("try bl_share_pm=50 pb_enable=1 5")
    box.ask("set bl_share_pm=40")
    box.pass_s(7)
    assert box.values()["bl_share_pm"] == 40 and box.values()["pb_enable"] == 0


def scenario_what_needs_a_restart_cannot_be_tried():
    box = bench("try_restart", keys=False)
    assert "use set" in box.ask("try mb_baud=19200 60")[0]
    assert "1..86400" in box.ask("try pb_enable=1 90000")[0]
    assert box.ask("try pb_enable=1")[0].startswith("error: expected try")
    assert box.values()["pb_enable"] == 0


def scenario_a_dump_loads_again_on_another_box():
    box = bench("dump", keys=False)
    box.ask("set bl_share_pm=50 mb_meter=carlo_gavazzi_em340 io_l2_act=relay")
    dump = box.ask("dump")
    assert dump[-1] == "ok" and dump[-2] == "end" and len(dump) == len(defaults()) + 4
    other = bench("dump_other", keys=False)
    answer = other.send("\n".join(dump[:-1]).encode() + b"\n")
    assert answer[-1] == "ok" and not [line for line in answer if "error" in line]
    assert other.values() == box.values()


def scenario_a_diff_with_its_marks_replays_from_defaults():
    box = bench("diff", keys=False)
    box.ask("set bl_share_pm=50 pb_enable=1")
    diff = box.ask("diff")[:-1]
    assert sorted(diff) == ["bl_share_pm=50 *", "pb_enable=1 *"]
    other = bench("diff_other", keys=False)
    other.ask("set bl_jitter_s=5")
    other.send("\n".join(["load 2 fresh"] + diff + ["end"]).encode() + b"\n")
    assert other.values() == box.values()


def scenario_one_wrong_line_refuses_the_whole_batch():
    box = bench("bad_batch", keys=False)
    typed = b"load\n# from the bench\npb_enable=1\nbl_share_pm=5\nno_such=1\npb_enable=0\nend\n"
    answer = box.send(typed)
    assert "line 3: bl_share_pm = 5" in answer[2] and "line 4: no_such" in answer[3]
    assert "line 5: pb_enable is given twice" in answer[4]
    assert answer[-1] == "error: 3 wrong lines: nothing of the batch is taken"
    assert box.values() == defaults()
    assert box.ask("version")[-1] == "ok"


def scenario_a_batch_of_an_older_schema_is_converted_and_of_a_newer_one_refused():
    """Schema 1 had sy_save_s in seconds; 1000 s are 17 minutes, rounded up."""
    box = bench("schemas", keys=False)
    box.send(b"load 1\nsy_save_s=1000\nend\n")
    assert box.values()["sy_save_min"] == 17
    assert "this firmware takes 1.." in box.ask("load 99")[0]


def scenario_a_batch_that_was_left_or_cancelled_changes_nothing():
    box = bench("left", keys=False)
    box.send(b"load\npb_enable=1\n")
    box.pass_s(62)
    assert box.ask("end") == ["error: no command end; try help"]
    box.send(b"load\npb_enable=1\n")
    assert box.ask("cancel") == ["dropped", "ok"]
    assert box.values() == defaults()


def scenario_a_batch_ends_nowhere_if_the_session_has_ended():
    box = bench("expired")
    box.login()
    box.send(b"load\npb_enable=1\n")
    box.app.service.person.logout()
    assert "technician's level" in box.ask("end")[0]
    assert box.values() == defaults()


def scenario_defaults_leave_what_the_session_may_not_change():
    box = bench("defaults", sy_un_mv=240000, bl_share_pm=50)
    box.login()
    assert box.ask("defaults") == ["ok"]
    assert box.values()["bl_share_pm"] == 83 and box.values()["sy_un_mv"] == 240000
    box.login("manufacturer")
    box.ask("defaults")
    assert box.values() == defaults()


def scenario_a_relay_test_holds_back_for_a_while_and_never_releases():
    box = bench("relay", keys=False, **RELAY)
    box.app.sample.state[0] = 0
    box.pass_s(4)
    pin = box.platform.pins["relay_l1"]
    decision = box.app.box.decision
    decision.blocked[0] = 0
    box.app.outputs.show(decision)
    assert pin.level == 0
    assert box.ask("relay 1 3") == ["relay_l1 holds load 1 back for 3 s", "ok"]
    box.app.outputs.show(decision)
    assert pin.level == 1
    assert "is being tested" in box.ask("relay 1 3")[0]
    box.pass_s(5)
    decision.blocked[0] = 0
    box.app.outputs.show(decision)
    assert pin.level == 0
    decision.blocked[0] = 1
    assert "held back already" in box.ask("relay 1 3")[0]
    assert "no relay" in box.ask("relay 2 3")[0]
    assert "1..300" in box.ask("relay 1 301")[0]


def scenario_a_box_without_keys_says_so_and_one_with_damaged_keys_too():
    box = bench("loud", keys=False)
    assert "COMMISSIONING" in box.ask("version")[1]
    assert "COMMISSIONING" in " ".join(box.ask("status"))
    assert "manufacturer's level" in box.ask("set sy_un_mv=240000")[0]
    for end in (".a", ".b"):
        with open(box.folder + "/keys" + end, "wb") as file:
            file.write(b"rubbish")
    box.boot()
    assert "LOCKED" in box.ask("version")[1]
    assert "technician's level" in box.ask("set pb_enable=1")[0]


def scenario_a_factory_reset_takes_a_button_held_from_power_up():
    box = bench("reset", bl_share_pm=50)
    button = box.platform.input("factory_reset")
    box.pass_s(20)
    button.level = 1
    box.pass_s(20)
    assert box.values()["bl_share_pm"] == 50, "pressed too late"
    box.boot()
    button = box.platform.input("factory_reset")
    button.level = 1
    box.pass_s(8)
    button.level = 0
    box.pass_s(2)
    button.level = 1
    box.pass_s(20)
    assert box.values()["bl_share_pm"] == 50, "not held for 10 s"
    box.boot()
    box.platform.input("factory_reset").level = 1
    try:
        box.pass_s(12)
        raise AssertionError("no reset")
    except Restarted as restart:
        assert str(restart) == "factory reset"
    box.boot()
    assert box.values() == defaults()
    assert box.app.service.keys.commissioning


def scenario_a_board_without_the_button_has_no_factory_reset():
    class Buttonless(Platform):
        def input(self, name):
            if name == "factory_reset":
                raise ValueError("no such pin")
            return Platform.input(self, name)

    box = Bench(fresh_folder("buttonless"), platform=Buttonless, bl_share_pm=50)
    box.pass_s(20)
    assert box.values()["bl_share_pm"] == 50


def scenario_every_change_is_recorded_with_who_made_it():
    box = bench("recorded")
    noted = []
    box.app.record = lambda kind, numbers, origin: noted.append((kind, tuple(numbers), origin))
    box.login()
    box.ask("set bl_share_pm=50 mb_meter=abb_b23")
    box.ask("set bl_share_pm=50")
    box.ask("try pb_enable=1 5")
    box.pass_s(7)
    box.ask("save")
    assert noted[0] == ("login", (1,), "console")
    assert sorted(noted[1:3]) == [
        ("set_bl_share_pm", (83, 50), "console technician"),
        ("set_mb_meter", (), "console technician abb_b23"),
    ]
    assert noted[3:] == [
        ("set_pb_enable", (0, 1), "console technician try"),
        ("set_pb_enable", (1, 0), "trial revert"),
        ("save", (2,), "console technician"),
    ]


def scenario_keys_do_not_show_anywhere():
    """No answer to any command contains a part of a key, in hex or as bytes."""
    box = bench("secret")
    secrets = [TECHNICIAN[:4], MANUFACTURER[:4]]
    texts = ["".join(["%02x" % byte for byte in secret]) for secret in secrets]
    for name in box.app.service.commands.table:
        if name != "scan":
            shown = "\n".join(box.ask(name))
            assert not [text for text in texts if text in shown], name
    assert SlotFile(box.folder, "keys").load() == TECHNICIAN + MANUFACTURER
