"""The SunSpec inverter's slave and the firmware's actuator: limited, alive, and then silent."""

import numpy as np
import pytest
from test_modbus_master_meets_slave import Port

from phaseward.bus.actuators.inverter import Inverter
from phaseward.bus.rtu import Master
from phaseward_sim.devices import U_NOM_V
from phaseward_sim.devices.course import Course
from phaseward_sim.devices.pv import PvFleet
from phaseward_sim.modbus import InverterSlave, SerialBus

ADDRESS, REVERT_S = 50, 20
PEAK_W = 10000.0


class Wait:
    event = None


class Roof:
    """A 10 kW inverter in full sun, its slave, and the box's actuator on a serial bus."""

    def __init__(self):
        self.fleet = PvFleet(np.array([[0, 1, 2]]), PEAK_W, Course(np.ones(2), 1e6))
        self.slave = InverterSlave(ADDRESS, self.fleet.handle(0))
        bus = SerialBus(19200, "E")
        bus.add(self.slave)
        self.port, self.wait = Port(bus), Wait()
        master = Master(self.port, self.port, self.wait)
        master.set_line(19200)
        self.inverter = Inverter(ADDRESS, master, REVERT_S)

    def apply(self, limit_w):
        self.port.run(self.inverter.apply(limit_w), self.wait)

    def power_w(self, t_s):
        """What it feeds in during the second from `t_s` on."""
        self.port.now_ms = max(self.port.now_ms, 1000.0 * t_s)
        p_w = np.zeros(3)
        self.slave.advance(t_s)
        self.fleet.demand(t_s, 1.0, np.full(3, U_NOM_V), p_w, np.zeros(3))
        return -float(p_w.sum())


@pytest.mark.parametrize(("limit_w", "fed_w"), [(6000, 6000), (3337, 3330), (0, 0)])
def test_the_inverter_feeds_in_no_more_than_its_limit(limit_w, fed_w):
    """Tenths of a percent of 10 kW, down."""
    roof = Roof()
    assert roof.power_w(0) == pytest.approx(PEAK_W)
    roof.apply(limit_w)
    assert not roof.inverter.fault, roof.inverter.fault_text()
    assert roof.power_w(5) == pytest.approx(fed_w, abs=0.1)
    assert roof.fleet.lost_wh[0] == pytest.approx((PEAK_W - fed_w) / 3600)


def test_its_rating_or_more_takes_the_limit_away():
    roof = Roof()
    roof.apply(3000)
    roof.apply(10000)
    assert roof.power_w(5) == pytest.approx(PEAK_W)


def test_a_box_that_falls_silent_leaves_no_limit_after_the_revert_time():
    roof = Roof()
    roof.apply(3000)
    assert roof.power_w(REVERT_S - 2) == pytest.approx(3000)
    roof.apply(3000)  # a sign of life: the time begins anew
    assert roof.power_w(2 * REVERT_S - 4) == pytest.approx(3000)
    assert roof.power_w(2 * REVERT_S + 2) == pytest.approx(PEAK_W)


def test_registers_of_the_rating_cannot_be_written():
    roof = Roof()
    with pytest.raises(KeyError):
        roof.slave.write(0.0, 40000 + 70 + 2, [1])
