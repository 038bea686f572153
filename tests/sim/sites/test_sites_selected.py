"""Phase selectors in the study: what they save, beside the best phases, within their budget."""

import numpy as np

from phaseward_sim.sites import archetype, course, feeder, measures, optimum, selected
from phaseward_sim.sites.closed_loop import base_voltages


def test_selectors_save_minutes_no_more_than_the_best_phases_and_keep_their_budget():
    made = feeder.of_archetype(archetype.load("madrid3"))
    part = course.draw(made, 1, 1)
    base = base_voltages(made, part)
    u_v, moves, ports, power_w = selected.run(made, part, 1, 1)
    before = measures.outcome(made, np.abs(base).reshape(part.minutes, -1, 3)).minutes
    after = measures.outcome(made, u_v).minutes
    best = selected.least(made, part, base, ports, power_w)
    assert 0 <= best <= after < 0.8 * before
    assert 0 < moves.max() <= 16  # the day's eight, and those of the day before
    assert len(ports) == selected.CARS and power_w.shape == (1440, selected.CARS)


def test_the_cars_of_a_course_are_its_charging():
    made = feeder.of_archetype(archetype.load("madrid3"))
    ports, power_w = course.cars(made, made.source.ev, 1, 1)
    p_w = np.zeros((1440, 3 * len(made.buses)))
    course.add_cars(made, made.source.ev, 1, 1, p_w)
    assert p_w.sum() == power_w.sum() > 0
    assert set(np.flatnonzero(p_w.any(axis=0))) <= set(ports.tolist())


def test_an_optimum_that_hears_late_leaves_no_less_than_the_free_one():
    """With nothing at work before, a fifth of each minute is lost to it."""
    made = feeder.of_archetype(archetype.load("madrid3"))
    part = course.draw(made, 1, 1)
    base = base_voltages(made, part)
    none = np.zeros((part.minutes, 1, 3)), np.zeros((part.minutes, 1))
    left = []
    for held in (None, (0.2, *none)):
        best = optimum.Search(made, part, base, held=held).best()
        left.append(measures.score(made, best.u_v)[0].sum())
    assert left[1] > left[0]
