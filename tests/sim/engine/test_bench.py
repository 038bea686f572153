"""A box's bench: what its bytes and outputs do, and that its meter says what the grid is."""

import struct

import numpy as np
import pytest
from sim.engine.scenes import BALANCER, BOX, CARS, scene

from phaseward_sim.engine.bench import Bench
from phaseward_sim.engine.meters import Meters
from phaseward_sim.engine.plant import Plant, World


def crc16(data: bytes) -> bytes:
    """CRC of Modbus over Serial Line V1.02, 6.2.2, bit by bit."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc.to_bytes(2, "little")


def read_request(address, function, first, count) -> bytes:
    body = struct.pack(">BBHH", address, function, first, count)
    return body + crc16(body)


def write_request(address, first, value) -> bytes:
    body = struct.pack(">BBHH", address, 6, first, value)
    return body + crc16(body)


class Rig:
    """A plant after its first step, with the bench of its one box."""

    def __init__(self, *parts):
        self.world = World(scene(*parts))
        self.plant = Plant(self.world)
        self.plant.step(0)
        spec = self.world.specs[0]
        meters = Meters(self.world.specs, 3, shared=False)
        meters.update(0.0, *self.plant.at_boxes())
        self.bench = Bench(spec, meters.of[spec.name], self.plant.fleets.handles, 1)

    def ask(self, request, t_us=1000):
        answers = self.bench.transmit(0, t_us, request)
        return answers[-1][0], b"".join(piece for _, piece in answers)


def test_the_meter_answers_with_the_grids_voltage():
    rig = Rig(CARS, BOX)
    at_us, answer = rig.ask(read_request(1, 4, 0, 6))
    volts = struct.unpack(">fff", answer[3:15])
    assert volts == pytest.approx(rig.plant.at_boxes()[0][0], abs=0.051)  # 0.1 V resolution
    assert answer[-2:] == crc16(answer[:-2])
    # 8 characters of 11 bits at 19200 baud out, 17 back, the meter's 15..25 ms between.
    assert 1000 + 25 * 573 + 15_000 <= at_us <= 1000 + 25 * 573 + 25_000


def test_a_wallbox_write_limits_the_car():
    rig = Rig(CARS, BOX)
    fleet = rig.plant.fleets.named["ev"][1]
    rig.ask(write_request(11, 261, 80))  # 8.0 A
    assert fleet.limit_a[0] == pytest.approx(8.0)
    # Silence beyond its watchdog: the failsafe current of its delivery, none.
    rig.bench.advance(100_000_000)
    assert fleet.limit_a[0] == 0.0


def test_sg_ready_contacts_lock_the_heat_pump_in_state_one_zero_only():
    rig = Rig(CARS, BOX)
    fleet = rig.plant.fleets.named["heat_pump"][1]
    seen = []
    for name, level in (("sg_a_l2", 1), ("sg_b_l2", 1), ("sg_a_l2", 0), ("sg_b_l2", 0)):
        rig.bench.output(name, level, 5)
        seen.append(int(fleet.mode[0]))
    assert seen == [1, 0, 0, 0]  # 1:0 lock; 1:1, 0:1 and 0:0 are no lock
    assert rig.bench.changes[0] == (5, "sg_a_l2", 1)


def test_a_box_that_loses_power_drops_its_contacts():
    rig = Rig(CARS, BOX)
    rig.bench.output("sg_a_l2", 1, 0)
    rig.bench.all_outputs_off(7)
    assert rig.bench.levels == {"sg_a_l2": 0}
    assert int(rig.plant.fleets.named["heat_pump"][1].mode[0]) == 0


@pytest.mark.parametrize(("invert", "level", "limit_a"), [(0, 1, 0.0), (0, 0, np.inf),
                                                          (1, 0, 0.0), (1, 1, np.inf)])
def test_a_relay_holds_the_car_back_by_its_polarity(invert, level, limit_a):
    relay = BOX.replace("{device: car, kind: pause}", "{device: car, actuator: relay}")
    relay = relay.replace("parameters: {", f"parameters: {{io_l1_invert: {invert}, ")
    rig = Rig(CARS, relay)
    rig.bench.output("relay_l1", level, 0)
    assert rig.plant.fleets.named["ev"][1].limit_a[0] == limit_a


def test_an_output_nothing_is_wired_to_and_another_port_do_nothing():
    rig = Rig(CARS, BOX)
    rig.bench.output("relay_l4", 1, 0)
    assert rig.bench.transmit(1, 0, read_request(1, 4, 0, 2)) == []
    assert int(rig.plant.fleets.named["heat_pump"][1].mode[0]) == 0


def test_the_stage_is_on_the_bus_with_its_identifier():
    rig = Rig(BALANCER)
    _, answer = rig.ask(read_request(40, 4, 0, 2))
    assert struct.unpack(">HH", answer[3:7]) == (0x5053, 1)


def test_shared_and_own_meter_models_show_the_same_numbers():
    world = World(scene(CARS, BOX, "  - {name: second, bus: near, poll_s: 5}\n"))
    plant = Plant(world)
    shown = []
    for shared in (True, False):
        meters = Meters(world.specs, 3, shared)
        for k in range(3):
            plant.step(k)
            meters.update(plant.t_s, *plant.at_boxes())
        rows = [meters.of[s.name][0].read(12.0)[meters.of[s.name][1]] for s in world.specs]
        shown.append(np.array(rows))
        plant = Plant(world)
    assert np.array_equal(*shown) and len({id(m) for m, _ in meters.of.values()}) == 2
