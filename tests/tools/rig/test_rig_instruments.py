"""AC sources and DAQs by SCPI against pyvisa-sim; I/O modules against a pymodbus server."""

import enum
import sys
import types
from pathlib import Path

import pytest
from tools.rig.io_module import Module

from phaseward_tools.rig.driver.inputs import open_inputs
from phaseward_tools.rig.driver.scpi_source import open_source
from phaseward_tools.rig.errors import MissingRigLibrary, RigError
from phaseward_tools.rig.schema import (
    LabJackInputs,
    ModbusInputs,
    ScpiInputs,
    Source,
    UlDaqInputs,
)

pytest.importorskip("pyvisa_sim", reason="needs phaseward[hil]")
BACKEND = f"{Path(__file__).parent / 'data' / 'instruments.yaml'}@sim"
KINDS = {"chroma_61500": "GPIB0::5::INSTR", "california_instruments": "GPIB0::6::INSTR"}


def source_of(kind, resource=None):
    return open_source(Source(kind=kind, resource=resource or KINDS[kind], backend=BACKEND))


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_is_prepared_set_and_switched(kind):
    source = source_of(kind)
    source.prepare(300.0, 1.0, 50.0)
    assert source.measured() == (0.0, 0.0, 0.0)
    source.voltages((230.0, 231.0, 228.5))
    source.output(True)
    assert source.measured()[2] == 228.5  # the simulated one keeps the last phase set
    source.close()


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_instrument_refuses_ends_the_run(kind):
    source = source_of(kind)
    with pytest.raises(RigError, match="refuses"):
        source.voltages((230.0, 400.0, 230.0))
    source.close()


def test_another_family_at_the_address_is_named():
    with pytest.raises(RigError, match="Chroma ATE.*expects an instrument of California"):
        source_of("california_instruments", KINDS["chroma_61500"])


def test_nobody_at_the_address_is_named():
    with pytest.raises(RigError, match="GPIB0::1::INSTR"):
        source_of("chroma_61500", "GPIB0::1::INSTR")


def test_a_data_logger_tells_levels_by_voltage():
    module = open_inputs(ScpiInputs(kind="scpi", resource="GPIB0::9::INSTR", backend=BACKEND,
                                    inputs={"relay_l1": "101", "relay_l2": "102",
                                            "relay_l3": "102"}, inverted=["relay_l3"]))
    assert module.read() == {"relay_l1": 1, "relay_l2": 0, "relay_l3": 1}
    module.close()


def test_a_channel_without_a_number_is_named():
    module = open_inputs(ScpiInputs(kind="scpi", resource="GPIB0::9::INSTR", backend=BACKEND,
                                    inputs={"relay_l1": "999"}))
    with pytest.raises(RigError, match="999"):
        module.read()
    module.close()


@pytest.mark.parametrize("table", ["discrete", "coil", "holding", "input"])
def test_an_io_module_tells_levels_over_modbus(table):
    with Module() as server:
        module = open_inputs(ModbusInputs(
            kind="modbus", host="127.0.0.1", tcp_port=server.port, table=table,
            inputs={"relay_l1": 0, "relay_l2": 1, "sg_a_l3": 2}, inverted=["relay_l2"]))
        assert module.read() == {"relay_l1": 1, "relay_l2": 1, "sg_a_l3": 1}
        module.close()


def test_an_input_the_module_does_not_have_is_named():
    with Module() as server:
        module = open_inputs(ModbusInputs(kind="modbus", host="127.0.0.1", tcp_port=server.port,
                                          inputs={"relay_l1": 900}))
        with pytest.raises(RigError, match="discrete 900 cannot be read"):
            module.read()
        module.close()


def test_a_module_that_is_not_there_is_named():
    with pytest.raises(RigError, match=r"127\.0\.0\.1: the I/O module cannot be reached"):
        open_inputs(ModbusInputs(kind="modbus", host="127.0.0.1", tcp_port=1,
                                 inputs={"relay_l1": 0}))


def test_a_labjack_is_read_by_its_names(monkeypatch):
    levels = {"FIO0": 1.0, "AIN1": 3.2, "FIO2": 0.0}
    ljm = types.SimpleNamespace(openS=lambda *names: names, close=lambda handle: None,
                                eReadName=lambda handle, name: levels[name])
    package = types.ModuleType("labjack")
    package.ljm = ljm
    monkeypatch.setitem(sys.modules, "labjack", package)
    module = open_inputs(LabJackInputs(kind="labjack", inputs={
        "relay_l1": "FIO0", "relay_l2": "AIN1", "relay_l3": "FIO2"}))
    assert module.read() == {"relay_l1": 1, "relay_l2": 1, "relay_l3": 0}


def test_a_missing_library_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "labjack", None)
    with pytest.raises(MissingRigLibrary, match=r"pip install 'phaseward\[labjack\]'"):
        open_inputs(LabJackInputs(kind="labjack", inputs={"relay_l1": "FIO0"}))


class FakeUl(types.ModuleType):
    """uldaq 1.2.3 as far as it is used: names and arguments are the package's own."""

    class ULException(Exception):
        pass

    class InterfaceType(enum.IntEnum):
        USB = 1

    class DigitalDirection(enum.IntEnum):
        INPUT = 1

    class DigitalPortType(enum.IntEnum):
        FIRSTPORTA = 10
        FIRSTPORTB = 11

    def __init__(self, *unique_ids, levels=None, broken=False):
        super().__init__("uldaq")
        self.ids, self.levels, self.broken = unique_ids, levels or {}, broken
        self.connected = False

    def get_daq_device_inventory(self, interface_type, number_of_devices=100):
        assert interface_type == self.InterfaceType.USB
        return [types.SimpleNamespace(product_name="USB-DIO24", unique_id=i) for i in self.ids]

    def DaqDevice(self, daq_device_descriptor):
        assert daq_device_descriptor.unique_id in self.ids
        return self

    def connect(self, connection_code=0):
        self.connected = True

    def disconnect(self):
        self.connected = False

    def release(self):
        assert not self.connected

    def get_dio_device(self):
        return self

    def get_info(self):
        return types.SimpleNamespace(get_port_types=lambda: list(self.DigitalPortType))

    def d_config_port(self, port_type, direction):
        if port_type == self.DigitalPortType.FIRSTPORTB:
            raise self.ULException("fixed direction")

    def d_bit_in(self, port_type, bit_number):
        if self.broken:
            raise self.ULException("ERR_DEAD_DEV: device no longer exists")
        return self.levels[port_type.name, bit_number]


def uldaq_inputs(**more):
    inputs = {"relay_l1": "FIRSTPORTA.0", "relay_l2": "FIRSTPORTB.7"}
    return UlDaqInputs(kind="uldaq", **{"inputs": inputs} | more)


def test_a_usb_daq_is_read_bit_by_bit(monkeypatch):
    fake = FakeUl("01AB", levels={("FIRSTPORTA", 0): 1, ("FIRSTPORTB", 7): 1})
    monkeypatch.setitem(sys.modules, "uldaq", fake)
    module = open_inputs(uldaq_inputs(inverted=["relay_l2"]))
    assert module.read() == {"relay_l1": 1, "relay_l2": 0} and fake.connected
    fake.broken = True
    with pytest.raises(RigError, match="USB DAQ ANY: FIRSTPORTA.0 cannot be read: ERR_DEAD_DEV"):
        module.read()
    module.close()
    assert not fake.connected


@pytest.mark.parametrize(("ids", "more", "says"), [
    ((), {}, "0 such devices are plugged in; there are: none"),
    (("1", "2"), {}, "2 such devices are plugged in; there are: USB-DIO24 1, USB-DIO24 2"),
    (("1", "2"), {"device": "3"}, "USB DAQ 3: 0 such devices"),
    (("1",), {"inputs": {"relay_l1": "XPORT.0"}}, "has no port XPORT; it has FIRSTPORTA"),
])
def test_a_usb_daq_that_does_not_fit_is_named(monkeypatch, ids, more, says):
    monkeypatch.setitem(sys.modules, "uldaq", FakeUl(*ids))
    with pytest.raises(RigError, match=says):
        open_inputs(uldaq_inputs(**more))


def test_uldaq_and_the_library_below_it_are_named_when_missing(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "uldaq", None)
    with pytest.raises(MissingRigLibrary, match=r"pip install 'phaseward\[uldaq\]'"):
        open_inputs(uldaq_inputs())
    monkeypatch.delitem(sys.modules, "uldaq")
    (tmp_path / "uldaq.py").write_text("raise OSError('libuldaq.so: cannot open')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingRigLibrary, match=r"needs libuldaq: .*github.com/mccdaq/uldaq"):
        open_inputs(uldaq_inputs())
