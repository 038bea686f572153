"""What the box promises of feed-in and of joint floors, whatever it is fed."""

from core_histories import core_parameters, segments
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_core_promises import steps

from phaseward.core import reasons
from phaseward.core.blocking import DIM
from phaseward.core.box import Box
from phaseward.core.joint import least_total_w

thorough = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
histories = st.lists(segments, max_size=8)


class Lost:
    """ms without usable voltage, counted from outside."""

    def __init__(self):
        self.ms, self._last_ms = 0, None

    def step(self, now_ms, usable):
        elapsed_ms = 0 if self._last_ms is None else (now_ms - self._last_ms) & 0x3FFFFFFF
        self._last_ms = now_ms
        self.ms = 0 if usable else self.ms + elapsed_ms


@thorough
@given(core_parameters(), histories)
def test_feed_in_keeps_its_range_and_ramp_and_never_rises_without_data(p, history):
    """With data it rises by no more than its ramp; without, it never does, and after the hold time
    it is at most the safe limit. The law alone keeps its floor."""
    box = Box(3)
    box.configure(p)
    full_w, lost, before = p["fi_max_w"], Lost(), box.decision.feed_in_limit_w
    ramp_w = max(1, full_w * p["fi_ramp_pm"] // 1000)
    least_w = 0 if p["fi_curve"] else min(p["fi_floor_w"], p["fi_safe_w"], full_w)
    for usable in steps(box, history):
        decision = box.decision
        lost.step(box._last_ms, usable)
        assert least_w <= decision.feed_in_limit_w <= full_w
        assert decision.feed_in_reason in reasons.REASONS
        assert (decision.feed_in_until_s > 0) == (decision.feed_in_limit_w < full_w)
        # up to ten minutes are made up for in one step after a gap
        assert decision.feed_in_limit_w <= before + (10 * ramp_w if usable else 0)
        if lost.ms > 0 and lost.ms >= p["sy_hold_s"] * 1000:
            assert decision.feed_in_limit_w <= p["fi_safe_w"]
        before = decision.feed_in_limit_w


@thorough
@given(core_parameters(bl_joint=1, ps_load=0), histories)
def test_joint_floors_add_up_to_no_more_than_what_must_stay(p, history):
    """Each floor is nothing or enough to run at, and no limit is lowered below its floor."""
    box = Box(3)
    box.configure(p)
    dims = [i for i in range(4) if p[f"l{i + 1}_kind"] == DIM]
    own_w = [min(p[f"l{i + 1}_floor_w"], p[f"l{i + 1}_max_w"]) for i in dims]
    least_w = [min(p[f"l{i + 1}_min_w"], p[f"l{i + 1}_max_w"]) for i in range(4)]
    total_w = least_total_w(len(dims), max(own_w, default=0))
    before = list(box.decision.limit_w)
    for _ in steps(box, history):
        floors = box.joint.floor_w
        assert sum(floors) <= total_w
        for i in dims:
            assert floors[i] == 0 or floors[i] >= least_w[i]
            if box.decision.limit_w[i] < before[i]:
                assert box.decision.limit_w[i] >= box.arbiter.floor_w[i]
        before = list(box.decision.limit_w)
