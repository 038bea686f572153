"""Several units on one feeder: stable at the margin of their number, failure taken up, no
circulation between meters that disagree."""

import numpy as np
import pytest
from test_core_balancer_plants import HIGH_V, LOW_V, Feeder, coupling

from phaseward.store.parameters import defaults

PERIOD_S = defaults()["pb_period_s"]


def shared(n):
    return np.full((n, n), 0.9) + 0.1 * np.eye(n)


@pytest.mark.parametrize(("n", "delay"), [(1, 4), (3, 2), (6, 1), (10, 0), (10, 1)])
def test_the_margin_of_so_many_units_is_stable(n, delay):
    """alpha <= 1 / (1 + (2 N - 1)(1 + d)); overhead line of 18 degrees not told to the law."""
    feeder = Feeder([207, 232, 235], coupling(1.0, -18), n=n, share=shared(n),
                    delay=PERIOD_S * delay,
                    pb_units=n, pb_delay=delay, pb_alpha_pm=1000, pb_margin_mv=16000)
    feeder.seconds(1500)
    last = np.array(feeder.history[-120:])
    assert np.ptp(last, axis=0).max() <= 0.5
    assert LOW_V <= last.min() and last.max() <= HIGH_V
    assert all(unit.alpha_q12 <= 4096 // (1 + (2 * n - 1) * (1 + delay)) for unit in feeder.units)


def test_one_unit_bears_a_meter_much_older_than_it_was_told():
    """With the default share of an eighth, told one period: a meter six periods old."""
    feeder = Feeder([207, 232, 235], coupling(1.0, -18), n=1, share=shared(1), delay=6 * PERIOD_S,
                    pb_margin_mv=16000)
    feeder.seconds(1500)
    assert feeder.units[0].past.delay == 1
    assert np.ptp(np.array(feeder.history[-120:]), axis=0).max() <= 0.5


def test_one_units_failure_is_taken_up_by_the_others():
    feeder = Feeder([207, 232, 235], coupling(1.0, -18), n=3, share=shared(3), pb_units=3)
    feeder.seconds(900)
    assert feeder.history[-1].min() >= LOW_V
    before = [abs(unit.transfer_w[0]) for unit in feeder.units]
    feeder.units[0].enable = False
    feeder.seconds(900)
    assert feeder.units[0].transfer_w == [0, 0, 0]
    assert abs(feeder.units[1].transfer_w[0]) > before[1] + before[0] / 4
    assert feeder.history[-1].min() >= LOW_V


def test_the_leak_bounds_what_disagreeing_meters_circulate():
    """Three units, meters 0.5 V apart, for hours: the share of the leak keeps them together."""
    spread = []
    for leak in (0, 100):
        feeder = Feeder([207, 232, 235], coupling(1.0, 0), n=3, share=np.ones((3, 3)),
                        pb_units=3, pb_leak_pm=leak, resolution_v=0.001)
        offsets = np.array([-0.5, 0.0, 0.5])
        plain = feeder.share
        feeder.base = feeder.base + offsets[:, None]  # each unit's meter reads its own
        feeder.share = plain
        feeder.seconds(3600)
        p = [unit.transfer_w[0] for unit in feeder.units]
        spread.append(max(p) - min(p))
    assert spread[1] < 0.6 * spread[0], spread
