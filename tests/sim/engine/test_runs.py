"""Whole runs on rung core: repeatable, better with boxes, safe when meters fail, judged right."""

import numpy as np
import pytest
from sim.engine.scenes import BALANCER, BOX, CARS, measured, scene

from phaseward_sim.engine import compare, core_rung, run
from phaseward_sim.engine.core_rung import parse_set
from phaseward_sim.engine.learning import histories
from phaseward_sim.engine.plant import World
from phaseward_sim.scenario import ScenarioError

LEARN = "learning: {days: 1, step_s: 300}\n"
JUDGE = """events:
  - {at_s: 0, do: mark, label: A}
  - {at_s: 900, do: mark, label: B}
verdicts:
  - {measure: u_min_v, window: B, at_least: 200}
  - {measure: event_min, against: no_control, at_least: 99}
"""


@pytest.fixture(scope="module")
def pair():
    return compare(scene(CARS, BOX, "watch: [near]\n"))


def test_boxes_reduce_the_time_outside_the_band(pair):
    with_boxes, without = pair
    before, after = measured(without, "event_min"), measured(with_boxes, "event_min")
    # The car arrives at 300 s and, left alone, pulls L1 below 213.9 V for the 25 min that
    # remain; the box pauses it after the first bad minutes.
    assert before >= 20 and after <= 0.5 * before
    assert measured(with_boxes, "u_min_v") >= measured(without, "u_min_v") - 0.1
    assert measured(with_boxes, "blocked_min") > 0
    assert measured(with_boxes, "ev_charged_kwh") < measured(without, "ev_charged_kwh")


def test_a_run_without_control_knows_no_boxes(pair):
    _, without = pair
    assert without.meta.control is False and without.decisions == [] and without.alarms == []
    assert "box_limit" not in without.tables and without.measurement("blocked_min") is None


def test_decisions_come_with_reason_household_and_kind(pair):
    blocked = [d for d in pair[0].decisions if d.blocked]
    assert all(180_000 < d.v_mv < 214_000 for d in blocked if d.reason_id == "critical")
    assert any(d.v_mv > 0 and d.q_mv > 0 for d in blocked)
    assert {d.load for d in blocked} <= {"car", "pump"} and blocked
    assert {d.reason_id for d in blocked} & {"critical", "critical-release"}
    assert all(d.household == "far" and d.reason and d.end_s > d.start_s for d in blocked)


def test_the_same_seed_gives_the_same_run_bit_by_bit(pair):
    again = run(scene(CARS, BOX, "watch: [near]\n"))
    assert set(again.tables) == set(pair[0].tables)
    for name, table in again.tables.items():
        assert np.array_equal(table.values, pair[0].tables[name].values, equal_nan=True)
    assert again.decisions == pair[0].decisions and again.events == pair[0].events
    assert [m.value for m in again.measurements] == [m.value for m in pair[0].measurements]


def test_series_bear_the_names_reports_look_for(pair):
    tables = pair[0].tables
    assert tables["bus_u"].spec.items == ("far", "near") and tables["bus_u"].values.shape[2] == 3
    assert tables["box_limit"].spec.items == ("box.car", "box.pump")
    assert {"bus_unbalance", "ev_p", "heat_pump_p", "house_temp"} <= set(tables)
    assert np.isfinite(tables["bus_u"].values).all()
    # 32 A on L1, whose voltage lies between 180 and 230 V.
    assert 180 * 32 < pair[1].tables["ev_p"].values.max() < 230 * 32


def test_events_of_the_evaluator_are_in_the_result_and_sum_up(pair):
    without = pair[1]
    under = [e for e in without.events if e.kind == "under"]
    assert len(under) == measured(without, "events_under") > 0
    assert {(e.bus, e.phase) for e in under} == {("far", "l1")}
    minutes = sum(e.end_s - e.start_s for e in under) / 60
    assert minutes == pytest.approx(measured(without, "event_min"), abs=1.01 * len(under))


def test_verdicts_take_their_window_and_compare_with_the_run_without_boxes():
    result = run(scene(CARS, BOX, JUDGE))
    in_b = result.measurement("u_min_v[B]")
    table = result.tables["bus_u"]
    later = table.values[table.t_s >= 900, 0, 0]
    # The lowest 1-minute mean lies between the lowest value and the mean of all.
    assert later.min() <= in_b.value <= later.mean()
    cut = result.measurement("event_min_cut")
    assert cut.limit == 99 and cut.unit == "pct" and 50 <= cut.value <= 100
    assert result.passed == (cut.passed and in_b.passed)
    assert [mark.label for mark in result.marks] == ["A", "B"]


@pytest.mark.parametrize(("verdict", "message"), [
    ("{measure: u_mean_v, at_least: 1}", r"verdicts\[0\].measure: expected one of events_under"),
    ("{measure: u_min_v, window: Z, at_least: 1}", "expected the label of a mark: none; got 'Z'"),
    ("{measure: u_min_v, bus: t, at_least: 1}", "nothing is measured at 't'; add it to `watch`"),
    ("{measure: losses_kwh, phase: 1, at_most: 1}", "of the whole run: no window, bus or phase"),
    ("{measure: u_min_v, at_least: 1}\n  - {measure: u_min_v, at_most: 9}",
     r"verdicts\[1\]: judges the same measurement"),
])
def test_verdicts_that_cannot_be_judged_are_refused_before_the_run(verdict, message):
    with pytest.raises(ScenarioError, match=message):
        run(scene(CARS, BOX, f"verdicts:\n  - {verdict}\n"))


def test_a_phase_that_is_low_all_the_time_is_one_event_of_the_whole_duration():
    # 14 kW on L1 over 800 m: far below 213.9 V from the first to the last of 30 minutes. The
    # other phases, and L1 at the transformer's end of the street, stay inside.
    heavy = "devices:\n  loads: [{name: a, bus: far, phases: [1], p_w: 14000}]\nwatch: [near]\n"
    result = run(scene(heavy), control=False)
    assert measured(result, "event_min") == 30.0 and measured(result, "events_under") == 1
    assert [(e.bus, e.phase, e.start_s, e.end_s) for e in result.events] == [
        ("far", "l1", 0.0, 1800.0)]
    elsewhere = run(scene(heavy, "evaluation: {buses: [near]}\n"), control=False)
    assert measured(elsewhere, "event_min") == 0 and elsewhere.events == []
    later = run(scene(heavy, "evaluation: {from_s: 590}\n"), control=False)  # from 10 min on
    assert measured(later, "event_min") == 20.0
    assert [(e.start_s, e.end_s) for e in later.events] == [(600.0, 1800.0)]
    with pytest.raises(ScenarioError, match=r"evaluation.buses\[0\]: nothing is measured at 't'"):
        run(scene(heavy, "evaluation: {buses: [t]}\n"), control=False)


# --- the balancer ----------------------------------------------------------------------------

STOP = """events:
  - {at_s: 600, do: console, box: balancer, line: set pb_enable=0}
"""


def test_the_balancer_lifts_the_weak_phase_until_it_is_switched_off():
    result = run(scene(BALANCER, STOP, duration_s=900, step_s=1))
    u3 = result.tables["bus_u"].of("far", "l3")
    p = result.tables["stage_p"].values[:, 0]
    assert u3[599] > u3[0] + 2 and u3[599] > u3[899] + 2
    assert p[599, 2] > 1000 and np.abs(p[700:]).max() < 1.0
    assert np.abs(p.sum(axis=1)).max() < 30  # zero-sum, but for 10 W steps of the registers
    reasons = [d.reason_id for d in result.decisions if d.kind == "stage"]
    assert reasons[-1] == "off" and {"band", "limited"} & set(reasons)


@pytest.mark.parametrize(("line", "message"), [
    ("reboot now", r"s.yaml:23: events\[0\].line: rung core understands only"),
    ("set pb_enabel=0", r"events\[0\].line: pb_enabel: no such parameter"),
])
def test_a_console_line_that_cannot_be_carried_out_is_refused_before_the_run(line, message):
    bad = STOP.replace("set pb_enable=0", line)
    with pytest.raises(ScenarioError, match=message):
        run(scene(BALANCER, bad, duration_s=900, step_s=1))


def test_console_values_are_checked_as_the_firmware_checks_them():
    assert parse_set("set pb_enable=0") == ("pb_enable", 0)
    assert parse_set(" set  l1_kind = pause ") == ("l1_kind", 2)  # an enum's value by name
    assert parse_set("set mb_meter=eastron_sdm630") == ("mb_meter", "eastron_sdm630")
    for line, words in (("set pb_enable=2", "expected a whole number 0..1"),
                        ("set pb_enable=on", "pb_enable: expected a whole number, got 'on'"),
                        ("set nothing=1", "no such parameter"), ("set pb_enable", "rung core")):
        with pytest.raises(ValueError, match=words):
            parse_set(line)


# --- no data never increases load --------------------------------------------------------------

@pytest.mark.parametrize("fault", ["silent", "exception", "bad_crc", "cut", "late",
                                   "wrong_address"])
def test_a_meter_without_answer_never_raises_a_limit(fault):
    # The car is held back from about 420 s on; the meter is lost from 700 to 1300 s.
    lost = f"events: [{{at_s: 700, do: meter_fault, box: box, fault: {fault}, for_s: 600}}]\n"
    result = run(scene(CARS, BOX, lost))
    table = result.tables["box_limit"]
    during = table.values[(table.t_s >= 705) & (table.t_s < 1300)]
    assert (np.diff(during[:, 0]) <= 0).all() and during[0, 0] < 7360
    assert any(a.alarm_id == "no-data" for a in result.alarms)


def test_a_frozen_meter_is_no_data_after_as_many_polls_as_in_the_firmware():
    # Frozen from 700 s on: 60 polls of 5 s later its values count no more, and 60 s later
    # (sy_hold_s) the safe limit holds; no limit rises meanwhile.
    lost = "events: [{at_s: 700, do: meter_fault, box: box, fault: frozen, for_s: 1000}]\n"
    result = run(scene(CARS, BOX, lost))
    table = result.tables["box_limit"]
    after = table.values[(table.t_s >= 1005) & (table.t_s < 1700), 0]
    assert (np.diff(after) <= 0).all()
    alarm = next(a for a in result.alarms if a.alarm_id == "no-data")
    assert 1000 <= alarm.start_s <= 1065 + 5


def test_when_values_count_as_old_or_frozen_is_the_firmwares_rule():
    from phaseward.app import meters as app
    from phaseward.bus import meter as bus

    assert (core_rung.FROZEN_POLLS, core_rung.STALE_MS) == (bus.FROZEN_POLLS, bus.STALE_MS)
    assert app._STALE_POLLS == core_rung.STALE_AFTER_POLLS


def test_a_balancer_without_its_meter_goes_to_zero():
    lost = "events: [{at_s: 300, do: meter_fault, box: balancer, fault: silent, for_s: 200}]\n"
    p = run(scene(BALANCER, lost, duration_s=500, step_s=1)).tables["stage_p"].values[:, 0]
    assert np.abs(p[299]).max() > 1000
    # 3 polls until the sample is stale, pb_stale_s = 5 s, pb_stop_s = 10 s, and some response.
    assert np.abs(p[325:]).max() < 1.0


def test_swapped_phases_are_seen_swapped():
    swap = "events: [{at_s: 100, do: meter_fault, box: box, fault: phases_swapped, for_s: 900}]\n"
    sound, swapped = run(scene(CARS, BOX)), run(scene(CARS, BOX, swap))
    # The box now judges L2's good voltage for the car on L1: it blocks less.
    assert measured(swapped, "blocked_min") < measured(sound, "blocked_min")


# --- learning --------------------------------------------------------------------------------

def test_learning_hands_every_box_the_history_it_would_have_stored():
    file = scene(CARS, BOX, LEARN)
    told = []
    learnt = histories(World(file), told.append)
    assert set(learnt) == {"box"} and len(learnt["box"].history) > 10
    assert any(learnt["box"].history) and learnt["box"].poll_s == 5  # its own period again
    assert learnt == histories(World(file))
    assert told[0] == 0 and told == sorted(told) and told[-1] < 1
    assert histories(World(scene(CARS, BOX))) == {}


def test_progress_rises_to_one_through_learning_and_run():
    told = []
    run(scene(CARS, BOX, LEARN), progress=told.append)
    assert told == sorted(told) and told[0] == 0.0 and 0.95 < told[-1] <= 1.0
