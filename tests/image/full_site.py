"""Five devices on the bus and something on every kind of pin: the fullest box there is.

A meter, three chargers and a balancer stage at 9600 or 19200 baud; a load on SG-Ready contacts.
"""

import numpy as np
from app.app_rig import SECOND, Surroundings

from phaseward_sim.devices.ev import EvFleet, Session
from phaseward_sim.devices.stage import StageFleet
from phaseward_sim.modbus import SerialBus, StageSlave, WallboxSlave

CHARGERS = (11, 12, 13)  # their addresses
STAGE = 30
DEVICES = 2 + len(CHARGERS)
PARAMETERS = {
    "l1_kind": 1, "io_l1_act": 3, "io_l1_addr": 11,
    "l2_kind": 1, "io_l2_act": 3, "io_l2_addr": 12,
    "l3_kind": 1, "io_l3_act": 3, "io_l3_addr": 13,
    "l4_kind": 3, "io_l4_act": 2,
    "pb_enable": 1, "mb_stage_addr": STAGE, "pb_restart_s": 0,
}  # fmt: skip


class FullSite(Surroundings):
    """latency_ms: of every device, without jitter, so that times on the wire can be added up."""

    def __init__(self, baud=9600, latency_ms=20.0):
        super().__init__()
        ports = np.array([[0, 1, 2]] * len(CHARGERS))
        sessions = [Session(k, 0.0, 1e6, 1e6, 3, 16.0) for k in range(len(CHARGERS))]
        self.cars = EvFleet(ports, sessions, response_s=0.0)
        self.stages = StageFleet(ports[:1], rated_va=15000.0, loss_standby_w=0, loss_share=0)
        self.u = np.full(3, 230.0)
        self.bus = SerialBus(baud, "N", chunk_chars=256)
        self.bus.add(self.meter)
        for k, address in enumerate(CHARGERS):
            self.bus.add(WallboxSlave("heidelberg_energy_control", address, self.cars.handle(k)))
        self.bus.add(StageSlave("phaseward_stage", STAGE, self.stages.handle(0)))
        for slave in self.bus.slaves.values():
            slave.latency_ms, slave.jitter_ms = latency_ms, 0.0

    def set_voltage(self, t_s, *u_v):
        super().set_voltage(t_s, *u_v)
        self.u = np.array(u_v if len(u_v) == 3 else u_v * 3, float)

    def advance(self, t_s):
        """The devices' own time; once per second."""
        self.bus.advance(t_s * SECOND)
        for fleet in (self.cars, self.stages):
            fleet.demand(t_s, 1.0, self.u, np.zeros(3), np.zeros(3))
