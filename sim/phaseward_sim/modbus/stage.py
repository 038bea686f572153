"""The balancer stage's Modbus slave: register map `phaseward_stage`, plant in devices.stage.

Writes to the set-points or `run` feed the stage's watchdog; the three P of one write must sum
to zero, together with those already held (exception 3, nothing changed). Set-point registers
read back what is in force, so that a box sees when the stage dropped them by itself.
"""

from __future__ import annotations

from pymodbus.constants import ExcCodes

from .mapped import MappedSlave

_P_SET = ("p_l1_set", "p_l2_set", "p_l3_set")
_Q_SET = ("q_l1_set", "q_l2_set", "q_l3_set")
_FEEDING = {*_P_SET, *_Q_SET, "run"}


class StageSlave(MappedSlave):
    """A stage at an address; `stage` is a devices.stage.StageHandle."""

    kind = "stage"

    def __init__(self, profile, address: int, stage, **slave_settings):
        super().__init__(profile, address, **slave_settings)
        self.stage = stage
        self.show("identifier", self.profile["identifier"])
        self.show("map_version", 1)
        stage.set_watchdog(self.held("watchdog"))

    def before_read(self, t_s: float) -> None:
        if self.faults.active("frozen", t_s):
            return
        for name, value in self.stage.reading().items():
            self.show(name, value)
        self.show("reset", 0)
        self.show("beat", int(t_s) % 0x10000)

    def accept(self, t_s: float, written: dict[str, float]) -> int:
        now = self.stage.reading()
        p_w = [written.get(name, now[name]) for name in _P_SET]
        if abs(sum(p_w)) > 1.0:
            return ExcCodes.ILLEGAL_VALUE
        if "watchdog" in written:
            self.stage.set_watchdog(written["watchdog"])
        if written.get("reset"):
            self.stage.reset_faults()
        if _FEEDING & written.keys():
            q_var = [written.get(name, now[name]) for name in _Q_SET]
            self.stage.command(t_s, p_w, q_var, written.get("run"))
        return 0
