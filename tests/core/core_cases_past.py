"""The powers that belong to old voltages. Runs on CPython and on MicroPython."""

from phaseward.core.past import Past


def _turned(delay, periods):
    past = Past()
    past.delay = delay
    found = []
    for k in range(1, periods + 1):
        p = [k, 2 * k, -3 * k]
        past.turn(p, 10 * k)
        found.append((p[0], sum(p), past.q_var))
    return found


def scenario_without_delay_the_powers_are_those_of_now():
    assert _turned(0, 3) == [(1, 0, 10), (2, 0, 20), (3, 0, 30)]


def scenario_with_four_periods_of_delay_they_are_four_old():
    assert _turned(4, 7) == [(0, 0, 0)] * 4 + [(1, 0, 10), (2, 0, 20), (3, 0, 30)]
