"""The laws of feed-in compared as docs/BLOCKING.md does, on one feeder and for fewer days."""

import pytest

from phaseward_sim.fairness.feed_in_days import CASES, LAWS, Feeder, roofs

pytest.importorskip("pandapower", reason="extra `grids`")
SHUT = {"fi_enable": 0, "fi_crit_mv": 0, "fi_curve": 1, "fi_curve_lo_mv": 200000,
        "fi_curve_hi_mv": 200100}
DAYS = 4


@pytest.fixture(scope="module")
def found():
    return Feeder(CASES[0], LAWS | {"shut": SHUT}, DAYS).run()


@pytest.fixture(scope="module")
def figures(found):
    return {name: outcome.figures() for name, outcome in found.items()}


@pytest.mark.slow
def test_what_is_counted_lies_between_all_and_nothing(found, figures):
    assert figures["no control"]["lost_percent"] == 0.0
    assert figures["shut"]["lost_percent"] == pytest.approx(100.0)
    assert figures["shut"]["high_min_day"] == 0.0
    for outcome in found.values():
        assert (outcome.could_wh > 0.0).all() and (outcome.lost_wh >= 0.0).all()
        assert (outcome.lost_wh <= outcome.could_wh * (1.0 + 1e-9)).all()


@pytest.mark.slow
def test_the_end_of_the_line_does_not_carry_all_the_curtailment(figures):
    ours = figures["ours, defaults"]
    assert ours["jain"] > 0.75 and ours["max_min"] < 8.0
    for curve in ("curve 253 to 257.6 V", "curve 248.4 to 253 V"):
        assert ours["jain"] > figures[curve]["jain"] + 0.2
        assert figures[curve]["max_min"] > 100.0


@pytest.mark.slow
def test_a_curve_as_the_last_resort_spares_the_worst_roof(figures):
    last = figures["ours, curve 250.7 to 255.3 V instead of critical"]
    assert last["jain"] > 0.8
    assert last["worst_percent"] < figures["curve 248.4 to 253 V"]["worst_percent"] - 5.0
    assert last["high_min_day"] < 0.25 * figures["no control"]["high_min_day"]


@pytest.mark.slow
def test_voltage_is_kept_at_the_price_that_is_stated(figures):
    most = figures["no control"]["high_min_day"]
    assert most > 100.0
    ours, curve = figures["ours, defaults"], figures["curve 248.4 to 253 V"]
    assert ours["high_min_day"] < 0.1 * most
    assert ours["high_min_day"] < curve["high_min_day"]
    assert curve["lost_percent"] < ours["lost_percent"] < 30.0


def test_roofs_are_the_seeds_and_feed_what_their_phases_carry():
    one, again, other = roofs(20, 2, 1), roofs(20, 2, 1), roofs(20, 2, 2)
    assert (one.sun == again.sun).all() and (one.home == again.home).all()
    assert (one.sun != other.sun).any()
    assert len(set(one.home)) == len(one.home) == 10
    assert one.share.sum(axis=1) == pytest.approx(1.0)
    single = (one.share == 1.0).any(axis=1)
    assert 0 < single.sum() < 10 and (one.peak_w[single] <= 4600.0).all()
