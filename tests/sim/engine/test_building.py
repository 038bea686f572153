"""From scenario to world: networks, places, phases, sessions, profiles, box specs."""

import dataclasses
from collections import Counter

import numpy as np
import pytest
from sim.engine.scenes import BALANCER, BOX, CARS, HEAD, scene

from phaseward.store import parameters
from phaseward_sim.engine.network import build_site
from phaseward_sim.engine.placing import Placing, draw_phases
from phaseward_sim.engine.plant import World
from phaseward_sim.engine.quarters import Quarters, held
from phaseward_sim.engine.sessions import sessions_of
from phaseward_sim.engine.span import Span, learning, window
from phaseward_sim.network import cables
from phaseward_sim.scenario import ScenarioError, loads

RURAL = """version: 1
name: rural
seed: 4
start: 2016-01-28T15:00:00
duration_s: 7200
grid: {excerpt: rural2%s}
"""


def rural(extra="", grid=""):
    return loads(RURAL % grid + extra, "r.yaml")


# --- network ---------------------------------------------------------------------------------

def test_the_excerpt_becomes_a_four_wire_network_with_the_catalogues_cable():
    site = build_site(rural())
    lines = site.network.lines
    assert len(lines) == 95 and len(site.network.buses) == 97  # 96 and the MV side
    assert {line.type for line in lines} == {cables.NAYY_4X150}
    assert all(bus.conductors == 4 for bus in site.network.buses if bus.name != "MV")
    assert site.network.transformers[0].type.group == "Dyn5" and site.source_pu == 1.025
    assert [(e.bus, e.ohm) for e in site.network.earths] == [("bus19", 1.0)]


def test_length_factor_transformer_and_earthing_are_changed_as_asked():
    plain, changed = build_site(rural()), build_site(rural(grid=", length_factor: 1.5, "
        "transformer: {vector_group: Yzn5, tap: 2, rated_va: 400000}, "
        "earthing: {transformer_ohm: null, house_ohm: 30}"))
    for a, b in zip(plain.network.lines, changed.network.lines, strict=True):
        assert b.length_m == pytest.approx(1.5 * a.length_m)
    unit = changed.network.transformers[0]
    assert (unit.type.group, unit.tap, unit.type.s_rated_va) == ("Yzn5", 2, 400000)
    assert unit.type.uk_pu == plain.network.transformers[0].type.uk_pu  # same impedance in %
    assert {e.ohm for e in changed.network.earths} == {30.0}
    assert changed.distance_m == plain.distance_m  # places stay where they are


STREET = HEAD.format(duration_s=60, step_s=5)


def test_an_inline_network_names_an_unknown_cable_and_a_lost_line():
    rope = STREET.replace("length_m: 100", "length_m: 100, cable: rope")
    with pytest.raises(ScenarioError, match=r"s.yaml:11: grid.inline.lines\[0\].cable: expected "
                       "one of .*NAYY 4x150.*, got 'rope'"):
        build_site(loads(rope, "s.yaml"))
    island = STREET + "      - {name: l9, from_bus: x, to_bus: y, length_m: 1}\n"
    with pytest.raises(ScenarioError, match="not connected to the transformer: x, y"):
        build_site(loads(island, "s.yaml"))


# --- places and phases -----------------------------------------------------------------------

EVS = """devices:
  ev:
    - {name: ev, place: {count: 6, from_m: 300}, habit: {}}
  heat_pumps:
    - {name: hp, place: {count: 3, among: ev}}
"""


def placed(extra, **kwargs):
    file = rural(extra, **kwargs)
    return Placing(file, build_site(file))


def test_a_group_is_placed_within_its_distances_and_numbered_by_distance():
    placing = placed(EVS)
    distance = build_site(rural()).distance_m
    cars = placing.of("ev")
    metres = [distance[car.bus] for car in cars]
    assert [car.name for car in cars] == [f"ev{n:02d}" for n in range(1, 7)]
    assert len({car.bus for car in cars}) == 6 and metres == sorted(metres)
    assert min(metres) >= 300
    assert {pump.bus for pump in placing.of("heat_pump")} < {car.bus for car in cars}


def test_the_seed_alone_decides_and_another_group_moves_nothing():
    again = placed(EVS)
    more = placed(EVS + "  pv:\n    - {name: pv, place: {count: 5}, peak_w: 5000}\n")
    assert placed(EVS).devices == again.devices
    assert more.of("ev") == again.of("ev")


@pytest.mark.parametrize(("text", "message"), [
    (EVS.replace("count: 6", "count: 60"), r"devices.ev\[0\].place.count: expected at most 17"),
    (EVS.replace("among: ev", "among: cars"), r"among: no group 'cars' before this one"),
    ("devices:\n  ev:\n    - {name: e, bus: b9, habit: {}}\n", "bus: no bus 'b9' in the network"),
    ("devices:\n  pv:\n    - {name: a, bus: bus26, peak_w: 1}\n    - {name: a, bus: bus26, "
     "peak_w: 1}\n", "name 'a' is given twice"),
])
def test_impossible_places_are_refused_by_key(text, message):
    with pytest.raises(ScenarioError, match=message):
        placed(text)


def test_phases_follow_weights_and_rating():
    # 3 * 230 V * 16 A = 11 kVA is more than 4.6 kVA: three phases; a 4.6 kW PV is on one.
    placing = placed(EVS + "  pv:\n    - {name: pv, bus: bus26, peak_w: 4600}\n")
    assert placing.named["ev01"].phases == (0, 1, 2)
    assert len(placing.named["pv"].phases) == 1
    names = [f"unit{n}" for n in range(300)]
    only_two = rural(grid=", phases: {weights: [0, 1, 0]}").scenario
    assert {draw_phases(only_two, name) for name in names} == {(1,)}
    drawn = Counter(draw_phases(rural().scenario, name)[0] for name in names)
    # 300 draws of 1/3: 100 each, standard deviation 8.2; four of them are allowed.
    assert all(67 <= drawn[phase] <= 133 for phase in range(3))


# --- profiles --------------------------------------------------------------------------------

def quarters(extra="", start_minute=0):
    file = rural(extra)
    site = build_site(file)
    span = window(file.scenario)
    span = dataclasses.replace(span, start=span.start.replace(minute=start_minute))
    return Quarters(file, site, span), site.excerpt.profiles


SAME_DAY = "devices: {grid_units: {shift_days: false}}\n"


def test_without_shift_a_profile_is_that_of_the_day():
    made, profiles = quarters(SAME_DAY)
    first = profiles.times.index(window(rural().scenario).start)
    assert list(made.shares("H0-A", "x")) == list(profiles.column("H0-A")[first:first + 9])


def test_with_shift_a_customer_lives_a_whole_other_day_of_the_same_kind():
    made, profiles = quarters()
    column = profiles.column("H0-A")
    starts = [k for k, t in enumerate(profiles.times) if (t.hour, t.minute) == (15, 0)]
    for owner in ("a", "b", "c"):
        shares = list(made.shares("H0-A", owner))
        match = [k for k in starts if list(column[k:k + 9]) == shares]
        assert match and all(profiles.times[k].weekday() < 5 for k in match)
        assert all(profiles.times[k].month == 1 for k in match)  # the same season
    assert any(list(made.shares("H0-A", o)) != list(made.shares("H0-A", "a")) for o in "bcdef")


def test_a_span_that_begins_within_a_quarter_keeps_time():
    made, _ = quarters(SAME_DAY, start_minute=10)
    assert made.lead_s == 600
    # 15:10 is 600 s into the quarter of 15:00; the next begins 300 s later.
    table = held(np.array([1.0, 2.0, 3.0]), 600, 60.0, 22)
    assert list(table[:5]) == [1.0] * 5 and list(table[5:20]) == [2.0] * 15 and table[20] == 3.0


def test_a_start_outside_the_data_is_refused_at_the_key_start():
    file = loads((RURAL % "").replace("2016-01-28", "2016-03-28"), "r.yaml")
    with pytest.raises(ScenarioError, match=r"r.yaml:4: start: .*no row for 2016-03-28"):
        Quarters(file, build_site(file), window(file.scenario)).shares("H0-A", None)


# --- sessions --------------------------------------------------------------------------------

def test_the_same_evening_brings_the_same_session_in_every_span():
    file = rural(EVS + "learning: {days: 3}\n")
    car = Placing(file, build_site(file)).named["ev01"]
    short = window(file.scenario)
    long = Span(learning(file.scenario).start, 4 * 86400, 60)
    shift_s = long.at(short.start)
    now = {(round(s.arrival_s), round(s.energy_wh)) for s in sessions_of(0, car, 4, short)}
    then = {(round(s.arrival_s - shift_s), round(s.energy_wh))
            for s in sessions_of(0, car, 4, long)}
    assert now <= then and len(then) >= 3


def test_sessions_never_overlap_and_follow_the_habit():
    text = EVS.replace("habit: {}", 'habit: {arrive: "23:30", arrive_spread_min: 400, '
                       'depart: "07:00", days_share: 1.0}')
    file = rural(text)
    span = Span(window(file.scenario).start, 60 * 86400, 60)
    for n, car in enumerate(Placing(file, build_site(file)).of("ev")):
        stays = sorted(sessions_of(n, car, 4, span), key=lambda s: s.arrival_s)
        assert len(stays) >= 59
        for before, after in zip(stays, stays[1:], strict=False):
            assert before.departure_s < after.arrival_s


def test_written_sessions_count_from_the_scenarios_start():
    file = scene(CARS, "learning: {days: 1}\n")
    car = Placing(file, build_site(file)).named["car"]
    assert [s.arrival_s for s in sessions_of(0, car, 3, window(file.scenario))] == [300]
    assert sessions_of(0, car, 3, learning(file.scenario)) == []  # it comes after those days


# --- boxes -----------------------------------------------------------------------------------

def test_wiring_gives_the_parameters_that_follow_from_it():
    spec = World(scene(CARS, BOX)).specs[0]
    p = spec.parameters
    assert spec.bus == "far" and set(spec.parameters) == set(parameters.defaults())
    # The car: pause, on L1, 230 V * 32 A = 7360 W, charger at the first address.
    assert (p["l1_kind"], p["l1_phases"], p["l1_max_w"], p["io_l1_addr"]) == (2, 1, 7360, 11)
    assert p["l1_min_w"] == 1380  # 6 A on its one phase
    # The heat pump: lock by SG-Ready, never blocked for want of data.
    assert (p["l2_kind"], p["io_l2_act"], p["l2_safe_w"]) == (3, 2, 3000)
    assert (p["mb_poll_ms"], p["mb_baud"], p["mb_parity"]) == (5000, 19200, 1)
    assert p["bl_crit_mv"] == 214000  # written in the scenario
    assert "bl_crit_mv" in spec.changed and "pb_s_va" not in spec.changed
    assert all(parameters.check(k, v) is None for k, v in p.items())


def test_a_stage_brings_its_rating_and_address():
    p = World(scene(BALANCER)).specs[0].parameters
    assert (p["pb_s_va"], p["pb_neutral_pct"], p["mb_stage_addr"]) == (15000, 100, 40)


def test_for_each_makes_a_box_per_bus_with_all_that_is_there():
    world = World(rural(EVS + "boxes:\n  - {name: box, for_each: ev, ev_floor_w: 4200}\n"))
    assert [spec.name for spec in world.specs] == [f"box{n:02d}" for n in range(1, 7)]
    assert sum(len(spec.loads) for spec in world.specs) == 9  # six cars and three heat pumps
    assert len({spec.device_id for spec in world.specs}) == 6
    assert {spec.parameters["l1_floor_w"] for spec in world.specs} == {4200}


@pytest.mark.parametrize(("box", "message"), [
    ("{name: b, loads: [{device: bike}]}", r"loads\[0\].device: expected an EV or heat pump of "
     "`devices`: car, pump; got 'bike'"),
    ("{name: b, stage: st}", "stage: expected a stage of `devices`: none; got 'st'"),
    ("{name: b, for_each: cars}", "for_each: no group 'cars'; there are houses, car, pump"),
    ("{name: b, bus: far, parameters: {bl_shar: 3}}", "parameters.bl_shar: bl_shar: no such"),
    ("{name: b, bus: far, parameters: {bl_share_pm: 3000}}", "expected a whole number 10..300"),
    ("{name: b, bus: far, meter: {profile: sundial}}", "meter.profile: .*no such profile"),
    ("{name: b, loads: [{device: pump, actuator: wallbox}]}", "a heat pump has no wallbox"),
    ("{name: b, bus: far, poll_s: 100}", "a parameter it refuses: mb_poll_ms = 100000"),
])
def test_boxes_that_cannot_be_are_refused_by_key(box, message):
    with pytest.raises(ScenarioError, match=message):
        World(scene(CARS, f"boxes:\n  - {box}\n"))
