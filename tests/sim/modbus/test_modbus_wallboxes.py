"""Every wallbox profile: the firmware's actuator against this slave, alive and then silent."""

import numpy as np
import pytest
from test_modbus_master_meets_slave import Port

from phaseward.bus.actuators.wallbox import Wallbox
from phaseward.bus.profile import available, load
from phaseward.bus.rtu import Master
from phaseward_sim.devices import U_NOM_V
from phaseward_sim.devices.ev import EvFleet, Session
from phaseward_sim.modbus import SerialBus, WallboxSlave

ADDRESS, WATCHDOG_S, FAILSAFE_A = 30, 20, 6
WALLBOXES = [name for name in available() if load(name).kind == "wallbox"]
U = np.full(3, U_NOM_V)


class Wait:
    event = None


class Site:
    """A car on three phases, its charger, and the box's actuator on a serial bus."""

    def __init__(self, name):
        sessions = [Session(0, 0.0, 1e6, 50_000.0, 3, 16.0)]
        self.fleet = EvFleet(np.array([[0, 1, 2]]), sessions, response_s=0.0)
        self.slave = WallboxSlave(name, ADDRESS, self.fleet.handle(0))
        bus = SerialBus(19200, "E")
        bus.add(self.slave)
        self.port, self.wait = Port(bus), Wait()
        master = Master(self.port, self.port, self.wait)
        master.set_line(19200)
        self.box = Wallbox(load(name, "wallbox"), ADDRESS, master, 3, 1000 * WATCHDOG_S,
                           1000 * FAILSAFE_A)

    def apply(self, limit_w):
        self.port.run(self.box.apply(limit_w), self.wait)

    def power_w(self, t_s):
        """What the car draws in the second from `t_s` on."""
        self.port.now_ms = max(self.port.now_ms, 1000.0 * t_s)
        p_w, q_var = np.zeros(3), np.zeros(3)
        self.slave.advance(t_s)
        self.fleet.demand(t_s, 1.0, U, p_w, q_var)
        return abs(float(p_w.sum()))


@pytest.mark.parametrize("name", WALLBOXES)
def test_the_car_gets_no_more_than_its_limit_and_not_much_less(name):
    """11 kW on three phases: 15.94 A, or 15 A where a register holds whole amperes only."""
    site = Site(name)
    for t_s in range(5):
        site.apply(11000)
        drawn_w = site.power_w(t_s)
    assert not site.box.fault, site.box.fault_text()
    assert 15 * 3 * U_NOM_V <= drawn_w <= 11000
    site.apply(0)
    assert site.power_w(6) == 0


@pytest.mark.parametrize("name", WALLBOXES)
def test_a_box_that_falls_silent_leaves_the_failsafe_current(name):
    site = Site(name)
    for t_s in range(5):
        site.apply(11000)
        site.power_w(t_s)
    assert site.power_w(5 + WATCHDOG_S + 5) == pytest.approx(FAILSAFE_A * 3 * U_NOM_V)


@pytest.mark.parametrize("name", WALLBOXES)
def test_rounds_of_the_box_keep_the_watchdog_away(name):
    site = Site(name)
    for t_s in range(0, 6 * WATCHDOG_S, 5):
        site.power_w(t_s)
        site.apply(11000)
        assert not site.slave.failsafe
    assert site.power_w(t_s + 1) > 10000
