"""Mutated frames and byte streams against the master. Runs on CPython and on MicroPython.

What counts as wrong: a read ends OK with registers that differ from the device's, unless the
bytes that arrived really hold a complete frame with those registers, the asked address, function
and length, and a right CRC (checked bit by bit, by another implementation). Mutations that a
CRC-16 of this polynomial always detects (up to three flipped bits; a burst of up to 16 bits) and
frames with a wrong address, function or length must never end OK at all.
After each mutated answer, a clean one must be read right by the very next poll.
"""

from bus_fakes import Clock, Port, Wait, crc_by_bits, run, sealed, words

from phaseward.bus import status
from phaseward.bus.rtu import Master

ADDRESS = 1
TIMEOUT_MS = 60


class Random:
    """xorshift32: the same numbers on every Python."""

    def __init__(self, seed):
        self.state = seed * 2654435761 % 0xFFFFFFFF or 1

    def below(self, n):
        x = self.state
        x ^= x << 13 & 0xFFFFFFFF
        x ^= x >> 17
        x ^= x << 5 & 0xFFFFFFFF
        self.state = x
        return (x >> 7) % n

    def bytes(self, n):
        return bytes([self.below(256) for _ in range(n)])


class Case:
    """One request, its good answer, and chance."""

    def __init__(self, random):
        self.random = random
        self.function = 3 + random.below(2)
        self.count = 1 + random.below(20)
        self.first = random.below(65536 - self.count)
        self.registers = [random.below(65536) for _ in range(self.count)]
        self.good = self.frame()
        self.request = sealed(ADDRESS, self.function, words(self.first, self.count))

    def frame(self, address=ADDRESS, function=None, count=None, said=None):
        """A frame with a right CRC; by default the good answer."""
        count = self.count if count is None else count
        values = (self.registers + self.registers)[:count]
        function = self.function if function is None else function
        return sealed(address, function, 2 * count if said is None else said, words(*values))


# Each mutation returns [(delay_ms, bytes)].


def flipped(case):
    data, bits = bytearray(case.good), []
    while len(bits) < 1 + case.random.below(3):
        bit = case.random.below(8 * len(data))
        if bit not in bits:
            bits.append(bit)
            data[bit >> 3] ^= 1 << (bit & 7)
    return [(10, bytes(data))]


def burst(case):
    data, at = bytearray(case.good), case.random.below(len(case.good) - 1)
    pattern = 1 + case.random.below(65535)
    data[at] ^= pattern & 0xFF
    data[at + 1] ^= pattern >> 8
    return [(10, bytes(data))]


def other_address(case):
    return [(10, case.frame(address=(ADDRESS + 1 + case.random.below(254)) % 256))]


def other_function(case):
    other = case.random.below(256)
    return [(10, case.frame(function=other if other != case.function else 7 - other))]


def other_length(case):
    count = case.random.below(2 * case.count)
    return [(10, case.frame(count=count if count < case.count else count + 1))]


def lying_length(case):
    said = (2 * case.count + 1 + case.random.below(255)) % 256
    return [(10, case.frame(said=said))]


def echo_only(case):
    return [(0, case.request)]


def replaced(case):
    data = bytearray(case.good)
    for _ in range(1 + case.random.below(len(data))):
        data[case.random.below(len(data))] = case.random.below(256)
    return [(10, bytes(data))]


def cut(case):
    start = case.random.below(len(case.good))
    return [(10, case.good[start : start + case.random.below(len(case.good))])]


def hole(case):
    start = case.random.below(len(case.good))
    return [(10, case.good[:start] + case.good[start + 1 + case.random.below(4) :])]


def inserted(case):
    at = case.random.below(len(case.good) + 1)
    return [(10, case.good[:at] + case.random.bytes(1 + case.random.below(4)) + case.good[at:])]


def surrounded(case):
    before = case.random.bytes(case.random.below(6))
    return [(10, before + case.good + case.random.bytes(case.random.below(6)))]


def ghosts(case):
    ghost = (b"\x00", b"\xff", b"\x00\xff", b"\xff\xff\x00")[case.random.below(4)]
    return [(1, ghost), (10, case.good), (13, ghost)]


def rubbish(case):
    return [(10, case.random.bytes(case.random.below(300)))]


def stuck(case):
    level = (b"\x00", b"\xff")[case.random.below(2)]
    return [(0, level * case.random.below(400))]


def echo_and_answer(case):
    return [(0, case.request), (10, case.good)]


def pieces(case):
    at = case.random.below(len(case.good))
    return [(10, case.good[:at]), (10 + case.random.below(20), case.good[at:])]


def merged(case):
    """Another device's answer in front of ours."""
    return [(10, case.frame(address=2) + case.good)]


def late(case):
    """After the timeout, while it can still be waited out."""
    frame_ms = (len(case.good) * 11000 + 9599) // 9600
    return [(frame_ms + TIMEOUT_MS + 1 + case.random.below(TIMEOUT_MS - 10), case.good)]


def headers(case):
    """Beginnings of answers, again and again: what a scan for the own header finds tempting."""
    head = bytes([ADDRESS, case.function, 2 * case.count])
    return [(10, head * (1 + case.random.below(60)) + case.good * case.random.below(2))]


def double(case):
    mutation = MUTATIONS[case.random.below(len(MUTATIONS) - 1)]
    parts = mutation(case)
    at = case.random.below(len(parts))
    delay_ms, data = parts[at]
    data = bytearray(data)
    for _ in range(case.random.below(4) if data else 0):
        data[case.random.below(len(data))] ^= 1 << case.random.below(8)
    parts[at] = (delay_ms, bytes(data))
    return parts


NEVER_OK = (flipped, burst, other_address, other_function, other_length, lying_length, echo_only)
MUTATIONS = NEVER_OK + (
    replaced, cut, hole, inserted, surrounded, ghosts, rubbish, stuck, echo_and_answer, pieces,
    merged, late, headers, double,
)  # fmt: skip


def holds_frame(data, case, registers):
    """Whether a complete frame with those registers stands in the bytes, by another CRC."""
    body = bytes([ADDRESS, case.function, 2 * case.count]) + words(*registers)
    crc = crc_by_bits(body)
    wanted = body + bytes([crc & 0xFF, crc >> 8])
    return data.find(wanted) >= 0


class Line:
    """A master on a line whose answers the fuzz decides."""

    def __init__(self, start_ms=0):
        self.answer = []
        self.clock = Clock(start_ms)
        self.port = Port(self.clock, lambda request: self.answer)
        self.wait = Wait()
        self.master = Master(self.port, self.clock, self.wait)

    def ask(self, case, answer):
        """The registers, or None where the read did not end OK."""
        self.answer = answer
        self.port.sent.clear()
        master = self.master
        master.read(ADDRESS, case.function, case.first, case.count, TIMEOUT_MS)
        run(master, self.clock, self.port, self.wait)
        if master.status == status.BUSY:
            raise AssertionError("the request ended without a status")
        if master.status != status.OK:
            return None
        return [master.register(i) for i in range(case.count)]


def fuzz(rounds, seed):
    """Runs that many mutated answers. Returns (taken rightly, refused, taken by chance CRC)."""
    random = Random(seed)
    line = Line((1 << 30) - 5000)
    right = refused = chance = 0
    for i in range(rounds):
        mutation = MUTATIONS[i % len(MUTATIONS)]
        case = Case(random)
        answer = mutation(case)
        got = line.ask(case, answer)
        if got is None:
            refused += 1
        elif mutation in NEVER_OK:
            raise AssertionError(f"seed {seed} round {i}: {mutation.__name__} was accepted")
        elif got == case.registers:
            right += 1
        elif holds_frame(b"".join([data for _, data in answer]), case, got):
            chance += 1
        else:
            raise AssertionError(f"seed {seed} round {i}: {mutation.__name__} gave {got}")
        check_recovery(line, random, f"seed {seed} round {i}: {mutation.__name__}")
    return right, refused, chance


def check_recovery(line, random, where):
    case = Case(random)
    got = line.ask(case, [(10, case.good)])
    if got != case.registers:
        raise AssertionError(f"{where}: the next clean poll gave {got}, {line.master.status}")


def fuzz_writes(rounds, seed):
    """Function 16 against damaged confirmations: never OK without the whole right one."""
    random = Random(seed)
    line = Line()
    confirmed = 0
    for i in range(rounds):
        mutation = (flipped, burst, cut, hole, replaced, rubbish, ghosts, pieces)[i % 8]
        case = Case(random)
        case.good = sealed(ADDRESS, 16, words(case.first, case.count))
        line.answer = answer = mutation(case)
        line.port.sent.clear()
        line.master.write_registers(ADDRESS, case.first, case.registers, case.count, TIMEOUT_MS)
        run(line.master, line.clock, line.port, line.wait)
        whole = b"".join([data for _, data in answer]).find(case.good) >= 0
        if (line.master.status == status.OK) != whole:
            name = mutation.__name__
            raise AssertionError(f"seed {seed} round {i}: {name} ended {line.master.status}")
        confirmed += whole
    return confirmed
