"""The metering model: averages, refresh, delay, noise and resolution, hand-calculated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phaseward_sim.modbus.metering import COLUMNS, MeterModel

EXACT = {"u": 0, "i": 0, "p": 0, "f": 0}
U1, P1, F = COLUMNS.index("u_l1n"), COLUMNS.index("p_l1"), COLUMNS.index("f")


def feed(model, t_s, u=230.0, p=0.0):
    model.update(t_s, [u] * 3, [u * 3**0.5] * 3, [1.0] * 3, [p] * 3, 50.0)


def test_before_the_first_value_everything_reads_zero():
    assert not MeterModel().read(0.0).any()


def test_the_first_value_is_shown_at_once():
    model = MeterModel(resolution=EXACT)
    feed(model, 5.0, u=231.4)
    assert model.read(5.0)[0, U1] == pytest.approx(231.4)


def test_a_change_shows_after_the_refresh_that_contains_it():
    # Refresh each 1 s from 0: the value set at 1.0 is averaged over 1..2 and shown at 2.
    model = MeterModel(resolution=EXACT)
    feed(model, 0.0, p=100.0)
    feed(model, 1.0, p=300.0)
    assert model.read(1.99)[0, P1] == pytest.approx(100.0)
    assert model.read(2.0)[0, P1] == pytest.approx(300.0)


def test_a_change_inside_a_window_is_averaged():
    # 0.25 s at 100 W and 0.75 s at 500 W: 400 W.
    model = MeterModel(resolution=EXACT)
    feed(model, 0.0, p=100.0)
    feed(model, 0.25, p=500.0)
    assert model.read(1.0)[0, P1] == pytest.approx(400.0)


def test_voltages_average_as_root_mean_square():
    # Half a second each of 0 V and 230 V: sqrt(230^2 / 2) = 162.635 V (the mean is 115 V).
    model = MeterModel(resolution=EXACT)
    feed(model, 0.0, u=0.0)
    feed(model, 0.5, u=230.0)
    assert model.read(1.0)[0, U1] == pytest.approx(162.635, abs=1e-3)


def test_a_window_of_several_refreshes_slides():
    # Window 3 s, refresh 1 s; 0 W, then 300 W from t = 3: 100, 200, 300 W at 4, 5, 6 s.
    model = MeterModel(window_s=3, refresh_s=1, resolution=EXACT)
    feed(model, 0.0, p=0.0)
    feed(model, 3.0, p=300.0)
    shown = [float(model.read(t)[0, P1]) for t in (3.5, 4.0, 5.0, 6.0, 7.0)]
    assert shown == pytest.approx([0, 100, 200, 300, 300])


def test_delay_postpones_what_is_shown():
    model = MeterModel(delay_s=0.4, resolution=EXACT)
    feed(model, 0.0, p=100.0)
    feed(model, 1.0, p=300.0)
    assert model.read(2.39)[0, P1] == pytest.approx(100.0)
    assert model.read(2.4)[0, P1] == pytest.approx(300.0)


def test_long_steps_show_the_same_as_many_short_ones():
    short, long = (MeterModel(window_s=4, refresh_s=0.5, resolution=EXACT) for _ in range(2))
    for model in (short, long):
        feed(model, 0.0, p=100.0)
        feed(model, 60.0, p=900.0)
    for k in range(240, 721):
        short.read(k / 4)
    for t_s in (180.0, 180.3, 181.0):
        assert long.read(t_s)[0, P1] == pytest.approx(short.read(t_s)[0, P1])


def test_values_are_rounded_to_the_resolution():
    model = MeterModel()
    model.update(0.0, [230.16] * 3, [398.64] * 3, [1.238] * 3, [99.6] * 3, 49.986)
    shown = model.read(0.0)[0]
    assert shown == pytest.approx([230.2] * 3 + [398.6] * 3 + [1.24] * 3 + [100] * 3 + [49.99])


def test_noise_has_its_standard_deviation_and_repeats_with_its_seed():
    def voltages(seed):
        model = MeterModel(noise={"u": 0.3}, resolution=EXACT, seed=seed)
        feed(model, 0.0)
        return np.array([model.read(float(t))[0, U1] for t in range(1000)])
    first = voltages(1)
    assert (first == voltages(1)).all() and (first != voltages(2)).any()
    assert first.std() == pytest.approx(0.3, rel=0.1)
    assert first.mean() == pytest.approx(230.0, abs=0.05)


def test_meters_of_one_model_are_independent():
    model = MeterModel(2, resolution=EXACT)
    u = np.array([[230.0] * 3, [210.0] * 3])
    model.update(0.0, u, u, u, u, [50.0, 49.9])
    assert model.read(0.0)[:, U1].tolist() == [230.0, 210.0]
    assert model.read(0.0)[:, F].tolist() == [50.0, 49.9]


def test_revision_counts_what_was_shown():
    model = MeterModel()
    feed(model, 0.0)
    seen = model.revision
    model.read(0.5)
    assert model.revision == seen
    model.read(1.0)
    assert model.revision == seen + 1


@pytest.mark.parametrize("settings, says", [
    ({"window_s": 1.5, "refresh_s": 1}, "whole number"),
    ({"delay_s": 2}, "outside 0..1"),
    ({"noise": {"v": 1}}, "group 'v'"),
    ({"resolution": {"u": -1}}, "negative"),
])
def test_contradicting_settings_are_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        MeterModel(**settings)


def test_time_cannot_run_backwards_beyond_the_slack_of_a_step():
    model = MeterModel()
    feed(model, 10.0)
    with pytest.raises(ValueError, match="backwards: 7.9 s after 10.0 s"):
        model.read(7.9)


def test_an_update_a_little_before_the_last_read_counts_from_that_read():
    # Read at 1.25 s, then told that 500 W hold since 1.0 s: 0.25 s at 100, 0.75 s at 500 W.
    model = MeterModel(resolution=EXACT)
    feed(model, 0.0, p=100.0)
    model.read(1.25)
    feed(model, 1.0, p=500.0)
    assert model.read(2.0)[0, P1] == pytest.approx(400.0)


@given(st.lists(st.tuples(st.floats(0.01, 5), st.floats(0, 400)), min_size=1, max_size=30))
def test_what_is_shown_lies_within_what_was_true(steps):
    model = MeterModel(window_s=2, refresh_s=0.5, resolution=EXACT)
    now, seen = 0.0, []
    for pause, u in steps:
        feed(model, now, u=u)
        seen.append(u)
        now += pause
        shown = model.read(now)[0, U1]
        assert min(seen) - 1e-6 <= shown <= max(seen) + 1e-6
