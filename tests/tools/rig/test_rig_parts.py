"""Pacer, agreement of read-backs, guard of the source: with a clock of the test's own."""

from types import SimpleNamespace

import pytest

from phaseward_tools.rig.agreement import Agreement
from phaseward_tools.rig.errors import RigRefused
from phaseward_tools.rig.guard import GuardedSource
from phaseward_tools.rig.pacer import Pacer
from phaseward_tools.rig.running import measurements
from phaseward_tools.rig.schema import Late, Ratings


class Clock:
    def __init__(self):
        self.s = 100.0

    def __call__(self):
        return self.s


def test_late_steps_are_counted_once_each():
    clock = Clock()
    pacer = Pacer(0.1, clock)
    pacer.begin()
    for start_s, late_s in ((0, 0.05), (1, 0.2), (2, 0.0), (3, 1.5)):
        clock.s = 100.0 + start_s + late_s
        pacer.step(start_s)
        pacer.step(start_s)  # of the second box
    assert (pacer.steps, pacer.late) == (4, 2)
    assert pacer.late_pct == 50 and pacer.worst_s == pytest.approx(1.5)


@pytest.mark.parametrize(("late", "passed"), [(1, True), (2, False)])
def test_too_many_late_steps_fail_the_run(late, passed):
    """At most 10 % of ten steps may begin more than 0.1 s late."""
    now = [0.0]
    pacer = Pacer(0.1, clock=lambda: now[0])
    pacer.begin()
    for k in range(10):
        now[0] = k + (0.5 if k < late else 0.0)
        pacer.step(k)
    limits = Late(tolerance_s=0.1, at_most_pct=10)
    rung = SimpleNamespace(pacer=pacer, boxes=[],
                           file=SimpleNamespace(rig=SimpleNamespace(late=limits)))
    found = next(m for m in measurements(rung) if m.name == "hil_late_pct")
    assert (found.value, found.limit, found.passed) == (10.0 * late, 10, passed)


def test_what_waits_is_done_although_the_step_is_over():
    clock, done = Clock(), []
    pacer = Pacer(0.1, clock)
    pacer.begin()
    clock.s += 5
    pacer.post(lambda: done.append("posted"))
    pacer.at(1.0, lambda: done.append("due"))
    pacer.at(9.0, lambda: done.append("not yet"))
    pacer.run_until(2.0)
    assert done == ["posted", "due"]


def test_readers_may_differ_for_a_moment_only():
    both = Agreement(3.0)
    both.tell("telemetry", {"relay_l1": 1}, 10.0)
    both.tell("module", {"relay_l1": 0}, 10.2)
    both.tell("module", {"relay_l1": 1}, 11.0)
    assert both.broken == []
    both.tell("telemetry", {"relay_l1": 0}, 20.0)
    both.tell("module", {"relay_l1": 1}, 20.5)
    both.tell("module", {"relay_l1": 1}, 24.5)
    assert both.broken == ["relay_l1"] and both.words() == "relay_l1 for 4.5 s"


class Recording:
    def __init__(self):
        self.told = []

    def voltages(self, u_v):
        self.told.append(tuple(round(u, 3) for u in u_v))

    def output(self, on):
        self.told.append(on)

    def close(self):
        self.told.append("off")


def guard(beyond=False, ramp_v_s=20.0):
    return GuardedSource(Recording(), Ratings(u_min_v=184.0, u_max_v=264.5), 300.0, ramp_v_s,
                         beyond)


def test_the_relay_closes_on_voltages_that_are_set():
    source = guard()
    source.switch_on([230.0, 231.0, 229.0])
    assert source.source.told == [(230.0, 231.0, 229.0), True]


def test_a_jump_is_followed_by_the_ramp():
    source = guard()
    source.switch_on([230.0] * 3)
    for _ in range(3):
        source.follow([200.0, 230.0, 235.0], 1.0, "at 1 s")
    assert source.source.told[2:] == [(210.0, 230.0, 235.0), (200.0, 230.0, 235.0)]
    assert source.behind == 1


@pytest.mark.parametrize("volts", [183.9, 264.6])
def test_nothing_beyond_the_ratings_is_ever_set(volts):
    source = guard()
    source.switch_on([230.0] * 3)
    with pytest.raises(RigRefused, match="at 7 s: L2 would be .* --beyond-ratings"):
        source.follow([230.0, volts, 230.0], 1.0, "at 7 s")
    assert len(source.source.told) == 2


def test_with_leave_the_sources_range_is_the_limit():
    source = guard(beyond=True)
    source.switch_on([100.0, 299.0, 230.0])
    with pytest.raises(RigRefused):
        source.follow([300.5, 230.0, 230.0], 1.0, "at 1 s")


def test_boxes_that_are_not_on_the_rig_run_on_rung_core():
    """No box of the rig is in the scenario, so time is not real and all is as on rung core."""
    from sim.engine.scenes import BOX, CARS, scene

    from phaseward_sim import engine
    from phaseward_tools.rig.load import loads
    from phaseward_tools.rig.rung import HilRung

    rig = loads("version: 1\nname: desk\nboxes: [{name: elsewhere, console: a, adapters: "
                "[{port: b}]}]\n")
    file = scene(CARS, BOX, duration_s=900)
    on_rig, on_core = (engine.run(file, rung=rung) for rung in (HilRung(rig), "core"))
    assert on_rig.tables["ev_p"].values.tolist() == on_core.tables["ev_p"].values.tolist()
    assert on_rig.meta.rung == "hil"
