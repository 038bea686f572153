"""A charger on the bus tells the decisions of its car: whole box, real registers, both Pythons."""

import numpy as np
import pytest
from app_rig import INTERPRETERS, Rig, Surroundings

from phaseward_sim.devices.ev import EvFleet, Session
from phaseward_sim.modbus import WallboxSlave

LEAVES_S = 300.0
PARAMETERS = {
    "l1_kind": 2, "l1_safe_w": 11000, "l1_need_wh": 27000, "l1_within_min": 480, "io_l1_act": 3,
    "io_l1_addr": 7, "bl_reconnect_s": 0, "bl_ramp_pm": 1000,
}  # fmt: skip


class Garage(Surroundings):
    """One car of 11 kW that is there for five minutes."""

    def __init__(self):
        super().__init__()
        session = Session(0, 0.0, LEAVES_S, 1e6, 3, 16.0)
        self.cars = EvFleet(np.array([[0, 1, 2]]), [session], response_s=0.0)
        self.bus.add(WallboxSlave("heidelberg_energy_control", 7, self.cars.handle(0)))

    def set_voltage(self, t_s, *u_v):
        super().set_voltage(t_s, *u_v)
        self.bus.advance(t_s * 1_000_000)
        self.cars.demand(t_s, 1.0, np.full(3, 230.0), np.zeros(3), np.zeros(3))


class GarageRig(Rig):
    surroundings = Garage


@pytest.mark.parametrize("interpreter", sorted(INTERPRETERS))
def test_the_charger_tells_of_its_car_and_what_it_has_got(tmp_path, interpreter):
    """11 kW for about four minutes are 733 Wh, counted in whole Wh. Gone at 300 s."""
    with GarageRig(tmp_path, interpreter, **PARAMETERS) as rig:
        rig.run(240, 230.0)
        charged_wh = rig.world.cars.charged_wh[0]
        told = rig.ask("car 1")[0]
        rig.run(90, 230.0)
        gone = rig.ask("car 1")[0]
    assert 500 < charged_wh < 760
    words = told.split()
    assert words[:5] == ["load", "1:", "car", "with", words[4]]
    assert abs(int(words[4]) - charged_wh) < 30  # ten seconds of 11 kW: set-up, and the answer
    assert gone == "load 1: no car"
