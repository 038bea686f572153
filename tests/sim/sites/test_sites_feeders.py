"""Sites' files, feeders made of them, their loads, and what counts as a meter-minute."""

import numpy as np
import pytest
from sim.sites.small import OHM, street

from phaseward_sim.evaluate.events import count_events
from phaseward_sim.sites import archetype, course, feeder, foreign, measures


def test_ten_sites_are_shipped_two_with_several_units():
    sites = [archetype.load(name) for name in archetype.shipped()]
    assert len(sites) == 10
    assert sum(len(site.units) > 1 for site in sites) == 2
    assert any(line.joint_ohm > 0 for site in sites for line in site.lines)


@pytest.mark.parametrize(("old", "new", "says"), [
    ("kva: 15", "kva: -1", "units.0.kva"),
    ("cable: NAYY 4x120", "cable: NAYY 4x121", "expected one of NAYY 4x150"),
    ("bus: n4", "bus: n9", "no line leads to 'n9'"),
    ("start: n2, end: n3", "start: n7, end: n3", "write lines from the transformer outwards"),
    ("start: n2, end: n3", "start: n2, end: n1", "fed already"),
    ("dip_pu", "dipp_pu", "did you mean 'dip_pu'"),
])
def test_a_wrong_site_is_refused_with_file_and_key(tmp_path, old, new, says):
    text = (archetype.FOLDER / "acoruna1.yaml").read_text(encoding="utf-8")
    path = tmp_path / "site.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(archetype.SiteError, match="site.yaml") as error:
        archetype.load(path)
    assert says in str(error.value)


def test_an_unknown_site_lists_those_there_are():
    with pytest.raises(archetype.SiteError, match="no site 'paris1'; there are madrid1, madrid2"):
        archetype.load("paris1")


def test_a_transfer_moves_the_voltage_by_what_the_line_says():
    """Four conductors of r: p (2, -1, -1) drives 2 p/U in the phase and 3 p/U in the neutral, so
    du = 5 r p/U for 2 p, k = 2.5 r/U = 2.5 * 0.23 / 230.94 = 2490 mV/kW, without angle."""
    place = street().places[0]
    assert place.k_mv_kw == pytest.approx(2.5 * OHM / 230.94 * 1e6, rel=0.01)
    assert place.angle_deg == pytest.approx(0.0, abs=0.5)
    assert abs(place.kq_mv_kvar) < 5


def test_reactance_turns_the_effect_as_the_firmware_counts_angles():
    """Overhead lines have about as much reactance as resistance: -12 ... -37 degrees."""
    rural = feeder.of_archetype(archetype.load("pontevedra1"))
    assert -37 <= rural.places[0].angle_deg <= -12
    assert 300 < rural.places[0].kq_mv_kvar < 700


def test_a_seed_gives_the_same_loads_again_and_another_others():
    made = feeder.of_archetype(archetype.load("acoruna1"))
    first, again, other = (course.draw(made, seed, 1) for seed in (1, 1, 2))
    assert (first.p_w == again.p_w).all() and (first.source_pu == again.source_pu).all()
    assert (first.p_w != other.p_w).any()
    assert first.p_w.min() < 0 < first.p_w.max()  # PV feeds, customers draw
    assert first.pv_w.max() <= 4600.0


def test_households_lie_on_the_phases_by_weight():
    made = feeder.of_archetype(archetype.load("madrid1"))  # 60 of which 3 on three phases
    assert made.meters == 60 and made.triple.sum() == 3
    assert made.single.sum(axis=0) == pytest.approx(57 * np.array([1.0, 1.1, 1.5]) / 3.6, abs=1)


def test_meters_and_volts_outside_by_hand():
    """213.9 ... 246.1 V. Two single-phase meters on L1 at 210.9 V: 2 meters, 6 V. The three-phase
    one is outside once, by its worst phase: 250.1 V, 4 V."""
    one = street(single=(2, 1, 0), triple=1)
    count, volts = measures.score(one, np.array([[[210.9, 230.0, 250.1]]]))
    assert count[0] == 3 and volts[0] == pytest.approx(6.0 + 4.0)


def test_events_are_those_of_the_evaluation():
    rng = np.random.default_rng(1)
    u = 230 + 20 * rng.standard_normal((500, 1, 3))
    counted = count_events(u, 60.0)
    assert measures.events(street(), u) == counted.under.sum() + counted.over.sum()
    minutes = measures.outcome(street(), u).minutes
    assert minutes == pytest.approx(counted.outside_s.sum() / 60)


def test_induced_minutes_and_worse_voltages_by_hand():
    before = np.full((2, 1, 3), 230.0)
    after = before.copy()
    before[0, 0, 0], after[0, 0, 0] = 210.0, 212.0  # better, still outside
    after[1, 0, 1] = 247.1  # driven out by 1 V
    assert measures.induced(street(), before, after) == 1
    assert measures.worsened_v(street(), before, after) == pytest.approx(1.0)


@pytest.mark.parametrize("name", foreign.names())
def test_foreign_feeders_have_single_phase_customers_and_one_unit(name):
    found = foreign.load(name)
    assert found.meters >= 40 and found.triple.sum() == 0
    assert 0.6 < found.places[0].reach <= 1.0
    assert found.buses[found.places[0].bus] == foreign.NODES[name]
    assert "added" in found.about
    assert course.draw(found, 1, 1).p_w.shape == (1440, 3 * len(found.buses))
