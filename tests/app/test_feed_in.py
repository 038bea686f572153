"""A whole box limits a simulated inverter by its voltage, and lets it go by the ramp."""

import numpy as np
import pytest
from app_rig import INTERPRETERS, Rig, Surroundings

from phaseward_sim.devices.course import Course
from phaseward_sim.devices.pv import PvFleet
from phaseward_sim.modbus import InverterSlave

PARAMETERS = {
    "fi_max_w": 10000, "fi_safe_w": 10000, "fi_floor_w": 2000, "fi_addr": 50, "fi_revert_s": 20,
    "bl_reconnect_s": 0, "bl_jitter_s": 0, "bl_rise_pm": 1000,
}  # fmt: skip


class Roof(Surroundings):
    """Ten kW in full sun."""

    def __init__(self):
        super().__init__()
        self.pv = PvFleet(np.array([[0, 1, 2]]), 10000.0, Course(np.ones(2), 1e6))
        self.slave = InverterSlave(50, self.pv.handle(0))
        self.bus.add(self.slave)

    def set_voltage(self, t_s, *u_v):
        super().set_voltage(t_s, *u_v)
        self.bus.advance(t_s * 1_000_000)
        self.pv.demand(t_s, 1.0, np.full(3, 230.0), np.zeros(3), np.zeros(3))


class RoofRig(Rig):
    surroundings = Roof

    def fed_w(self):
        return float(self.world.pv.power_w[0])


@pytest.mark.parametrize("interpreter", sorted(INTERPRETERS))
def test_critical_high_voltage_limits_the_inverter_and_releases_it_by_the_ramp(
    tmp_path, interpreter
):
    """254 V is above 253 V: the floor of 2 kW, at the end of the minute; then 1 kW a minute."""
    with RoofRig(tmp_path, interpreter, **PARAMETERS) as rig:
        rig.run(90, 240.0)
        assert rig.fed_w() == pytest.approx(10000)
        rig.run(130, 254.0)
        assert rig.fed_w() == pytest.approx(2000)
        told = " ".join(rig.ask("explain"))
        assert "feed-in: 2000 W, feed-critical" in told and "full power in" in told
        rig.run(130, 240.0)
        assert 3000 <= rig.fed_w() <= 5000
        log = [line for line in rig.ask("log 0") if ": feed " in line]
        assert "feed-critical" in log[0] and "254" in log[0]
        rig.run(20)
        rig.world.slave.faults.switch_on("silent")
        rig.run(10, 240.0)
        assert "inverter" in rig.status()["faults"]
    assert [line for line in rig.lines if line.startswith("!feed ")]


def test_a_silent_meter_never_raises_feed_in_and_ends_at_the_safe_limit(tmp_path):
    with RoofRig(tmp_path, **dict(PARAMETERS, fi_safe_w=4000)) as rig:
        rig.run(540, 240.0)
        assert rig.fed_w() == pytest.approx(10000)
        rig.world.meter.faults.switch_on("silent")
        seen = []
        for _ in range(10):
            rig.run(20, 240.0)
            seen.append(rig.fed_w())
    assert seen == sorted(seen, reverse=True) and seen[-1] == pytest.approx(4000)


@pytest.mark.parametrize(
    ("changed", "text"),
    [({"fi_max_w": 0}, "fi_max_w = 0"), ({"fi_revert_s": 5, "mb_poll_ms": 5000}, "at least 10")],
)
def test_an_inverter_that_cannot_be_held_is_refused_by_its_parameter(tmp_path, changed, text):
    with RoofRig(tmp_path, **dict(PARAMETERS, **changed)) as rig:
        rig.run(3)
    notes = " ".join(rig.reported("note"))
    assert text in notes.replace("_", " ").replace("fi max w", "fi_max_w")
