"""Other cures, a broken neutral, sizing from a feeder and from a box's own records."""

import numpy as np
import pytest
from sim.sites.small import OHM, street
from sim.sites.small import course as loads_of

from phaseward_sim.network import Bus, Line, Network, Source
from phaseward_sim.network.cables import CableType
from phaseward_sim.sites import (
    archetype,
    broken_neutral,
    course,
    feeder,
    foreign,
    jobs,
    judging,
    measures,
    opponents,
    records,
    sizing,
)
from phaseward_sim.sites.archetype import SiteError
from phaseward_sim.sites.closed_loop import base_voltages


def test_an_inverter_above_253_volts_is_off_until_three_minutes_are_below():
    high = np.array([[0], [1], [0], [0], [0], [0]], bool)
    assert judging.tripped(high)[:, 0].tolist() == [False, True, True, True, False, False]


def test_lost_energy_by_hand():
    """One minute high and two waiting at 3 kW: 3 * 3 kW / 60 = 0.15 kWh."""
    part = loads_of(np.zeros((5, 3)))
    part = course.Course(part.p_w, part.q_var, part.source_pu, np.full((5, 1), 3000.0),
                         np.array([0]))
    u = np.full((5, 1, 3), 240.0)
    u[1, 0, 0] = 253.5
    assert judging.pv_lost_kwh(part, u) == pytest.approx(0.15)


def test_moving_the_one_overloaded_customer_cures_a_street():
    """Two customers' loads on L1, none on L2 and L3: one of the two buses has to move."""
    made = feeder.of_archetype(archetype.load("acoruna1"))
    part = course.draw(made, 2, 1).part(1080, 1200)
    base = base_voltages(made, part)
    before = judging.without(made, part, base)
    steps = opponents.rephase(made, part, base, moves=2)
    minutes = [before["minutes"], *(after["minutes"] for _, after in steps)]
    assert len(minutes) == 3 and minutes[1] < 0.8 * minutes[0] and minutes[2] < minutes[1]


def test_a_move_takes_load_pv_and_meter_along():
    made = street(single=(2, 0, 1))
    part = course.Course(np.array([[900.0, 0, 100.0]]), np.zeros((1, 3)), np.ones(1),
                         np.array([[500.0]]), np.array([0]))
    there, loads = opponents.moved(made, part, (0, 0, 1))
    assert there.single.tolist() == [[0, 2, 1]] and loads.p_w.tolist() == [[0, 900.0, 100.0]]
    assert loads.pv_port.tolist() == [1] and part.p_w[0, 0] == 900.0


def test_a_broken_neutral_is_seen_and_a_sound_one_is_not_blamed():
    made = feeder.of_archetype(archetype.load("acoruna1"))
    part = course.draw(made, 101, 1)
    bus = made.places[0].bus
    sound = base_voltages(made, part).reshape(part.minutes, -1, 3)[:, bus]
    assert broken_neutral.watch(sound) == (0.0, 0.0, 0.0)
    v = broken_neutral.voltages(made, part, "l1", range(0, 1440, 12))
    suspect, alarm, lost = broken_neutral.watch(v[:, bus])
    assert suspect >= 0.95 and alarm >= 0.95 and lost >= 0.95
    assert np.abs(v).max() > 260 > 200 > np.abs(v).min()


@pytest.mark.parametrize("made", [feeder.of_archetype(archetype.load("pontevedra3")),
                                  foreign.load("rural2")], ids=["pontevedra3", "rural2"])
def test_the_neutral_is_broken_on_the_way_to_the_unit(made):
    """Behind the break the voltages fall apart; whichever way the data write the line."""
    bus = made.places[-1].bus
    count = len(made.model.ports)
    load = np.zeros((1, count))
    load[0, 3 * bus] = 3000.0
    part = course.Course(load, 0 * load, np.ones(1), np.zeros((1, 0)), np.zeros(0, int))
    u = np.abs(broken_neutral.voltages(made, part, jobs.upstream(made, bus), [0]))[0, bus]
    assert np.ptp(u) > 50.0


def test_a_neutral_broken_behind_equal_loads_moves_nothing():
    """Three equal impedances need no neutral."""
    made = feeder.of_archetype(archetype.load("acoruna1"))
    equal = np.full((1, 3 * len(made.buses)), 500.0)
    part = course.Course(equal, 0 * equal, np.ones(1), np.zeros((1, 0)), np.zeros(0, int))
    u = np.abs(broken_neutral.voltages(made, part, "l1", [0]))
    assert np.ptp(u[0], axis=1).max() < 0.1
    with pytest.raises(ValueError, match="no line 'l99'"):
        broken_neutral.broken(made.network, "l99")


def test_records_ask_for_the_rating_by_hand():
    """L1 at 209 V, the others 227 V, k = 1 V/kW, no reactive effect: 4.9 V are missing to 213.9.
    The pattern (2, -1, -1) gives 1 V per kW and S/4.5 on L1, at 209 V 209/230 of it: 24.3 kVA,
    the list's 25. With a neutral leg of 150 % it is S/3 on L1: 16.2 kVA, the list's 20."""
    u = np.array([[209.0, 227.0, 227.0], [230.0, 230.0, 230.0]])
    found = records.Found(1000.0, 0.0, kq_mv_kvar=0.0)
    size = records.advise(u, found, 0.95)
    assert (size.kva, size.estimated) == (25.0, 1.0)
    assert size.bound == 1.0  # the neutral leg is what limits
    assert records.advise(u, found, 0.95, neutral=1.5).kva == 20.0


def test_the_records_transfer_is_the_core_s():
    """Same formula as core/transfer.py: a transfer made for v moves v into the band."""
    u = np.array([[212.0, 232.0, 240.0]])
    found = records.Found(1500.0, -25.0)
    p = records.wanted_transfer(u, found)
    assert p.sum() == pytest.approx(0, abs=1e-6)
    after = u + records.effect(p, found)
    assert after.min() >= 221.9 - 0.01 and after.max() <= 238.1 + 0.01


@pytest.mark.parametrize(("text", "says"), [
    ("a,b\n1,2\n", ":1: expected columns u_l1_v"),
    ("x_u_l1_v,x_u_l2_v,x_u_l3_v,y_u_l1_v,y_u_l2_v,y_u_l3_v\n", "name one with --bus"),
    ("u_l1_v,u_l2_v,u_l3_v\n230,231,abc\n", ":2: expected three voltages"),
    ("u_l1_v,u_l2_v,u_l3_v\n230,231,2.3\n", ":2: .* between 100 and 400"),
    ("u_l1_v,u_l2_v,u_l3_v\n", "no row"),
])
def test_wrong_records_are_refused_with_file_and_line(tmp_path, text, says):
    path = tmp_path / "box.csv"
    path.write_text(text)
    with pytest.raises(SiteError, match=says):
        records.read(path)


def test_records_without_trouble_or_with_too_much_say_so():
    found = records.Found(1000.0, 0.0, 0.0)
    with pytest.raises(SiteError, match="nothing to size"):
        records.advise(np.full((3, 3), 230.0), found, 0.9)
    with pytest.raises(SiteError, match="mean of the phases is out"):
        records.advise(np.full((3, 3), 205.0), found, 0.9)


def test_the_feeder_s_size_is_least_and_checked_by_the_law():
    """A street of one bus: 10 kW on L1 for ten minutes. By hand (test of the optimum) it takes
    about S/4.5 = the missing power; the list's next rating must do, the one before not."""
    made = street()
    part = loads_of(np.full((12, 3), [10000.0, 0.0, 0.0]))
    case = sizing.Case.of(made, [part])
    size = sizing.least_rating(made, *sizing.drawn(made, case), 0.9)
    lower = sizing.RATINGS_KVA[sizing.RATINGS_KVA.index(size.kva) - 1]
    assert sizing.estimate(made, *sizing.drawn(made, case), lower, 1.0)[0] < 0.9
    checked = sizing.check(made, case, size)
    assert checked.checked >= 0.8  # the first of twelve minutes goes by until the law has acted
    u = np.abs(case.base[0]).reshape(12, 1, 3)
    assert measures.score(made, u)[0].sum() == 12


def fork():
    """Two branches of equal length behind a common line."""
    kind = CableType("test", np.eye(4) * OHM, 100.0)
    ways = (("l", "near", "mid"), ("la", "mid", "a"), ("lb", "mid", "b"))
    network = Network("fork", [Bus(name) for name in ("near", "mid", "a", "b")],
                      [Line(*way, kind, 500.0) for way in ways],
                      [Source("grid", "near", 400.0, 1e-6, 1e-6)])
    return feeder.make("fork", "Fork", "for tests", network, ["a", "b"], [1000.0, 1000.0],
                       [(1, 1, 1)] * 2, [0, 0], [("a", 15.0)], None)


def test_the_best_node_is_where_the_trouble_is():
    """10 kW on L1 at the end of one branch. A unit there lowers the drop of both lines, one at the
    other branch's end that of the common line only: half of it. 5 V of 21 are missing: 2.5 kW at
    its own end, for which 15 kVA / 4.5 = 3.3 kW are enough; at the other 5 kW."""
    found = sizing.best_nodes(fork(), [loads_of(np.full((12, 6), [0, 0, 0, 10e3, 0, 0]))], 15.0)
    assert [size.bus for size in found] == ["b", "a"]
    assert found[0].estimated == 1.0 and found[1].estimated < 0


def test_the_wider_margin_is_for_trouble_that_the_unit_s_node_does_not_show():
    """8 kW on L1 at the end of one branch: 213.7 V there, 222.3 V at the other. 8 V inside the
    limit is 221.9 V, so a unit at the other branch does nothing; 12 V inside is 225.9 V, and the
    3.6 V that it moves there are half of that where they are needed. At the end itself both cure,
    and the default, which moves less, is kept."""
    for load, margin_mv in (([0, 0, 0, 8e3, 0, 0], 12000), ([8e3, 0, 0, 0, 0, 0], 8000)):
        case = sizing.Case.of(fork(), [loads_of(np.full((12, 6), load))])
        assert sizing.margins(fork(), case, [1.0, 2.0]) == {1.0: margin_mv, 2.0: margin_mv}
        checked = sizing.check(fork(), case, sizing.Size("a", 15.0, 1.0, 1.0, None, 0.0))
        assert checked.margin_mv == margin_mv and checked.checked == 1.0


def test_a_feeder_without_trouble_needs_no_unit():
    made = street()
    part = loads_of(np.full((3, 3), 100.0))
    with pytest.raises(SiteError, match="nothing to size"):
        sizing.drawn(made, sizing.Case.of(made, [part]))
