"""Events by the definition: one phase, 1-minute means, +-7 %, re-armed after a minute inside."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phaseward_sim.evaluate import Event, EventCounter, Means, count_events


def minutes(*volts, **settings):
    """Counter after one voltage held for a minute each, in steps of 1 s."""
    return count_events(np.repeat(np.array(volts, float), 60)[:, None], 1.0, **settings)


def test_the_default_limits_are_213_9_and_246_1_volts():
    assert minutes(213.91).under[0] == 0 and minutes(213.89).under[0] == 1
    assert minutes(246.09).over[0] == 0 and minutes(246.11).over[0] == 1


def test_a_dip_shorter_than_the_mean_shows_only_through_the_mean():
    # 20 s at 200 V and 40 s at 221 V: rms 214.2 V: inside. 30 s each: 210.8 V: an event.
    short, long = [200.0] * 20 + [221.0] * 40, [200.0] * 30 + [221.0] * 30
    assert count_events(np.array(short)[:, None], 1.0).under[0] == 0
    assert count_events(np.array(long)[:, None], 1.0).under[0] == 1


def test_minutes_outside_in_a_row_are_one_event():
    counter = minutes(230, 210, 208, 212, 230)
    assert counter.under[0] == 1
    assert counter.outside_s[0] == 180
    # 3.9 + 5.9 + 1.9 V below the limit, for 60 s each.
    assert counter.volt_s[0] == pytest.approx((3.9 + 5.9 + 1.9) * 60)
    assert counter.events == [Event((0,), "under", 60.0, 240.0, pytest.approx(208.0))]


def test_a_minute_inside_re_arms():
    assert minutes(210, 230, 210, 230, 210).under[0] == 3


def test_a_longer_re_arming_time_makes_one_event_of_them():
    counter = minutes(210, 230, 210, 230, 230, 210, rearm_s=120)
    assert counter.under[0] == 2


def test_a_longer_least_duration_ignores_single_minutes():
    counter = minutes(210, 230, 210, 210, 210, 230, least_s=120)
    assert counter.under[0] == 1
    assert counter.events[0].start_s == 120.0


def test_under_and_over_are_counted_apart():
    counter = minutes(250, 210, 250)
    assert (counter.under[0], counter.over[0]) == (1, 2)
    assert [event.worst_v for event in counter.events if event.kind == "over"] == pytest.approx(
        [250, 250])


def test_every_phase_counts_for_itself():
    u_v = np.tile(np.array([[[210.0, 230.0, 250.0], [230.0, 230.0, 230.0]]]), (60, 1, 1))
    counter = count_events(u_v, 1.0)
    assert counter.under.tolist() == [[1, 0, 0], [0, 0, 0]]
    assert counter.over.tolist() == [[0, 0, 1], [0, 0, 0]]
    assert counter.lowest_v[0, 0] == pytest.approx(210.0)


def test_an_event_that_never_ends_is_closed_at_the_end():
    counter = minutes(230, 210, 210)
    assert counter.events == [Event((0,), "under", 60.0, 180.0, pytest.approx(210.0))]


def test_missing_voltage_is_neither_event_nor_recovery():
    counter = minutes(np.nan, 210, np.nan, 210, 230)
    assert counter.under[0] == 1 and counter.outside_s[0] == 120


def test_limits_can_be_those_of_en_50160():
    assert minutes(210, low_v=207.0, high_v=253.0).under[0] == 0


def test_contradicting_limits_are_refused():
    with pytest.raises(ValueError, match="not below"):
        EventCounter(1, low_v=250.0, high_v=210.0)


@given(st.lists(st.floats(195, 265), min_size=1, max_size=60), st.sampled_from([10.0, 60.0]))
@settings(max_examples=60)
def test_against_a_count_written_out_in_plain_loops(volts, step_s):
    counter = count_events(np.array(volts)[:, None], step_s)
    per = int(60 / step_s)
    means = [np.sqrt(np.mean(np.square(volts[k : k + per])))
             for k in range(0, len(volts) - per + 1, per)]
    events, armed = 0, True
    for mean in means:
        if mean < 0.93 * 230 and armed:
            events, armed = events + 1, False
        elif mean >= 0.93 * 230:
            armed = True
    assert counter.under[0] == events
    assert counter.outside_s[0] == 60 * sum(not 213.9 <= mean <= 246.1 for mean in means)


@given(st.lists(st.floats(190, 270), min_size=1, max_size=40))
@settings(max_examples=40)
def test_the_step_does_not_matter_for_a_voltage_held_per_minute(volts):
    coarse = count_events(np.array(volts)[:, None], 60.0)
    fine = count_events(np.repeat(volts, 6)[:, None], 10.0)
    assert coarse.under[0] == fine.under[0] and coarse.over[0] == fine.over[0]
    assert coarse.volt_s == pytest.approx(fine.volt_s, abs=1e-6)


def test_means_split_a_step_that_crosses_a_window():
    # 50 s at 1, 20 s at 4: the first minute is (50 + 10 x 4) / 60 = 1.5 as a plain mean.
    means = Means(1, 60.0, squares=False)
    assert means.add(np.array([1.0]), 50.0) == 0
    assert means.add(np.array([4.0]), 20.0) == 1
    assert means.last[0] == pytest.approx(1.5)
    assert means.add(np.array([4.0]), 50.0) == 1 and means.last[0] == pytest.approx(4.0)


def test_a_long_step_closes_several_windows():
    means = Means(1, 60.0)
    assert means.add(np.array([230.0]), 600.0) == 10
    assert means.last[0] == pytest.approx(230.0)
