"""AC sources and DAQs by SCPI against pyvisa-sim; I/O modules against a pymodbus server."""

import sys
import types
from pathlib import Path

import pytest
from tools.rig.io_module import Module

from phaseward_tools.rig.driver.inputs import open_inputs
from phaseward_tools.rig.driver.scpi_source import open_source
from phaseward_tools.rig.errors import MissingRigLibrary, RigError
from phaseward_tools.rig.schema import LabJackInputs, ModbusInputs, ScpiInputs, Source

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
