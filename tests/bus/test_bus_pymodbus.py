"""pymodbus as the independent peer: its server codec takes our requests, we its answers."""

import pytest
from bus_fakes import Clock, Port, Wait, run
from pymodbus.framer.rtu import FramerRTU
from pymodbus.pdu import DecodePDU, ExceptionResponse
from pymodbus.pdu import bit_message as bits
from pymodbus.pdu import register_message as registers

from phaseward.bus import status
from phaseward.bus.rtu import Master

ADDRESS = 17


class Peer:
    """A slave made of pymodbus' server framer; keeps the decoded request, answers `response`."""

    def __init__(self, response):
        self.framer = FramerRTU(DecodePDU(is_server=True))
        self.response = response
        self.request = None
        self.used = 0

    def __call__(self, frame):
        self.used, device, _, data = self.framer.decode(frame)
        assert device == ADDRESS
        self.request = self.framer.decoder.decode(data)
        self.response.dev_id = device
        return [(20, self.framer.buildFrame(self.response))]


def ask(response, call):
    """Run one request of the master against the peer; returns (master, peer)."""
    clock, wait, peer = Clock(), Wait(), Peer(response)
    port = Port(clock, peer)
    master = Master(port, clock, wait)
    run(call(master), clock, port, wait)
    assert peer.used == len(port.sent[0][1]), "pymodbus saw another frame length"
    assert len(port.sent) == 1
    return master, peer


@pytest.mark.parametrize(
    ("function", "request_type", "response_type"),
    [
        (3, registers.ReadHoldingRegistersRequest, registers.ReadHoldingRegistersResponse),
        (4, registers.ReadInputRegistersRequest, registers.ReadInputRegistersResponse),
    ],
)
@pytest.mark.parametrize(("first", "count"), [(0, 1), (200, 6), (65411, 125)])
def test_registers_are_read_as_pymodbus_holds_them(
    function, request_type, response_type, first, count
):
    held = [(first + 7 * i) % 65536 for i in range(count)]
    master, peer = ask(
        response_type(registers=held), lambda m: m.read(ADDRESS, function, first, count)
    )
    assert isinstance(peer.request, request_type)
    assert (peer.request.address, peer.request.count) == (first, count)
    assert master.status == status.OK
    assert [master.register(i) for i in range(count)] == held


@pytest.mark.parametrize(
    ("function", "response_type"),
    [(1, bits.ReadCoilsResponse), (2, bits.ReadDiscreteInputsResponse)],
)
def test_bits_are_read_as_pymodbus_holds_them(function, response_type):
    held = [i % 3 == 0 for i in range(16)]
    master, peer = ask(response_type(bits=held), lambda m: m.read(ADDRESS, function, 5, 16))
    assert (peer.request.function_code, peer.request.address, peer.request.count) == (
        function,
        5,
        16,
    )
    assert [master.bit(i) for i in range(16)] == [int(bit) for bit in held]


def test_one_register_is_written():
    response = registers.WriteSingleRegisterResponse(address=261, registers=[160])
    master, peer = ask(response, lambda m: m.write_register(ADDRESS, 261, 160))
    assert (peer.request.function_code, peer.request.address) == (6, 261)
    assert list(peer.request.registers) == [160]
    assert master.status == status.OK


@pytest.mark.parametrize("values", [[1], [0, 65535, -1], list(range(123))])
def test_registers_are_written(values):
    response = registers.WriteMultipleRegistersResponse(address=40, count=len(values))
    master, peer = ask(response, lambda m: m.write_registers(ADDRESS, 40, values, len(values)))
    assert peer.request.address == 40
    assert list(peer.request.registers) == [value & 0xFFFF for value in values]
    assert master.status == status.OK


@pytest.mark.parametrize("on", [False, True])
def test_one_coil_is_written(on):
    response = bits.WriteSingleCoilResponse(address=3, bits=[on])
    master, peer = ask(response, lambda m: m.write_coil(ADDRESS, 3, on))
    assert (peer.request.function_code, peer.request.address) == (5, 3)
    assert peer.request.bits[0] is on
    assert master.status == status.OK


@pytest.mark.parametrize("count", [1, 8, 9, 1968])
def test_coils_are_written(count):
    values = [(i * i) % 5 < 2 for i in range(count)]
    response = bits.WriteMultipleCoilsResponse(address=3, count=count)
    master, peer = ask(response, lambda m: m.write_coils(ADDRESS, 3, values, count))
    assert (peer.request.function_code, peer.request.address) == (15, 3)
    assert list(peer.request.bits[:count]) == values
    assert master.status == status.OK


@pytest.mark.parametrize("code", [1, 2, 3, 4, 6, 11])
def test_exceptions_come_through(code):
    master, _ = ask(ExceptionResponse(4, code), lambda m: m.read(ADDRESS, 4, 0, 2))
    assert master.status == status.EXCEPTION + code
