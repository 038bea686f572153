"""Precedence between those who limit a load. Runs on CPython and on MicroPython."""

from phaseward.core import reasons
from phaseward.core.arbiter import COMFORT, CONTACT, LOCAL, PROTECTION, REMOTE, SOURCES, Arbiter


def arbiter(whole=0):
    """Load 0: 11 kW, floor 4.2 kW, ramp 1.1 kW a minute, at full power now."""
    a = Arbiter()
    a.max_w[0] = 11000
    a.floor_w[0] = 0 if whole else 4200
    a.step_w[0] = 1100
    a.whole[0] = whole
    a.settle(0, reasons.FREE, True, reasons.RAMP)
    a.limit_w[0] = 11000
    return a


def settled(a, may_rise=False):
    a.settle(0, reasons.STRESS, may_rise, reasons.HOLD)
    return a.limit_w[0], a.reason[0]


def scenario_lowest_ask_decides():
    a = arbiter()
    a.ask(LOCAL, 0, 8000)
    a.ask(REMOTE, 0, 6000)
    a.ask(CONTACT, 0, 7000)
    assert settled(a) == (6000, reasons.REMOTE)
    assert a.rank[0] == REMOTE


def scenario_at_the_same_limit_the_strongest_is_named():
    a = arbiter()
    for source in (LOCAL, REMOTE, CONTACT):
        a.ask(source, 0, 6000)
    assert settled(a) == (6000, reasons.CONTACT)
    a.ask(PROTECTION, 0, 6000)
    assert settled(a) == (6000, reasons.PROTECTION)


def scenario_only_protection_goes_below_the_floor():
    a = arbiter()
    a.ask(REMOTE, 0, 0)
    a.ask(CONTACT, 0, 100)
    assert settled(a) == (4200, reasons.CONTACT)
    a.ask(PROTECTION, 0, 1000)
    assert settled(a) == (1000, reasons.PROTECTION)


def scenario_comfort_lifts_local_blocking_only():
    a = arbiter()
    a.ask(LOCAL, 0, 4200)
    a.ask(COMFORT, 0, 7000)
    assert settled(a) == (7000, reasons.COMFORT)
    a.ask(REMOTE, 0, 5000)
    assert settled(a) == (5000, reasons.REMOTE)
    a.ask(LOCAL, 0, -1)
    a.ask(REMOTE, 0, -1)
    assert settled(a) == (5000, reasons.HOLD)  # comfort limits nothing; the rise is not due yet


def scenario_falling_is_at_once_rising_only_when_permitted_and_ramped():
    a = arbiter()
    a.ask(REMOTE, 0, 5000)
    assert settled(a) == (5000, reasons.REMOTE)
    a.ask(REMOTE, 0, -1)
    assert settled(a, False) == (5000, reasons.HOLD)
    assert settled(a, True) == (6100, reasons.RAMP)
    assert a.rank[0] == REMOTE  # what is left of its limit is still its own
    for _ in range(5):
        limit = settled(a, True)
    assert limit == (11000, reasons.STRESS) and a.rank[0] == SOURCES


def scenario_a_paused_load_begins_at_its_least_power():
    a = arbiter()
    a.floor_w[0] = 0
    a.min_w[0] = 4140
    a.ask(LOCAL, 0, 0)
    assert settled(a)[0] == 0
    a.ask(LOCAL, 0, -1)
    assert settled(a, True)[0] == 4140
    assert settled(a, True)[0] == 5240


def scenario_a_switched_load_is_all_or_nothing():
    a = arbiter(whole=1)
    a.ask(REMOTE, 0, 10000)
    assert settled(a) == (0, reasons.REMOTE)
    a.ask(REMOTE, 0, 11000)
    assert settled(a, True)[0] == 11000
