"""A box with everything on it, and what its surroundings see of it second by second.

Load 1 is a car at a wallbox (address 7), load 2 hangs on a relay that releases when energised; the
power stage has address 30, an inverter address 50, which only some faults have the box limit. The
voltages are given, not solved: what matters is what the box does.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from app_rig import SECOND, Rig, Surroundings

from phaseward_sim.devices.course import Course
from phaseward_sim.devices.ev import EvFleet, Session
from phaseward_sim.devices.pv import PvFleet
from phaseward_sim.devices.stage import StageFleet
from phaseward_sim.loop import box_process
from phaseward_sim.modbus import InverterSlave, StageSlave, WallboxSlave

FAULTY = Path(__file__).parent / "faulty"
SAFE_A = 4200 / 690  # l1_safe_w on three phases at 230 V; the wallbox counts tenths, down
BASE = {
    "l1_kind": 1, "io_l1_act": 3, "io_l1_addr": 7,
    "l2_kind": 1, "io_l2_act": 1, "io_l2_invert": 1,
    "pb_enable": 1, "mb_stage_addr": 30, "pb_restart_s": 0, "pb_stop_s": 20,
    "bl_reconnect_s": 0, "bl_jitter_s": 0, "bl_ramp_pm": 1000, "bl_rise_pm": 1000,
    "mb_frozen_polls": 10, "sy_save_min": 10,
}  # fmt: skip


class Plant(Surroundings):
    """The surroundings of app_rig with a charging car, a power stage and ten kW in full sun."""

    def __init__(self):
        super().__init__()
        self.u = np.full(3, 230.0)
        ports = np.array([[0, 1, 2]])
        self.cars = EvFleet(ports, [Session(0, 0.0, 1e6, 1e6, 3, 16.0)], response_s=0.0)
        self.stages = StageFleet(ports, rated_va=15000.0, loss_standby_w=0, loss_share=0)
        self.wallbox = WallboxSlave("heidelberg_energy_control", 7, self.cars.handle(0))
        self.stage = StageSlave("phaseward_stage", 30, self.stages.handle(0))
        self.pv = PvFleet(ports, 10000.0, Course(np.ones(2), 1e6))
        self.inverter = InverterSlave(50, self.pv.handle(0))
        self.bus.add(self.inverter)
        self.bus.add(self.wallbox)
        self.bus.add(self.stage)

    def set_voltage(self, t_s, *u_v):
        super().set_voltage(t_s, *u_v)
        self.u = np.array(u_v if len(u_v) == 3 else u_v * 3, float)

    def advance(self, t_s):
        self.bus.advance(t_s * SECOND)
        for fleet in (self.cars, self.stages):
            fleet.demand(t_s, 1.0, self.u, np.zeros(3), np.zeros(3))
        self.pv.demand(t_s, 1.0, np.full(3, 230.0), np.zeros(3), np.zeros(3))

    def disturb(self, kind, **options):
        """The fault of every device on the line."""
        for slave in (self.meter, self.wallbox, self.stage):
            slave.faults.switch_on(kind, **options)


@dataclass(frozen=True)
class Moment:
    """What the surroundings see at one second."""

    t_s: int
    car_a: float  # per phase
    released: bool  # load 2
    stage_w: float  # largest phase, either sign
    restarts: int


class Site(Rig):
    """A rig with that plant; `trace` has a Moment for each second."""

    surroundings = Plant

    def __init__(self, folder, start_ms=0, **changed):
        super().__init__(folder, "micropython", start_ms, **{**BASE, **changed})
        self.trace = []

    def run(self, seconds, *u_v):
        for _ in range(seconds):
            super().run(1, *u_v)
            self.world.advance(self.t_s)
            self.trace.append(self._seen())
        return self

    def _seen(self):
        plant = self.world
        return Moment(
            self.t_s,
            plant.cars.handle(0).reading()["i_l1"],
            plant.levels.get("relay_l2", 0) == 1,
            float(np.abs(plant.stages.p_w[0]).max()),
            len(self.box.restarts),
        )

    def reason(self, load):
        """Reason of the load's last reported limit."""
        lines = [line for line in self.reported("limit") if f"load={load} " in line]
        return lines[-1].split("reason=")[1].split()[0]

    def transfer_reason(self):
        return self.reported("transfer")[-1].split("reason=")[1].split()[0]

    def strike(self, name):
        """Lets a task of the box fail (see faulty/main.py)."""
        (self.folder / "fault").write_text(name)

    def lose_storage(self):
        """The file system is gone; what was in it may come back."""
        shutil.move(self.folder, str(self.folder) + "_gone")

    def cut_power(self, seconds):
        """No supply for so long; then it boots."""
        self.box._restart("power cut")
        self.box._wake_us = (self.t_s + seconds) * SECOND


def use_faulty_main(monkeypatch):
    """Boxes started from now on can be struck."""
    monkeypatch.setenv("PHASEWARD_FIRMWARE", str(box_process.FIRMWARE))
    monkeypatch.setattr(box_process, "FIRMWARE", FAULTY)
    assert os.path.exists(FAULTY / "main.py")
