"""The course of 10-minute means: kept over a power cut, pulled by a host."""

import pytest
from app_rig import INTERPRETERS, Rig
from link_rig import connect

from phaseward.app.course import BUDGET_BYTES, KIND
from phaseward.app.tool.reading import MEANS_A_PAGE
from phaseward.store import entry

SLOW_POLLS = {"mb_poll_ms": 5000}  # long stretches of time in few cycles
RELAY = {"l1_kind": 1, "io_l1_act": 1, "bl_reconnect_s": 0, **SLOW_POLLS}


@pytest.fixture(params=sorted(INTERPRETERS))
def interpreter(request):
    return request.param


def means(rig):
    return connect(rig)[0].means()


def test_each_ten_minutes_are_kept_with_voltages_and_seconds_held_back(tmp_path, interpreter):
    """At 230 V, then at 205 V, below the default critical voltage of 207 V, which holds the load
    back after a minute or two, then without a meter."""
    with Rig(tmp_path, interpreter, **RELAY) as rig:
        rig.run(21 * 60, 231.0, 230.0, 229.0)
        rig.run(20 * 60, 205.0)
        rig.world.bus.slaves.clear()
        rig.run(20 * 60)
        found = means(rig)
    assert [one.sequence for one in found] == list(range(6)) and {one.boot for one in found} == {1}
    first, dark, blind = found[1], found[3], found[5]
    assert all(abs(u - v) <= 60 for u, v in zip(first.u_mv, (231000, 230000, 229000), strict=True))
    assert first.transfer_w == (0, 0, 0)
    assert all(abs(u - 205000) <= 60 for u in dark.u_mv) and dark.blocked_s == (600, 0, 0, 0)
    assert blind.u_mv is None
    steps = {b.uptime_s - a.uptime_s for a, b in zip(found, found[1:], strict=False)}
    assert steps <= {599, 600, 601}


def test_what_an_hour_has_gathered_survives_a_power_cut(tmp_path):
    with Rig(tmp_path, **SLOW_POLLS) as rig:
        rig.run(65 * 60, 230.0)
        rig.box.stop()
        rig.box.start(rig.t_s * 1_000_000)
        rig.run(12 * 60, 230.0)
        found = means(rig)
    boots = [one.boot for one in found]
    assert boots.count(1) >= 5 and boots[-1] == 2
    assert [one.sequence for one in found] == sorted({one.sequence for one in found})


def test_an_event_of_voltage_is_logged_when_it_begins(tmp_path):
    """Default: the mean of a minute below 213.9 V (-7 %) begins an event. The first such minute
    may hold some seconds of 230 V."""
    with Rig(tmp_path) as rig:
        rig.run(130, 230.0)
        rig.run(190, 200.0, 230.0, 230.0)
        rig.run(120, 230.0)
        log = connect(rig)[0].log()
    events = [line for line in log if line[4] == "event"]
    assert [(line[5][0], line[6]) for line in events] == [(1, "low")]
    assert 199_900 <= events[0][5][1] < 213_900


def test_eleven_days_fit_and_the_longest_page_is_an_answer():
    usual = entry.encode(1440, 864_000, 12, None, KIND,
                         (231_400, 229_100, 230_200, 123, -3300, 1500, 1800, 0, 0, 0, 0), "")
    assert BUDGET_BYTES / len(usual) / 144 >= 10
    worst = [1 << 29, 1 << 29, 1 << 29, [400_000] * 3 + [10_000] + [-50_000] * 3 + [600] * 4]
    assert MEANS_A_PAGE * (len(str(worst)) + 2) + 80 < 1500
