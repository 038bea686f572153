"""Time of day, car, room and another meter, told on the console and by a tool."""

import json

from box_fakes import Bench, fresh_folder

from phaseward.app.vehicle import VehicleWatch

CAR = {"l1_kind": 2, "l1_need_wh": 27000, "l1_ready_min": 360, "fi_max_w": 10000}


def bench(name, **more):
    return Bench(fresh_folder(name), **more)


def good(reply):
    assert reply[0] == "+", reply
    return json.loads(reply[1:])


def scenario_the_clock_is_told_read_and_taken_back():
    box = bench("clock", keys=False)
    assert box.ask("clock") == ["time of day not known", "ok"]
    assert box.ask("clock 05:58") == ["05:58", "ok"]
    assert box.app.box.needs.clock.minute == 358
    assert good(box.request("clock"))["minute"] in (358, 359)
    assert box.ask("clock off") == ["time of day not known", "ok"]
    for wrong in ("24:00", "12:60", "noon", "12", "1:2:3"):
        assert "expected HH:MM or off" in box.ask("clock " + wrong)[0], wrong


def scenario_a_car_is_told_by_energy_gone_or_off():
    box = bench("car", keys=False, **CAR)
    assert box.ask("car 1") == ["load 1: car not known", "ok"]
    assert box.ask("car 1 5000") == ["load 1: car with 5000 Wh", "ok"]
    assert box.app.box.needs.comfort[0].missing_wh() == 22000
    assert box.ask("car 1 gone") == ["load 1: no car", "ok"]
    assert good(box.request("car 1 700")) == {"load": 1, "connected": 1, "energy_wh": 700}
    assert good(box.request("car 1 off"))["connected"] == -1
    assert "1..4" in box.ask("car 5")[0]
    assert "expected a number" in box.ask("car 1 -5")[0]


def scenario_a_room_is_told_in_mk_below_its_set_point():
    box = bench("room", keys=False)
    assert box.ask("room 2") == ["load 2: room not known", "ok"]
    assert box.ask("room 2 1200") == ["load 2: room 1200 mK below its set-point", "ok"]
    assert good(box.request("room 2 -300")) == {"load": 2, "below_mk": -300, "known": 1}
    assert good(box.request("room 2 off"))["known"] == 0
    assert "expected a number" in box.ask("room 2 warm")[0]


def scenario_relearn_forgets_the_voltages():
    box = bench("relearn", keys=False, **CAR)
    quantile = box.app.box.laws[0].quantile
    quantile.q, quantile.learned_min = 900000, 5000
    assert box.ask("relearn") == ["forgotten; learning for 4320 min", "ok"]
    assert (quantile.q, quantile.learned_min) == (0, 0)


def scenario_telling_needs_the_technician_and_is_recorded():
    box = bench("telling", **CAR)
    for line in ("clock 06:00", "car 1 5000", "room 1 1200", "relearn"):
        assert "technician" in box.ask(line)[0], line
        assert box.request(line)[0] == "-", line
    assert box.app.box.needs.clock.minute == -1
    box.login()
    for line in ("clock 06:00", "car 1 5000", "room 1 1200", "relearn"):
        assert box.ask(line)[-1] == "ok", line
    log = "\n".join(box.ask("log 0"))
    for kind in (": clock 360 by", ": car 1 1 5000 by", ": room 1 1200 by", ": relearn  by"):
        assert kind in log, (kind, log)


class FakeCharger:
    """As the actuator shows it after a round."""

    def __init__(self, connected=-1, energy_wh=-1, fault=False):
        self.connected, self.energy_wh, self.fault = connected, energy_wh, fault


def scenario_a_chargers_count_becomes_the_cars_energy():
    box = bench("count", **CAR).app.box
    comfort, watch = box.needs.comfort[0], VehicleWatch(0)
    seen = []
    for charger in (FakeCharger(0, 500000), FakeCharger(1, 500000), FakeCharger(1, 503000),
                    FakeCharger(1, 504000, True), FakeCharger(1, 504000),
                    FakeCharger(1, -1), FakeCharger(0, 504000), FakeCharger(1, 504100)):
        watch.tell(charger, box)
        seen.append((comfort.connected, comfort.energy_wh))
    # plugged in at 500 kWh; a round that failed makes it unknown, and the session goes on
    assert seen[:3] == [(0, -1), (1, 0), (1, 3000)], seen
    assert seen[3][0] == -1 and seen[4] == (1, 4000) and seen[5][0] == -1
    assert seen[6:] == [(0, -1), (1, 0)]


def scenario_a_session_is_counted_on_after_a_restart_of_the_box():
    box = bench("restart_count", **CAR).app.box
    comfort = box.needs.comfort[0]
    comfort.energy_wh, comfort.plugged_min = 8000, 120  # as the history holds them
    watch = VehicleWatch(0)
    watch.tell(FakeCharger(1, 700000), box)
    assert (comfort.energy_wh, comfort.plugged_min) == (8000, 120)
    watch.tell(FakeCharger(1, 701000), box)
    assert comfort.missing_wh() == 27000 - 9000
    watch.tell(FakeCharger(1, 10), box)  # another charger's count
    assert comfort.energy_wh == 9000


def scenario_reasons_come_with_their_numbers():
    box = bench("numbers", keys=False, **CAR)
    law = box.app.box.laws[0]
    law.v_mv, law.vc_mv, law.u_pm, law.k_mv_kw = 221000, 223000, 250, 400
    law.quantile.q = 224 * 4096
    box.app.box.feed_in.v_mv = box.app.box.feed_in.vc_mv = 254000
    box.app.box.feed_in.quantile.q = 350 * 4096
    load, feed_in, transfer = good(box.request("explain"))["reasons"]
    assert (load["what"], load["v_mv"], load["vc_mv"], load["q_mv"]) == (
        "load", 221000, 223000, 224000)  # fmt: skip
    assert (load["u_pm"], load["k_mv_kw"], load["left_min"]) == (250, 400, -1)
    assert (feed_in["what"], feed_in["v_mv"], feed_in["q_mv"]) == ("feed-in", 254000, 250000)
    assert transfer["what"] == "transfer"
    told = "\n".join(box.ask("explain"))
    assert "v 221000 mV, without own load 223000 mV (k 400 mV/kW), own quantile 224000 mV" in told
    assert "feed-in: 0 W, reconnect" in told
    needs = good(box.request("loads 1"))["needs"]
    assert needs["missing_wh"] == -1 and needs["clock_min"] == -1
