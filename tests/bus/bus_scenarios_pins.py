"""Relay and SG-Ready contacts, with what they read back. On CPython and MicroPython."""

from bus_fakes import Clock, expect, refused

from phaseward.bus.actuators import sg_ready
from phaseward.bus.actuators.relay import Relay
from phaseward.bus.actuators.sg_ready import LOCK, NORMAL, RECOMMEND, START, SgReady


class Pin:
    """An output that remembers every level; `stuck` is what its contact shows instead."""

    def __init__(self, log=None, name=""):
        self.level = 0
        self.stuck = None
        self.log = [] if log is None else log
        self.name = name

    def set(self, level):
        self.level = level
        self.log.append((self.name, level))

    def read(self):
        return self.level if self.stuck is None else self.stuck


# Relay


def scenario_a_relay_blocks_at_its_level_and_counts_changes():
    for level in (0, 1):
        pin = Pin()
        relay = Relay(pin, Clock(), blocked_level=level)
        relay.apply(1)
        expect(pin.level, level)
        relay.apply(0)
        relay.apply(0)
        expect((pin.level, relay.switched, len(pin.log)), (1 - level, 1, 2))


def scenario_a_stuck_contact_is_a_fault_after_the_settling_time():
    clock, pin = Clock(), Pin()
    relay = Relay(pin, clock)
    relay.apply(0)
    pin.stuck = 0
    relay.apply(1)
    expect(relay.fault, False)  # a contact takes its time
    clock.now_ms += 200
    relay.apply(1)
    expect(relay.fault, True)
    expect(relay.fault_text(), "the contact does not follow the relay")
    pin.stuck = None
    relay.check()
    expect(relay.fault, False)


def scenario_an_auxiliary_contact_is_what_counts():
    clock, pin, contact = Clock(), Pin(), Pin()
    relay = Relay(pin, clock, feedback=contact)
    relay.apply(1)
    clock.now_ms += 300
    relay.check()
    expect(relay.fault, True)
    contact.level = 1
    relay.check()
    expect(relay.fault, False)


def scenario_a_relay_that_lost_its_setting_is_set_again():
    clock, pin = Clock(), Pin()
    relay = Relay(pin, clock)
    relay.apply(1)
    clock.now_ms += 300
    relay.check()
    pin.level = 0  # a disturbance has changed the pin
    relay.check()
    expect(pin.level, 1)


def scenario_a_relay_goes_to_its_configured_safe_state():
    for safe in (0, 1):
        pin = Pin()
        relay = Relay(pin, Clock(), safe_blocked=safe)
        relay.safe()
        expect(pin.level, safe)


# SG-Ready


def scenario_sg_ready_states_have_their_contacts():
    for state, first, second in ((LOCK, 1, 0), (NORMAL, 0, 0), (RECOMMEND, 0, 1), (START, 1, 1)):
        one, two = Pin(), Pin()
        expect(SgReady(one, two, Clock()).apply(state), True)
        expect((one.level, two.level), (first, second))


def scenario_sg_ready_never_passes_through_start():
    # Every change that neither begins nor ends in START, contact by contact.
    for before in (LOCK, NORMAL, RECOMMEND):
        for after in (LOCK, NORMAL, RECOMMEND):
            log = []
            heat_pump = SgReady(Pin(log, "1"), Pin(log, "2"), Clock(), hold_s=0)
            heat_pump.apply(before)
            heat_pump.apply(after)
            contacts = {"1": 0, "2": 0}
            for name, level in log:
                contacts[name] = level
                assert contacts != {"1": 1, "2": 1}, (before, after, log)


def scenario_sg_ready_holds_a_state_but_locks_at_once():
    clock = Clock()
    heat_pump = SgReady(Pin(), Pin(), clock, hold_s=600)
    expect(heat_pump.apply(RECOMMEND), True)
    expect(heat_pump.apply(NORMAL), False)
    clock.now_ms += 599999
    expect(heat_pump.apply(NORMAL), False)
    expect(heat_pump.apply(LOCK), True)
    expect(heat_pump.apply(NORMAL), False)  # the lock is held too
    for _ in range(600):
        clock.now_ms += 1000
        heat_pump.apply(NORMAL)
    expect(sg_ready.NAMES[heat_pump.state], "normal")


def scenario_sg_ready_refuses_unknown_states():
    refused(lambda: SgReady(Pin(), Pin(), Clock()).apply(4), "0..3")


def scenario_sg_ready_reports_a_stuck_contact_and_its_safe_state_ignores_the_hold():
    clock, one, two = Clock(), Pin(), Pin()
    heat_pump = SgReady(one, two, clock)
    heat_pump.apply(RECOMMEND)
    two.stuck = 0
    clock.now_ms += 1000
    heat_pump.apply(RECOMMEND)
    expect(heat_pump.fault, True)
    heat_pump.safe()
    expect((one.level, two.level), (1, 0))
