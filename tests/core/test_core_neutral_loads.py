"""The reactions to a lost neutral with loads that hold their power, as electronics do.

Where a phase is low such a load draws more, which moves the floating neutral further: with half of
the load of that kind the unit's support still finds equal phases; with all of it the neutral point
runs off faster than a control period, and hardly any island is held.
"""

import numpy as np
import pytest
from test_core_neutral_former import ELECTRODE_OHM, E, Island

from phaseward.core import reasons
from phaseward.core.balancer import ALARM_ONLY, STOP, SUPPORT

ISLANDS = 6
CUT = 0.7  # below this share of the nominal voltage power electronics are impedances


class Holding(Island):
    """`share` of each load holds its power."""

    def __init__(self, load_w, act, share, **changes):
        super().__init__(load_w, act, **changes)
        self.share = share

    def _solve(self):
        p = np.array(self.unit.legs_w, dtype=float)
        for _ in range(300):
            u = E - self.v
            depth = np.maximum(np.abs(u) / 230.0, CUT)
            y = self.y * (1.0 - self.share + self.share / depth**2)
            rest = (E * y).sum() - np.conj(p / u).sum()
            wanted = rest / (y.sum() + 1 / ELECTRODE_OHM)
            if abs(wanted - self.v) < 1e-6:
                break
            self.v += 0.3 * (wanted - self.v)
        if not self.broken:
            self.v = 0.5 * ((E * self.y).sum() - np.conj(p / E).sum())


def after_the_break(act, share, **changes):
    """(unit, voltages) of some islands, five minutes after their neutral broke; changes: pb_*."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(ISLANDS):
        island = Holding(rng.uniform(300, 5000, 3), act, share, **changes)
        island.seconds(70)
        island.broken = True
        found.append((island.unit, island.seconds(300)))
    return found


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_the_default_reaction_rests_and_tells(share):
    for unit, u in after_the_break(STOP, share):
        assert unit.transfer_w == [0, 0, 0] and unit.run == 0
        assert unit.alarms & reasons.A_NEUTRAL_LOST
        assert np.ptp(u) > 23.0, "nothing else holds these phases"


def test_alarm_only_tells_and_leaves_the_law_alone():
    for unit, _ in after_the_break(ALARM_ONLY, 0.5):
        assert unit.alarms & reasons.A_NEUTRAL_LOST
        assert unit.reason not in (reasons.T_NEUTRAL, reasons.T_FORMER)


def test_support_makes_the_phases_equal_where_half_of_the_load_holds_its_power():
    for unit, u in after_the_break(SUPPORT, 0.5):
        assert unit.reason == reasons.T_FORMER
        assert np.ptp(u) < 2.0


def test_support_of_loads_that_all_hold_their_power_is_beyond_a_box():
    """Equal phases are no stable state there: the floating neutral runs off within less than a
    control period. Islands keep jumping or rest out of the unit's range; on average that is as bad
    as without support, and the rating is kept."""
    supported, rested = after_the_break(SUPPORT, 1.0), after_the_break(STOP, 1.0)
    spread = [np.ptp(u) for _, u in supported]
    assert max(spread) > 23.0
    assert np.mean(spread) == pytest.approx(np.mean([np.ptp(u) for _, u in rested]), rel=0.05)
    assert_rated_and_told(supported)


def test_with_control_every_five_seconds_some_of_them_are_held_for_a_while():
    """The others keep jumping or rest out of the unit's range; none of it is worse than without
    support."""
    supported = after_the_break(SUPPORT, 1.0, pb_period_s=5)
    rested = after_the_break(STOP, 1.0, pb_period_s=5)
    spread = [np.ptp(u) for _, u in supported]
    assert min(spread) < 2.0 and max(spread) > 23.0
    assert np.mean(spread) < np.mean([np.ptp(u) for _, u in rested])
    assert_rated_and_told(supported)


def assert_rated_and_told(supported):
    assert all(max(map(abs, unit.transfer_w)) <= 10000 for unit, _ in supported)
    assert {unit.reason for unit, _ in supported} <= {reasons.T_FORMER, reasons.T_VOLTAGE}
