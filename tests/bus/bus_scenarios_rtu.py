"""What the master does with each kind of answer. Runs on CPython (pytest) and on MicroPython.

Frames are written out; their CRCs were calculated by hand or by `crc_by_bits`, a second, bitwise
implementation. Every function named `scenario_...` is one case.
"""

from bus_fakes import Clock, Port, Slave, Wait, run, sealed, words

from phaseward.bus import status
from phaseward.bus.rtu import Master, silence_ms

TWO = words(0x4366, 0x8000)  # 230.5 as float32
GOOD = sealed(1, 4, 4, TWO)


def bench(answer, baud=9600, event=True, start_ms=0):
    clock = Clock(start_ms)
    port = Port(clock, answer, baud, event)
    wait = Wait()
    master = Master(port, clock, wait)
    master.set_line(baud)
    return master, clock, port, wait


def ask(line, function=4, first=0, count=2, address=1, timeout_ms=0):
    """One read; returns the status."""
    master, clock, port, wait = line
    master.read(address, function, first, count, timeout_ms)
    run(master, clock, port, wait)
    return master.status


def answers(*replies):
    """Each request gets the next of the replies, a list of (delay_ms, bytes)."""
    left = list(replies)
    return lambda request: left.pop(0) if left else []


def expect(got, wanted):
    assert got == wanted, f"got {got!r}, wanted {wanted!r}"


def scenario_a_read_request_is_byte_exact():
    # 01 04 00 00 00 02: CRC 0xCB71, low byte first. Modbus manuals print 71 CB for this request.
    line = bench(None)
    ask(line)
    expect(line[2].sent[0][1], bytes([0x01, 0x04, 0x00, 0x00, 0x00, 0x02, 0x71, 0xCB]))


def scenario_a_write_request_is_byte_exact():
    # Modbus serial: 11 06 00 01 00 03 9A 9B is the classic example of function 6.
    master, clock, port, wait = line = bench(Slave(0x11))
    master.write_register(0x11, 1, 3)
    run(master, clock, port, wait)
    expect(port.sent[0][1], bytes([0x11, 0x06, 0x00, 0x01, 0x00, 0x03, 0x9A, 0x9B]))
    expect(line[0].status, status.OK)


def scenario_a_block_write_is_byte_exact():
    # 11 10 00 01 00 02 04 00 0A 01 02 C6 F0 is the classic example of function 16.
    master, clock, port, wait = bench(Slave(0x11))
    master.write_registers(0x11, 1, [10, 258, 99], 2)
    run(master, clock, port, wait)
    expect(port.sent[0][1], bytes.fromhex("11100001000204000A0102C6F0"))
    expect(master.status, status.OK)


def scenario_coils_are_packed_lowest_first():
    # 11 0F 00 13 00 0A 02 CD 01 BF 0B: ten coils 1 0 1 1 0 0 1 1 1 0, the standard's example.
    reply = sealed(0x11, 15, 0, 0x13, 0, 10)
    master, clock, port, wait = bench(lambda request: [(5, reply)])
    master.write_coils(0x11, 0x13, [1, 0, 1, 1, 0, 0, 1, 1, 1, 0], 10)
    run(master, clock, port, wait)
    expect(port.sent[0][1], bytes.fromhex("110F0013000A02CD01BF0B"))
    expect(master.status, status.OK)


def scenario_bits_are_read_lowest_first():
    line = bench(lambda request: [(5, sealed(1, 2, 2, 0xAC, 0x01))])
    expect(ask(line, function=2, count=9), status.OK)
    # 0xAC = 1010 1100, lowest first 0 0 1 1 0 1 0 1; then 1
    expect([line[0].bit(i) for i in range(9)], [0, 0, 1, 1, 0, 1, 0, 1, 1])


def scenario_a_coil_is_written_as_ff00():
    master, clock, port, wait = bench(lambda request: [(5, request)])
    master.write_coil(0x11, 0xAC, True)
    run(master, clock, port, wait)
    expect(port.sent[0][1], bytes.fromhex("110500ACFF004E8B"))
    expect(master.status, status.OK)


def scenario_the_registers_of_a_good_answer_are_read():
    line = bench(lambda request: [(20, GOOD)])
    expect(ask(line), status.OK)
    expect([line[0].register(0), line[0].register(1)], [0x4366, 0x8000])


def scenario_it_works_without_a_receive_event():
    line = bench(lambda request: [(20, GOOD)], event=False)
    expect(ask(line), status.OK)


def scenario_an_answer_in_two_pieces_is_joined():
    line = bench(lambda request: [(20, GOOD[:4]), (30, GOOD[4:])])
    expect(ask(line), status.OK)


def scenario_silence_is_a_timeout_after_the_given_time():
    line = bench(None)
    master, clock, port, wait = line
    expect(ask(line, timeout_ms=100), status.TIMEOUT)
    # 6 ms silence first, then 8 characters out (10 ms), 100 ms, 9 characters in (11 ms)
    expect(clock.now_ms, 6 + 10 + 100 + 11)


def scenario_another_address_is_refused():
    line = bench(lambda request: [(20, sealed(2, 4, 4, TWO))])
    expect(ask(line), status.ADDRESS)


def scenario_function_4_is_no_answer_to_function_3():
    line = bench(lambda request: [(20, GOOD)])
    expect(ask(line, function=3), status.FUNCTION)


def scenario_one_register_is_no_answer_to_two():
    line = bench(lambda request: [(20, sealed(1, 4, 2, words(0x4366)))])
    expect(ask(line), status.LENGTH)


def scenario_three_registers_are_no_answer_to_two():
    line = bench(lambda request: [(20, sealed(1, 4, 6, TWO, 0, 0))])
    expect(ask(line), status.LENGTH)


def scenario_a_byte_count_that_lies_is_refused():
    line = bench(lambda request: [(20, sealed(1, 4, 2, TWO))])
    expect(ask(line), status.LENGTH)


def scenario_a_wrong_checksum_is_refused():
    line = bench(lambda request: [(20, GOOD[:-1] + bytes([GOOD[-1] ^ 1]))])
    expect(ask(line), status.CRC)


def scenario_a_cut_answer_is_refused():
    line = bench(lambda request: [(20, GOOD[:6])])
    expect(ask(line), status.LENGTH)


def scenario_noise_alone_is_called_noise():
    line = bench(lambda request: [(20, bytes([0x55, 0xAA, 0x7E]))])
    expect(ask(line), status.NOISE)


def scenario_an_exception_is_told_with_its_number():
    line = bench(lambda request: [(20, sealed(1, 0x84, 2))])
    expect(ask(line), status.EXCEPTION + 2)
    expect(line[0].reply.exception, 2)
    expect(status.text(line[0].status), "exception 2: illegal register address")


def scenario_an_exception_of_another_function_is_refused():
    line = bench(lambda request: [(20, sealed(1, 0x83, 2))])
    expect(ask(line), status.FUNCTION)


def scenario_ghost_bytes_before_the_answer_do_not_matter():
    for ghost in (b"\x00", b"\xff", b"\x00\x00\xff", b"\x01", b"\x01\x04", b"\x01\x04\x04"):
        line = bench(lambda request, ghost=ghost: [(2, ghost), (20, GOOD)])
        expect(ask(line), status.OK)
        expect(line[0].register(1), 0x8000)


def scenario_ghost_bytes_after_the_answer_do_not_matter():
    for ghost in (b"\x00", b"\xff", b"\xff\x00\x00"):
        line = bench(lambda request, ghost=ghost: [(20, GOOD + ghost)])
        expect(ask(line), status.OK)
        expect(ask(line), status.OK)
        line = bench(lambda request, ghost=ghost: [(20, GOOD), (23, ghost)])
        expect(ask(line), status.OK)
        expect(ask(line), status.OK)


def scenario_a_lone_ff_is_not_an_answer():
    line = bench(lambda request: [(2, b"\xff")])
    expect(ask(line), status.NOISE)


def scenario_noise_longer_than_the_buffer_does_not_hide_the_answer():
    for noise_ms in (2, 20):
        line = bench(answers([(noise_ms, bytes([7] * 700)), (20, GOOD)]))
        expect(ask(line), status.OK)


def scenario_two_answers_merged_give_the_asked_one():
    other = sealed(2, 4, 4, words(1, 2))
    line = bench(lambda request: [(20, other + GOOD)])
    expect(ask(line), status.OK)
    expect(line[0].register(0), 0x4366)


def scenario_the_echo_of_a_read_is_skipped_and_noticed():
    line = bench(lambda request: [(0, request), (20, GOOD)])
    expect(ask(line), status.OK)
    expect(line[0].echo, True)


def scenario_an_echo_alone_is_a_timeout():
    line = bench(lambda request: [(0, request)])
    expect(ask(line), status.TIMEOUT)


def scenario_an_echo_does_not_confirm_a_write():
    # The good answer to function 6 repeats the request: only the time tells it from an echo.
    for replies, wanted in (([], status.OK), (None, status.TIMEOUT)):

        def answer(request, replies=replies):
            echo = [(0, request)]
            return echo if replies is None else echo + [(20, request)]

        master, clock, port, wait = bench(answer)
        master.write_register(1, 261, 160)
        run(master, clock, port, wait)
        expect(master.status, wanted)


def scenario_a_write_answered_with_another_value_is_refused():
    master, clock, port, wait = bench(lambda request: [(20, sealed(1, 6, 1, 5, 0, 60))])
    master.write_register(1, 261, 160)
    run(master, clock, port, wait)
    expect(master.status, status.DATA)


def scenario_the_late_answer_of_the_request_before_is_not_taken():
    # Request 1 (registers 0, 1) times out; its answer comes 80 ms later, while request 2
    # (registers 2, 3: same shape) would be listening. Request 2 must get its own values.
    late = sealed(1, 4, 4, words(111, 111))
    own = sealed(1, 4, 4, words(222, 222))
    line = bench(answers([(100 + 11 + 80, late)], [(20, own)]))
    expect(ask(line, first=0, timeout_ms=100), status.TIMEOUT)
    expect(ask(line, first=2, timeout_ms=100), status.OK)
    expect(line[0].register(0), 222)


def scenario_a_late_answer_of_another_shape_is_passed_over_at_once():
    late = sealed(1, 4, 8, words(1, 1, 1, 1))
    own = sealed(1, 4, 4, words(222, 222))
    line = bench(answers([(100 + 17 + 40, late)], [(60, own)]))
    expect(ask(line, count=4, timeout_ms=100), status.TIMEOUT)
    expect(ask(line, count=2, timeout_ms=100), status.OK)
    expect(line[0].register(0), 222)


def scenario_an_unread_answer_in_the_buffer_is_not_taken():
    line = bench(lambda request: [(20, GOOD)])
    line[2].bring(0, sealed(1, 4, 4, words(9, 9)))
    expect(ask(line), status.OK)
    expect(line[0].register(0), 0x4366)


def scenario_requests_keep_the_silence_of_3_5_characters():
    # 9600 baud, 11 bits: 3.5 * 11 / 9600 s = 4.01 ms, so 5 ms, and 1 ms because a tick is coarse
    expect(silence_ms(9600), 6)
    expect(silence_ms(19200), 4)  # 2.005 ms
    expect(silence_ms(38400), 3)  # 1.75 ms fixed above 19200
    line = bench(lambda request: [(20, GOOD)])
    ask(line)
    ended = line[1].now_ms
    ask(line)
    expect(line[2].sent[1][0] - ended, 6)


def scenario_a_device_with_a_longer_turnaround_gets_it():
    line = bench(lambda request: [(20, GOOD)])
    line[0].device(1).turnaround_ms = 50
    ask(line)
    ended = line[1].now_ms
    ask(line)
    expect(line[2].sent[1][0] - ended, 50)


def scenario_a_retry_asks_once_more():
    line = bench(answers([], [(20, GOOD)]))
    line[0].device(1).retries = 1
    expect(ask(line, timeout_ms=100), status.OK)
    expect(len(line[2].sent), 2)
    counters = line[0].device(1).counters
    expect((counters.requests, counters.ok, counters.timeout), (2, 1, 1))


def scenario_an_exception_is_not_retried():
    line = bench(lambda request: [(20, sealed(1, 0x84, 2))])
    line[0].device(1).retries = 3
    ask(line)
    expect(len(line[2].sent), 1)


def scenario_a_babbling_line_ends_in_noise():
    line = bench(None)
    for ms in range(0, 5000, 2):
        line[2].bring(ms, b"\x55")
    expect(ask(line), status.NOISE)
    assert line[1].now_ms < 1000, line[1].now_ms
    expect(line[2].sent, [])  # never spoke into it


def scenario_counters_tell_the_devices_apart():
    slave = Slave(1)
    slave.put(4, 0, [1, 2])
    line = bench(slave)
    for _ in range(3):
        ask(line, address=1)
    ask(line, address=2)
    ask(line, address=1, first=50)
    one, two = line[0].device(1).counters, line[0].device(2).counters
    expect((one.requests, one.ok, one.exception), (4, 3, 1))
    expect((two.requests, two.timeout, two.ok), (1, 1, 0))
    expect(two.last_ok_ms, -1)


def scenario_the_last_wrong_answer_is_kept_for_a_person():
    line = bench(lambda request: [(20, b"\x01\x04\x04\x43")])
    ask(line)
    reply = line[0].reply
    expect(bytes(reply.bad_frame[: reply.bad_length]), b"\x01\x04\x04\x43")
    expect(reply.bad_address, 1)


def scenario_it_works_across_the_wrap_of_the_clock():
    for start_ms in range((1 << 30) - 40, (1 << 30) + 2):
        line = bench(lambda request: [(20, GOOD)], start_ms=start_ms)
        expect(ask(line), status.OK)
        expect(ask(line), status.OK)
        line = bench(None, start_ms=start_ms)
        expect(ask(line, timeout_ms=50), status.TIMEOUT)


def scenario_wrong_arguments_are_refused_by_name():
    master = bench(None)[0]
    for call, part in (
        (lambda: master.read(0, 4, 0, 2), "1..247"),
        (lambda: master.read(248, 4, 0, 2), "1..247"),
        (lambda: master.read(1, 5, 0, 2), "1..4"),
        (lambda: master.read(1, 4, 0, 126), "1..125"),
        (lambda: master.read(1, 4, 65535, 2), "0..65535"),
        (lambda: master.write_register(1, 0, 65536), "-32768..65535"),
        (lambda: master.write_registers(1, 0, [0] * 124, 124), "1..123"),
    ):
        try:
            call()
        except ValueError as error:
            assert part in str(error), error
        else:
            raise AssertionError(f"accepted: {part}")


def scenario_a_second_request_at_once_is_refused():
    master = bench(None)[0]
    master.read(1, 4, 0, 2)
    try:
        master.read(1, 4, 0, 2)
    except RuntimeError:
        master.abort()
        master.read(1, 4, 0, 2)
        return
    raise AssertionError("two requests at once were accepted")


def scenario_registers_of_a_failed_read_cannot_be_had():
    line = bench(None)
    ask(line)
    try:
        line[0].register(0)
    except IndexError:
        return
    raise AssertionError("a register was handed out without an answer")


def scenario_it_can_be_awaited_from_a_coroutine():
    master, clock, port, wait = bench(lambda request: [(20, GOOD)])
    got = []

    async def task():
        for _ in range(2):
            await master.read(1, 4, 0, 2)
            got.append((master.status, master.register(0)))

    coroutine = task()
    for _ in range(100):
        wait.event = None
        try:
            ms = coroutine.send(None)
        except StopIteration:
            break
        arrival = port.next_arrival_ms()
        clock.now_ms = arrival if wait.event and arrival else clock.now_ms + ms
    expect(got, [(status.OK, 0x4366), (status.OK, 0x4366)])
