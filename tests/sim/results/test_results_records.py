"""Decisions become spans, alarms have a start and an end, measurements judge."""

import numpy as np
import pytest

from phaseward_sim.results import DecisionLog, Measurement, Meta, Recorder, ResultError, TableSpec


def test_equal_decisions_of_successive_steps_are_one_span():
    log = DecisionLog()
    for t_s in range(10):
        limit_w = 4200.0 if 3 <= t_s < 7 else 11000.0
        log.observe(float(t_s), "b1", "ev", limit_w, "low" if limit_w < 5000 else "free", "")
    spans = log.finish(10.0)
    assert [(d.start_s, d.end_s, d.limit_w) for d in spans] == [
        (0.0, 3.0, 11000.0), (3.0, 7.0, 4200.0), (7.0, 10.0, 11000.0)]


def test_a_later_release_prolongs_the_span_instead_of_splitting_it():
    log = DecisionLog()
    log.observe(0.0, "b1", "ev", 0.0, "low", "", until_s=60.0)
    log.observe(5.0, "b1", "ev", 0.0, "low", "", until_s=90.0)
    (span,) = log.finish(10.0)
    assert (span.start_s, span.end_s, span.until_s) == (0.0, 10.0, 90.0)


def test_loads_of_different_boxes_do_not_mix():
    log = DecisionLog()
    log.observe(0.0, "b1", "ev", 0.0, "low", "")
    log.observe(1.0, "b2", "ev", 0.0, "low", "")
    assert [(d.box, d.start_s) for d in log.finish(2.0)] == [("b1", 0.0), ("b2", 1.0)]


def test_alarms_last_while_they_stand_and_end_with_the_run():
    recorder = Recorder(Meta("x"), [], 10)
    for t_s in range(10):
        recorder.alarm(float(t_s), "b1", "stale", "no data", standing=2 <= t_s < 4)
        recorder.alarm(float(t_s), "b1", "band", "out of band", standing=t_s >= 8)
    alarms = recorder.finish(end_s=10.0).alarms
    assert [(a.alarm_id, a.start_s, a.end_s) for a in alarms] == [
        ("stale", 2.0, 4.0), ("band", 8.0, 10.0)]


def test_recording_under_a_name_without_a_table_is_an_error():
    recorder = Recorder(Meta("x"), [TableSpec("bus", "u", "V", ("h1",))], 1)
    with pytest.raises(ResultError, match="no table 'bus_v', this run records bus_u"):
        recorder.record(0, 1.0, bus_v=np.zeros(1))


@pytest.mark.parametrize(("comparison", "value", "margin", "passed"), [
    (">=", 215.0, 1.1, True), (">=", 213.9, 0.0, True), (">", 213.9, 0.0, False),
    ("<=", 215.0, -1.1, False), ("<", 213.0, 0.9, True), ("==", 213.9, 0.0, True)])
def test_margin_and_verdict(comparison, value, margin, passed):
    measurement = Measurement("u_min_v", value, "V", 213.9, comparison)
    assert measurement.margin == pytest.approx(margin)
    assert measurement.passed is passed


def test_a_value_that_is_no_number_passes_nothing():
    assert Measurement("u_min_v", float("nan"), "V", 213.9, ">=").passed is False


def test_a_limit_needs_a_comparison():
    with pytest.raises(ResultError, match="u_min_v"):
        Measurement("u_min_v", 1.0, "V", limit=3.0)


def test_a_measurement_given_twice_is_refused():
    twice = [Measurement("u_min_v", 1.0, "V"), Measurement("u_min_v", 2.0, "V")]
    with pytest.raises(ResultError, match="u_min_v is given twice"):
        Recorder(Meta("x"), [], 0).finish(twice)
