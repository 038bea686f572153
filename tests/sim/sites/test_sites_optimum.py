"""The optimum: a case with a known answer, never worse than a law, near a proven bound."""

import numpy as np
import pytest
from sim.sites.small import OHM, street
from sim.sites.small import course as loads_of

from phaseward_sim.sites import archetype, certify, course, feeder, laws, measures, optimum
from phaseward_sim.sites.closed_loop import ClosedLoop, Row, base_voltages


def outside(kva, reactive=True, load_w=12000.0):
    """Meters outside after the optimum, one at L1, one at L2, L3 each."""
    made = street(kva=kva)
    part = loads_of([load_w, 0.0, 0.0])
    base = base_voltages(made, part)
    search = optimum.Search(made, part, base, reactive=reactive)
    best = search.best()
    return measures.score(made, best.u_v)[0][0], best, base


def test_the_least_rating_that_cures_is_the_one_by_hand():
    """The load on L1 drops U1 by 2 r I. What is missing to 213.9 V, over k = 2.5 r/U per W of the
    pattern (2, -1, -1), is the power for L1; equal legs carry S/4.5 of it in the neutral. The
    load's current falls as U1 rises, which makes every volt 1 / (1 - 2 r P / U**2) of it."""
    load_w = 10000.0
    made = street()
    base = np.abs(base_voltages(made, loads_of([load_w, 0.0, 0.0])))[0, 0]
    missing_v = 213.9 - base
    assert missing_v > 2
    power_w = missing_v / (2.5 * OHM / base) * (1 - 2 * OHM * load_w / base**2)
    kva = 4.5 * power_w / 1000.0 * 230.0 / base  # legs and neutral are rated in amperes at 230 V
    assert outside(1.05 * kva, False, load_w)[0] == 0
    assert outside(0.95 * kva, False, load_w)[0] == 1


def test_what_it_orders_keeps_sum_legs_and_neutral():
    _, best, _ = outside(6.0)
    p = best.p_w[0, 0]
    assert p.sum() == pytest.approx(0.0, abs=1e-6) and np.abs(p).max() > 500
    turn = np.exp(-2j * np.pi / 3 * np.arange(3))
    u = best.u_v[0, 0]
    assert np.abs((p / u * turn).sum()) <= 6000 / 690 * 1.01
    assert np.hypot(p, best.q_var[0, 0]).max() <= 2000 * 1.01


def test_a_minute_without_trouble_is_not_searched():
    made = street()
    part = loads_of([500.0, 500.0, 500.0])
    search = optimum.Search(made, part, base_voltages(made, part))
    assert len(search.at) == 0 and len(search.best().at) == 0


def test_all_directions_sum_to_zero_and_reach_the_rating():
    """230 V, 15 kVA: the pattern (1, -1/2, -1/2) reaches S/4.5 = 3333 W by the neutral."""
    d = optimum.directions()
    assert np.abs(d.sum(axis=1)).max() < 1e-12 and np.abs(d).max(axis=1) == pytest.approx(1.0)
    far = optimum.reach(np.array([[1.0, -0.5, -0.5]]), np.full((1, 3), 230.0), 5000 / 230,
                        5000 / 230)
    assert far[0, 0] == pytest.approx(15000 / 4.5, rel=1e-6)


@pytest.fixture(scope="module")
def evening():
    made = feeder.of_archetype(archetype.load("madrid3"))
    part = course.draw(made, 1, 1).part(1080, 1200)
    law = laws.BoxLaw([laws.box_parameters(p) for p in made.places])
    loop = ClosedLoop(made, [part], [(law, [Row(0)])])
    return made, part, loop, loop.run()


def test_the_optimum_is_not_worse_than_the_law_in_exact_replay(evening):
    made, part, loop, ran = evening
    search = optimum.Search(made, part, loop.base[0])
    with_law = search.best([(ran.p_w[0], ran.q_var[0])])
    alone = search.best()
    law, _ = measures.score(made, ran.u_v[0][search.at])
    best, _ = measures.score(made, with_law.u_v)
    assert law.sum() >= best.sum()
    # A law may gain a meter within a minute whose loads have just changed; no more.
    assert (law - best).min() >= -1 and (law < best).sum() <= 0.02 * len(law)
    found, _ = measures.score(made, alone.u_v)
    before, _ = measures.score(made, np.abs(loop.base[0][search.at]).reshape(len(law), -1, 3))
    assert (found - best).sum() <= 0.01 * before.sum()  # it finds nearly as much by itself


def test_the_found_best_is_near_the_proven_bound(evening):
    made, part, loop, ran = evening
    search = optimum.Search(made, part, loop.base[0])
    best = search.best([(ran.p_w[0], ran.q_var[0])])
    gap = certify.gap(search, best, sample=40)
    assert gap["bound"] <= gap["found"] <= gap["before"]
    assert gap["found"] - gap["bound"] <= 0.03 * (gap["before"] - gap["bound"])
