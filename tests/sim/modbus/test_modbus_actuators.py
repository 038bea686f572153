"""Stage and wallbox slaves: what writes do to the plant, and what they do when left alone."""

import numpy as np
import pytest
from pymodbus.framer.rtu import FramerRTU
from pymodbus.pdu import DecodePDU
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    WriteMultipleRegistersRequest,
    WriteSingleRegisterRequest,
)

from phaseward_sim.devices import U_NOM_V
from phaseward_sim.devices.ev import EvFleet, Session
from phaseward_sim.devices.stage import StageFleet
from phaseward_sim.modbus import StageSlave, WallboxSlave

CLIENT = FramerRTU(DecodePDU(is_server=False))
U = np.full(3, U_NOM_V)


def talk(slave, t_s, request):
    """Response PDU of the slave to one request."""
    request.dev_id = slave.address
    data = b"".join(piece for _, piece in slave.answer(t_s, CLIENT.buildFrame(request)))
    return CLIENT.handleFrame(data, 0, 0)[1]


def write_many(slave, t_s, first, values):
    registers = [value & 0xFFFF for value in values]
    response = talk(slave, t_s, WriteMultipleRegistersRequest(address=first, registers=registers))
    return response.exception_code


def write_one(slave, t_s, register, value):
    response = talk(slave, t_s, WriteSingleRegisterRequest(address=register, registers=[value]))
    return response.exception_code


def read(slave, t_s, kind, first, count):
    registers = talk(slave, t_s, kind(address=first, count=count)).registers
    return [value - 0x10000 if value & 0x8000 else value for value in registers]


def run_fleet(fleet, slave, start_s, steps):
    """Steps of 1 s; returns injected P at the ports, last step."""
    p_w, q_var = np.zeros(3), np.zeros(3)
    for k in range(steps):
        p_w[:], q_var[:] = 0.0, 0.0
        slave.advance(start_s + k)
        fleet.demand(start_s + k, 1.0, U, p_w, q_var)
    return -p_w, -q_var


@pytest.fixture
def stage():
    fleet = StageFleet(np.array([[0, 1, 2]]), rated_va=15000.0, loss_standby_w=0, loss_share=0)
    return fleet, StageSlave("phaseward_stage", 20, fleet.handle(0))


def test_set_points_written_in_tens_of_watts_reach_the_grid(stage):
    fleet, slave = stage
    assert write_many(slave, 0.0, 0, [100, -40, -60, 20, 20, 20, 1]) == 0
    p_w, q_var = run_fleet(fleet, slave, 0.0, 8)
    assert p_w == pytest.approx([1000, -400, -600])
    assert q_var == pytest.approx([200, 200, 200])


def test_measured_values_and_identity_read_back(stage):
    fleet, slave = stage
    write_many(slave, 0.0, 0, [100, -40, -60, 20, 20, 20, 1])
    run_fleet(fleet, slave, 0.0, 8)
    shown = read(slave, 8.0, ReadInputRegistersRequest, 0, 16)
    assert shown[0:4] == [20563, 1, 2, 0]
    assert shown[4:10] == [100, -40, -60, 20, 20, 20]
    # Neutral: |1000 - 400 a^2.. | / 230: sqrt(1000^2+400^2+600^2+400*1000-400*600+600*1000)/230
    # = sqrt(2 280 000)/230 = 6.565 A, in 0.1 A.
    assert shown[10] == 66
    assert shown[12:15] == [1500, 217, 217]
    assert shown[15] == 8


def test_a_write_that_does_not_sum_to_zero_is_exception_3_and_changes_nothing(stage):
    fleet, slave = stage
    assert write_many(slave, 0.0, 0, [100, -40, -50, 0, 0, 0, 1]) == 3
    assert not fleet.run[0] and not fleet.set_p_w.any()
    assert read(slave, 0.0, ReadHoldingRegistersRequest, 0, 7) == [0] * 7


def test_a_raw_value_out_of_range_is_exception_3(stage):
    assert write_many(stage[1], 0.0, 7, [601]) == 3


def test_a_silent_box_stops_the_stage_and_the_registers_say_so(stage):
    fleet, slave = stage
    write_many(slave, 0.0, 7, [5])
    write_many(slave, 0.0, 0, [100, -100, 0, 0, 0, 0, 1])
    p_w, _ = run_fleet(fleet, slave, 0.0, 6)
    assert p_w == pytest.approx([1000, -1000, 0])
    p_w, _ = run_fleet(fleet, slave, 6.0, 5)
    assert p_w == pytest.approx([0, 0, 0], abs=1e-6)
    assert read(slave, 11.0, ReadHoldingRegistersRequest, 0, 7) == [0] * 7
    assert read(slave, 11.0, ReadInputRegistersRequest, 2, 2) == [0, 1]


def test_writing_the_watchdog_register_alone_is_no_sign_of_life(stage):
    fleet, slave = stage
    write_many(slave, 0.0, 0, [100, -100, 0, 0, 0, 0, 1])
    for t_s in range(12):
        write_many(slave, float(t_s), 7, [10])
        p_w, _ = run_fleet(fleet, slave, float(t_s), 1)
    assert not fleet.run[0]


def test_writes_every_second_keep_the_stage_running(stage):
    fleet, slave = stage
    for t_s in range(60):
        write_many(slave, float(t_s), 0, [100, -100, 0, 0, 0, 0, 1])
        p_w, _ = run_fleet(fleet, slave, float(t_s), 1)
    assert p_w == pytest.approx([1000, -1000, 0])


def test_beat_stands_still_when_the_controller_is_frozen(stage):
    slave = stage[1]
    slave.faults.schedule("frozen", 5.0, 9.0)
    beats = [read(slave, t, ReadInputRegistersRequest, 15, 1)[0] for t in (3.0, 6.0, 8.0, 9.5)]
    assert beats == [3, 3, 3, 9]


@pytest.fixture
def wallbox():
    sessions = [Session(0, 0.0, 1e6, 50_000.0, 3, 16.0)]
    fleet = EvFleet(np.array([[0, 1, 2]]), sessions, response_s=0.0)
    return fleet, WallboxSlave("heidelberg_energy_control", 30, fleet.handle(0))


def consumed(fleet, slave, t_s):
    p_w, _ = run_fleet(fleet, slave, t_s, 1)
    return -p_w


def test_the_wallbox_charges_nothing_before_a_limit_is_written(wallbox):
    assert consumed(*wallbox, 0.0).tolist() == [0, 0, 0]


def test_a_limit_in_tenths_of_amperes_sets_the_power_of_each_phase(wallbox):
    fleet, slave = wallbox
    assert write_one(slave, 0.0, 261, 100) == 0
    assert consumed(fleet, slave, 0.0) == pytest.approx([2300.0] * 3)
    assert read(slave, 1.0, ReadInputRegistersRequest, 5, 4) == [7, 100, 100, 100]
    assert read(slave, 1.0, ReadInputRegistersRequest, 10, 5) == [230, 230, 230, 1, 6900]


def test_below_six_amperes_is_a_pause(wallbox):
    fleet, slave = wallbox
    write_one(slave, 0.0, 261, 59)
    assert not consumed(fleet, slave, 0.0).any()
    assert read(slave, 1.0, ReadInputRegistersRequest, 5, 1) == [4]


def test_after_the_watchdog_the_failsafe_current_holds_until_the_next_request(wallbox):
    fleet, slave = wallbox
    write_one(slave, 0.0, 257, 5000)
    write_one(slave, 0.0, 262, 60)
    write_one(slave, 0.0, 261, 160)
    currents = [consumed(fleet, slave, t)[0] / U_NOM_V for t in (0.0, 5.0, 6.0, 60.0)]
    assert currents == pytest.approx([16, 16, 6, 6])
    read(slave, 61.0, ReadInputRegistersRequest, 5, 1)
    assert consumed(fleet, slave, 61.0)[0] == pytest.approx(16 * U_NOM_V)


def test_watchdog_zero_never_expires(wallbox):
    fleet, slave = wallbox
    write_one(slave, 0.0, 257, 0)
    write_one(slave, 0.0, 261, 160)
    assert consumed(fleet, slave, 9e5)[0] == pytest.approx(16 * U_NOM_V)


def test_a_silent_wallbox_falls_back_to_its_failsafe(wallbox):
    fleet, slave = wallbox
    write_one(slave, 0.0, 261, 160)
    slave.faults.schedule("silent", 1.0)
    assert slave.answer(10.0, b"") == []
    assert not consumed(fleet, slave, 30.0).any()


def test_the_lock_register_stops_charging(wallbox):
    fleet, slave = wallbox
    write_one(slave, 0.0, 261, 160)
    write_one(slave, 0.0, 259, 0)
    assert not consumed(fleet, slave, 0.0).any()


def test_a_limit_above_the_hardware_is_exception_3(wallbox):
    assert write_one(wallbox[1], 0.0, 261, 161) == 3
