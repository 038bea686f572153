"""Ports shared, missing or wrong; courses over time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phaseward_sim.devices.course import Course
from phaseward_sim.devices.fleet import Fleet, PortMap


def test_powers_are_added_to_what_is_there():
    target = np.array([1.0, 2.0, 3.0, 4.0])
    PortMap([2, 0]).add(target, np.array([10.0, 20.0]))
    assert target.tolist() == [21, 2, 13, 4]


def test_devices_on_one_port_add_up():
    target = np.zeros(2)
    PortMap([1, 1, 0]).add(target, np.array([1.0, 2.0, 5.0]))
    assert target.tolist() == [5, 3]


def test_a_phase_not_connected_reads_zero_and_adds_nothing():
    ports = PortMap([[0, -1, -1], [1, 2, -1]])
    seen = np.full(6, 9.0)
    ports.read(np.array([230.0, 231.0, 232.0]), seen)
    assert seen.tolist() == [230, 0, 0, 231, 232, 0]
    target = np.zeros(3)
    ports.add(target, np.ones(6))
    assert target.tolist() == [1, 1, 1]


@given(st.lists(st.tuples(st.integers(-1, 9), st.floats(-1e4, 1e4)), min_size=1, max_size=40))
def test_adding_keeps_the_total_of_connected_ports(pairs):
    ports, values = zip(*pairs, strict=True)
    target = np.zeros(10)
    PortMap(list(ports)).add(target, np.array(values))
    connected = sum(v for p, v in pairs if p >= 0)
    assert target.sum() == pytest.approx(connected, abs=1e-6)


@pytest.mark.parametrize("ports, says", [([0.5], "integers"), ([-2], "below -1")])
def test_wrong_ports_are_refused(ports, says):
    with pytest.raises(ValueError, match=says):
        PortMap(ports)


def test_a_port_beyond_the_grid_is_an_error():
    with pytest.raises(IndexError):
        PortMap([7]).add(np.zeros(3), np.ones(1))


def test_a_fleet_without_demand_says_so():
    with pytest.raises(NotImplementedError, match="Fleet"):
        Fleet([0]).demand(0, 1, None, None, None)


def test_a_course_holds_each_row_for_its_step():
    course = Course([[1.0], [2.0], [3.0]], 60.0, start_s=-60.0)
    assert [course.at(t)[0] for t in (-60, -0.1, 0, 59.9, 60, 119.9)] == [1, 1, 2, 2, 3, 3]
    assert course.end_s == 120.0


def test_a_repeating_course_goes_round_both_ways():
    course = Course([1.0, 2.0, 3.0], 10.0, repeat=True)
    assert [course.at(t) for t in (-10, 25, 30, 65)] == [3, 3, 1, 1]


@pytest.mark.parametrize("t_s", [-0.1, 20.0])
def test_a_time_outside_the_table_is_named(t_s):
    with pytest.raises(ValueError, match=f"time {t_s} s lies outside .* 0.0 s to 20.0 s"):
        Course([1.0, 2.0], 10.0).at(t_s)


@pytest.mark.parametrize("values, step_s, says", [
    ([], 1.0, "table"), ([1.0], 0.0, "positive"), ([[1.0, 2.0], [3.0, np.nan]], 1.0, r"\[1, 1\]")])
def test_useless_tables_are_refused(values, step_s, says):
    with pytest.raises(ValueError, match=says):
        Course(values, step_s)
