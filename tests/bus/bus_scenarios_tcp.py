"""Modbus TCP master: frames, broken streams, reconnecting. On CPython and MicroPython."""

from bus_fakes import Slave, expect, heap_after, refused, run, words
from tcp_fakes import UNIT, Net, TcpSlave, header

from phaseward.bus import profile, status
from phaseward.bus.meter import Meter
from phaseward.bus.tcp import LONGEST_PAUSE_MS, UP, Master


def ask(net, first=0, count=2):
    """Milliseconds that a read of input registers takes."""
    return run(net.master.read(net.unit, 4, first, count), net.clock, net.stream, net.wait)


def write(net, value):
    run(net.master.write_register(net.unit, 5004, value), net.clock, net.stream, net.wait)


def answering(frames):
    """A peer that answers each request with frames made from it: list of (delay, body)."""

    def answer(request):
        transaction = request[0] << 8 | request[1]
        return [(delay, make(transaction)) for delay, make in frames]

    return answer


GOOD = b"\xff\x04\x04\x00\x0a\x00\x14"  # unit 255, function 4, two registers


def framed(body, **other):
    return lambda transaction: header(transaction, body, **other)


def scenario_a_request_is_the_frame_of_the_standard():
    net = Net()
    ask(net)
    # transaction 1, protocol 0, six bytes follow, unit 255, function 4, from 0, two registers
    expect(net.stream.sent[0][1], b"\x00\x01\x00\x00\x00\x06\xff\x04\x00\x00\x00\x02")
    expect((net.master.status, net.master.register(0), net.master.register(1)), (0, 10, 20))


def scenario_every_request_has_its_own_transaction_number():
    net = Net()
    for _ in range(3):
        ask(net)
    expect([s[1][:2] for s in net.stream.sent], [b"\0\1", b"\0\2", b"\0\3"])
    net.master.reply.transaction = 0xFFFF
    ask(net)
    expect((net.stream.sent[-1][1][:2], net.master.status), (b"\0\0", status.OK))


def scenario_writing_is_confirmed_by_repetition():
    net = Net()
    write(net, 16)
    expect((net.master.status, net.slave.registers[3, 5004]), (status.OK, 16))
    run(net.master.write_registers(UNIT, 5004, [32], 1), net.clock, net.stream, net.wait)
    expect((net.master.status, net.slave.registers[3, 5004]), (status.OK, 32))


def scenario_one_connection_serves_many_requests():
    net = Net()
    for _ in range(10):
        ask(net)
    expect((net.stream.connects, net.master.connections), (1, 1))


def scenario_an_answer_may_come_byte_by_byte():
    def answer(request):
        whole = framed(GOOD)(request[0] << 8 | request[1])
        return [(i, whole[i : i + 1]) for i in range(len(whole))]

    net = Net(answer)
    ask(net)
    expect((net.master.status, net.master.register(1)), (status.OK, 20))


def scenario_a_request_may_go_out_in_pieces():
    net = Net()
    net.stream.room = 5
    ask(net)
    expect(net.master.status, status.OK)


def scenario_two_answers_in_one_piece_are_told_apart():
    def answer(request):
        transaction = request[0] << 8 | request[1]
        return [(3, header(transaction - 1, GOOD) + header(transaction, GOOD[:4] + b"\x07\0\x08"))]

    net = Net(answer)
    ask(net)
    expect((net.master.register(0), net.master.register(1)), (0x0007, 0x0008))


def scenario_a_late_answer_is_not_taken_for_the_next():
    """The first answer comes 500 ms late, while the next request is under way."""
    late = [500, 0]

    def answer(request):
        delay = late.pop(0) if late else 8
        body = GOOD if delay == 500 else GOOD[:3] + words(1, 2)
        return [(delay, framed(body)(request[0] << 8 | request[1]))]

    net = Net(answer)
    ask(net)
    expect(net.master.status, status.TIMEOUT)
    net.clock.now_ms += 150
    late[0] = 100
    ask(net)
    expect((net.master.status, net.master.register(0)), (status.OK, 1))
    expect(net.stream.connects, 1)


def wrong(body, result, **other):
    net = Net(answering([(3, framed(body, **other))]))
    ask(net)
    expect((net.master.status, net.stream.closes > 0), (result, True))
    refused_registers(net.master)


def refused_registers(master):
    try:
        master.register(0)
    except IndexError:
        return
    raise AssertionError("a wrong answer left a register to be read")


def scenario_an_answer_of_another_unit_is_refused():
    wrong(b"\x01" + GOOD[1:], status.ADDRESS)


def scenario_an_answer_to_another_function_is_refused():
    wrong(b"\xff\x03" + GOOD[2:], status.FUNCTION)


def scenario_an_answer_of_another_length_is_refused():
    wrong(GOOD[:5], status.LENGTH)
    wrong(GOOD + b"\0\0", status.LENGTH)
    wrong(b"\xff\x04\x03" + GOOD[3:], status.LENGTH)  # its byte count contradicts its length


def scenario_another_protocol_ends_the_connection():
    wrong(GOOD, status.NOISE, protocol=1)


def scenario_an_impossible_length_ends_the_connection():
    wrong(GOOD, status.NOISE, size=1)
    wrong(GOOD, status.NOISE, size=600)


def scenario_a_write_that_is_repeated_wrongly_is_refused():
    net = Net(answering([(3, framed(b"\xff\x06\x13\x8c\x00\x11"))]))
    write(net, 16)
    expect(net.master.status, status.DATA)


def scenario_an_exception_comes_through_and_keeps_the_connection():
    net = Net()
    net.slave.refuse = 2
    ask(net)
    expect((net.master.status, net.stream.closes), (status.EXCEPTION + 2, 0))
    expect(net.master.device(UNIT).counters.exception, 1)


def scenario_silence_costs_one_timeout():
    net = Net()
    net.slave.silent = True
    expect(ask(net), 300)
    expect((net.master.status, net.master.device(UNIT).counters.timeout), (status.TIMEOUT, 1))


def scenario_a_connection_that_only_swallows_is_made_anew():
    net = Net()
    ask(net)
    net.slave.silent = True
    for _ in range(3):
        ask(net)
    net.slave.silent = False
    ask(net)
    expect((net.master.status, net.stream.connects), (status.OK, 2))


def scenario_retries_are_the_devices_own():
    net = Net()
    net.master.device(UNIT).retries = 2
    net.slave.silent = True
    expect(ask(net), 900)
    expect(net.master.device(UNIT).counters.timeout, 3)


def scenario_a_server_that_refuses_is_asked_ever_less_often():
    """Attempts at 0, 1, 3, 7, 15, 31, 63, 123, 183 s: pauses 1, 2, 4 .. 32, then 60 s."""
    net = Net()
    net.stream.refuse = True
    attempts = []
    for second in range(200):
        net.clock.now_ms = 1000 * second
        before = net.stream.connects
        expect((ask(net), net.master.status), (0, status.OFFLINE))
        if net.stream.connects > before:
            attempts.append(second)
    expect(attempts, [0, 1, 3, 7, 15, 31, 63, 123, 183])
    net.stream.refuse = False
    net.clock.now_ms += LONGEST_PAUSE_MS
    ask(net)
    expect(net.master.status, status.OK)


def scenario_connecting_takes_no_longer_than_the_timeout():
    net = Net()
    net.stream.stuck = True
    expect((ask(net), net.master.status), (300, status.OFFLINE))
    expect((ask(net), net.master.status), (0, status.OFFLINE))


def scenario_a_connection_closed_while_idle_is_made_anew_within_the_request():
    net = Net()
    ask(net)
    net.stream.drop()
    ask(net)
    expect((net.master.status, net.stream.connects), (status.OK, 2))


def scenario_a_server_that_hangs_up_at_once_is_not_asked_for_ever():
    net = Net(lambda request: [(0, b"")])
    ask(net)
    expect((net.master.status, net.stream.connects), (status.OFFLINE, 1))
    ask(net)
    expect((net.master.status, net.stream.connects), (status.OFFLINE, 1))


def scenario_an_aborted_request_leaves_no_answer_behind():
    net = Net()
    net.master.read(UNIT, 4, 0, 2)
    net.master.step()
    net.master.abort()
    ask(net, 2)
    expect((net.master.status, net.master.register(0)), (status.OK, 30))


def scenario_units_0_to_255_may_be_asked_and_no_others():
    net = Net(unit=0)
    ask(net)
    expect(net.master.status, status.OK)
    refused(lambda: net.master.read(256, 4, 0, 1), "0..255")


def scenario_a_meter_is_polled_as_on_the_serial_line():
    """Janitza UMG 96RM-E: 230.0 V is 0x43660000; every other register of its blocks is 0."""
    net = Net(unit=1)
    found = profile.load("janitza_umg96rme", "meter")
    for block in found.blocks:
        net.slave.put(block.function, block.first, [0] * block.count)
    net.slave.put(3, 19000, [0x4366, 0] * 3)
    meter = Meter(found, 1, net.master, net.clock)
    run(meter.poll(), net.clock, net.stream, net.wait)
    expect((meter.status, meter.values[:3]), (status.OK, [230000] * 3))


class Quiet:
    """A stream that answers without allocating."""

    def __init__(self, answer):
        self.answer = bytearray(answer)
        self.left = 0

    def connect(self):
        pass

    def state(self):
        return UP

    def write(self, buf, start, n):
        self.answer[0], self.answer[1] = buf[0], buf[1]
        self.left = len(self.answer)
        return n

    def readinto(self, buf, start, n):
        count = min(n, self.left)
        for i in range(count):
            buf[start + i] = self.answer[len(self.answer) - self.left + i]
        self.left -= count
        return count

    def close(self):
        pass


def scenario_a_thousand_requests_leave_the_heap_as_it_was():
    net = Net()
    master = Master(Quiet(header(0, GOOD)), net.clock, net.wait)

    def request():
        master.read(UNIT, 4, 0, 2)
        while master.step() >= 0:
            pass

    request()
    expect((master.status, master.register(1)), (status.OK, 20))
    before, after = heap_after(1000, request)
    expect(after - before, 0)


def scenario_random_streams_bring_no_wrong_value_and_no_exception():
    """Answers with one changed byte: what is accepted has the right registers or an exception.

    A changed byte of a value itself cannot be seen: TCP has its own checksum, Modbus TCP has none.
    """
    state = [12345]

    def below(n):
        state[0] = (state[0] * 1103515245 + 12345) & 0x3FFFFFFF
        return (state[0] >> 8) % n

    slave = Slave(UNIT)
    slave.put(4, 0, [10, 20])
    plain = TcpSlave(slave)

    def answer(request):
        frame = bytearray(plain(request)[0][1])
        at = below(9)  # header, unit, function, byte count
        frame[at] = (frame[at] + 1 + below(255)) & 0xFF
        return [(1, frame)]

    for _ in range(300):
        net = Net(answer)
        ask(net)
        assert net.master.status != status.OK, net.stream.sent
        refused_registers(net.master)
