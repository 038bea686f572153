"""Means from mark to mark, against values calculated by hand."""

import numpy as np

from phaseward_sim.results import Meta, Recorder, Result, table_spec
from phaseward_tools.cases import Case
from phaseward_tools.windows import WindowRow, window_rows


def _run(control: bool, marks: bool = True, focus: str = "h1") -> Result:
    """Ten steps of 1 s: five with L2 at 210 V, five at 220 V; 3 kW moved in the second half."""
    specs = [table_spec("bus_u", ("h1",)), table_spec("bus_unbalance", ("h1",)),
             table_spec("stage_p", ("s1",))]
    recorder = Recorder(Meta("x", control=control, focus_bus=focus), specs, 10)
    for k in range(10):
        on = control and k >= 5
        recorder.record(k, float(k), bus_u=[[240.0, 220.0 if on else 210.0, 230.0]],
                        bus_unbalance=[[1.0 if on else 3.0, 0.0]],
                        stage_p=np.array([[-1000.0, 3000.0, -2000.0]]) * on)
    if marks:
        recorder.mark(0.0, "T1", "off")
        recorder.mark(5.0, "T2", "on")
    return recorder.finish(end_s=10.0)


def test_means_of_each_window_with_the_phase_they_belong_to():
    assert window_rows(Case(_run(True), _run(False))) == [
        WindowRow("T1", "off", "L2 210.0", "L2 210.0", "L1 240.0", "3.00", "0.0"),
        WindowRow("T2", "on", "L2 210.0", "L2 220.0", "L1 240.0", "1.00", "3.0")]


def test_without_a_second_run_its_column_stays_open():
    assert [row.weakest_before for row in window_rows(Case(_run(True)))] == ["–", "–"]


def test_no_marks_or_no_focus_give_no_windows():
    assert window_rows(Case(_run(True, marks=False))) == []
    assert window_rows(Case(_run(True, focus="elsewhere"))) == []


def test_a_window_after_the_last_row_is_open():
    run = _run(True)
    late = Recorder(Meta("x", focus_bus="h1"), [], 0)
    late.mark(0.0, "T1")
    late.mark(20.0, "T2")
    marks = late.finish(end_s=30.0).marks
    rows = window_rows(Case(Result(run.meta, run.tables, marks=marks)))
    assert (rows[1].weakest, rows[1].u2, rows[1].moved) == ("–", "–", "–")
