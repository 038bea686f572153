"""The meter slave against pymodbus' own float32 reading, and the meter's faults."""

import json
import math

import pytest
from pymodbus.client.mixin import ModbusClientMixin
from pymodbus.framer.rtu import FramerRTU
from pymodbus.pdu import DecodePDU
from pymodbus.pdu.register_message import (
    ReadInputRegistersRequest,
    WriteSingleRegisterRequest,
)

from phaseward_sim.modbus import COLUMNS, MeterSlave, ProfileError, SerialBus
from phaseward_sim.modbus import profile as profiles
from phaseward_sim.modbus.meter import rewired
from phaseward_sim.modbus.metering import MeterModel

CLIENT = FramerRTU(DecodePDU(is_server=False))
U_LN, U_LL = (229.1, 231.3, 233.5), (398.7, 402.5, 400.6)
AMPS, P = (1.5, 2.25, 3.0), (340.0, -520.0, 700.0)


def meter(**settings):
    slave = MeterSlave("eastron_sdm630", 1, latency_ms=20, jitter_ms=0, **settings)
    slave.update(0.0, U_LN, U_LL, AMPS, P, 49.98)
    return slave


def read_floats(slave, first, count, t_us=0.0):
    """`count` float32 read over the wire and decoded by pymodbus' client."""
    bus = SerialBus()
    bus.add(slave)
    request = ReadInputRegistersRequest(address=first, count=2 * count, dev_id=slave.address)
    data = b"".join(piece for _, piece in bus.transmit(t_us, CLIENT.buildFrame(request)))
    _, response = CLIENT.handleFrame(data, 0, 0)
    if response.isError():
        return response.exception_code
    values = ModbusClientMixin.convert_from_registers(
        response.registers, ModbusClientMixin.DATATYPE.FLOAT32)
    return values if isinstance(values, list) else [values]


def test_the_sdm630_map_reads_as_its_manual_says():
    # Addresses from the manual, not from the profile: 0, 6, 12 per phase, 70 Hz, 200 L-L.
    slave = meter()
    assert read_floats(slave, 0, 3) == pytest.approx(U_LN)
    assert read_floats(slave, 6, 3) == pytest.approx(AMPS)
    assert read_floats(slave, 12, 3) == pytest.approx(P)
    assert read_floats(slave, 70, 1) == pytest.approx([49.98])
    assert read_floats(slave, 200, 3) == pytest.approx(U_LL)


def test_a_register_outside_the_map_is_exception_2():
    assert read_floats(meter(), 500, 1) == 2


def test_a_meter_cannot_be_written():
    slave = meter()
    slave.holding.declare(0)
    frame = CLIENT.buildFrame(WriteSingleRegisterRequest(address=0, registers=[1], dev_id=1))
    answer = b"".join(piece for _, piece in slave.answer(0.0, frame))
    assert CLIENT.handleFrame(answer, 0, 0)[1].exception_code == 1


def test_readings_follow_the_grid_with_the_meters_lag():
    slave = meter()
    slave.update(1.0, (200.0,) * 3, U_LL, AMPS, P, 50.0)
    assert read_floats(slave, 0, 1, t_us=1.5e6) == pytest.approx([229.1])
    assert read_floats(slave, 0, 1, t_us=2.1e6) == pytest.approx([200.0])


def test_frozen_keeps_the_registers_while_the_grid_moves():
    slave = meter()
    assert read_floats(slave, 0, 1) == pytest.approx([229.1])
    slave.faults.schedule("frozen", 0.5, 10.0)
    slave.update(1.0, (200.0,) * 3, U_LL, AMPS, P, 50.0)
    assert read_floats(slave, 0, 1, t_us=5e6) == pytest.approx([229.1])
    assert read_floats(slave, 0, 1, t_us=11e6) == pytest.approx([200.0])


def test_swapped_phases_move_every_quantity_of_the_terminal():
    slave = meter()
    slave.faults.schedule("phases_swapped", 0.5, order=(1, 0, 2))
    assert read_floats(slave, 0, 3, t_us=1e6) == pytest.approx([U_LN[1], U_LN[0], U_LN[2]])
    assert read_floats(slave, 12, 3, t_us=1e6) == pytest.approx([P[1], P[0], P[2]])
    # Terminals 1-2 still see network pair 12; terminals 2-3 now see L1-L3, 3-1 see L3-L2.
    assert read_floats(slave, 200, 3, t_us=1e6) == pytest.approx([U_LL[0], U_LL[2], U_LL[1]])


def test_a_rotation_of_all_phases_rotates_the_pairs():
    slave = meter()
    values = slave.model.read(0.0)[0]
    turned = rewired(values, (1, 2, 0))
    assert turned[0:3] == pytest.approx([U_LN[1], U_LN[2], U_LN[0]])
    assert turned[3:6] == pytest.approx([U_LL[1], U_LL[2], U_LL[0]])


def test_swapped_currents_leave_the_voltages():
    slave = meter()
    slave.faults.switch_on("phases_swapped", order=(2, 1, 0), of="current")
    assert read_floats(slave, 0, 3) == pytest.approx(U_LN)
    assert read_floats(slave, 6, 3) == pytest.approx(AMPS[::-1])


def test_two_meters_share_one_model():
    model = MeterModel(2)
    slaves = [MeterSlave("eastron_sdm630", k + 1, model, k) for k in range(2)]
    model.update(0.0, [[230.0] * 3, [220.0] * 3], [U_LL] * 2, [AMPS] * 2, [P] * 2, 50.0)
    assert [read_floats(slave, 0, 1)[0] for slave in slaves] == pytest.approx([230.0, 220.0])


def profile_file(tmp_path, change):
    profile = profiles.load("eastron_sdm630", "meter")
    change(profile)
    path = tmp_path / "own.json"
    path.write_text(json.dumps(profile))
    return path


def test_an_integer_meter_with_the_low_word_first_is_served_too(tmp_path):
    # Carlo Gavazzi style: int32, LSW first, V/10: 229.1 V = 2291 = 0x08F3.
    def change(profile):
        profile["quantities"]["u_l1n"].update(
            type="int32", word_order="lsw", scale_num=100, scale_den=1)
    slave = MeterSlave(profile_file(tmp_path, change), 1)
    slave.update(0.0, U_LN, U_LL, AMPS, P, 50.0)
    slave.before_read(0.0)
    assert slave.inputs.read(0, 2) == [0x08F3, 0]


def test_not_available_is_sent_as_the_profiles_bit_pattern():
    row = {"register": 0, "type": "uint32", "word_order": "msw", "scale_num": 100,
           "scale_den": 1, "unit": "mV", "na": [0xFFFFFFFF]}
    assert profiles.encode(row, math.nan) == [0xFFFF, 0xFFFF]
    assert profiles.encode({**row, "type": "float32", "na": None}, math.nan)[0] == 0x7FC0


def test_integers_saturate_instead_of_wrapping():
    row = {"register": 0, "type": "int16", "scale_num": 10, "scale_den": 1, "unit": "W"}
    assert profiles.encode(row, 1e6) == [0x7FFF]
    assert profiles.encode(row, -1e6) == [0x8000]
    assert profiles.encode(row, -50.0) == [0xFFFB]


@pytest.mark.parametrize("name, kind, says", [
    ("sdm999", "meter", "known ids: .*eastron_sdm630"),
    ("eastron_sdm630", "stage", "kind: expected 'stage', got 'meter'"),
])
def test_an_unusable_profile_is_named(name, kind, says):
    with pytest.raises(ProfileError, match=says):
        profiles.load(name, kind)


def test_broken_json_names_file_and_line(tmp_path):
    path = tmp_path / "broken.json"
    path.write_text('{"kind":\n "meter",,}')
    with pytest.raises(ProfileError, match=r"broken.json:2: not valid JSON"):
        profiles.load(path, "meter")


def test_a_quantity_outside_all_blocks_is_named(tmp_path):
    def change(profile):
        profile["quantities"]["f"]["register"] = 90
    with pytest.raises(ProfileError, match="register 90 lies in no block"):
        MeterSlave(profile_file(tmp_path, change), 1)


def test_all_columns_have_a_place_in_the_sdm630_profile():
    assert set(COLUMNS) == set(profiles.load("eastron_sdm630", "meter")["quantities"])
