"""Modbus RTU frames in preallocated buffers: build a request, find its answer among noise.

Layouts from Modbus application protocol V1.1b3, 6 and Modbus over serial line V1.02, 2.5.1.
Only an answer with the request's address, function and length and a right CRC is found; where
it stands in the buffer does not matter, so ghost bytes before and after it are harmless.
"""

from .crc import crc16
from .status import ADDRESS, CRC, DATA, FUNCTION, LENGTH, NOISE, TIMEOUT

READ_COILS, READ_INPUTS, READ_HOLDING, READ_INPUT = 1, 2, 3, 4
WRITE_COIL, WRITE_REGISTER, WRITE_COILS, WRITE_REGISTERS = 5, 6, 15, 16
MAX_FRAME = 256
MAX_READ_BITS, MAX_READ_REGISTERS = 2000, 125
MAX_WRITE_BITS, MAX_WRITE_REGISTERS = 1968, 123
EXCEPTION_LENGTH = 5
WRITE_REPLY_LENGTH = 8


def put_word(buf, at, value):
    """Sixteen bits, big-endian; a negative value as two's complement."""
    buf[at] = (value >> 8) & 0xFF
    buf[at + 1] = value & 0xFF


def get_word(buf, at):
    return buf[at] << 8 | buf[at + 1]


def seal(buf, n):
    """Append the CRC to the first `n` bytes; returns the frame's length."""
    crc = crc16(buf, n)
    buf[n] = crc & 0xFF
    buf[n + 1] = crc >> 8
    return n + 2


def put_request(buf, address, function, first, word):
    """A request of eight bytes: functions 1..4 (word = count), 5 and 6 (word = value)."""
    _put_head(buf, address, function, first, word)
    return seal(buf, 6)


def put_write_registers(buf, address, first, values, count):
    """Function 16: the first `count` items of `values`. Returns the frame's length."""
    _put_head(buf, address, WRITE_REGISTERS, first, count)
    buf[6] = 2 * count
    for i in range(count):
        put_word(buf, 7 + 2 * i, values[i])
    return seal(buf, 7 + 2 * count)


def put_write_coils(buf, address, first, values, count):
    """Function 15: the truth of the first `count` of `values`. Returns the frame's length."""
    _put_head(buf, address, WRITE_COILS, first, count)
    size = (count + 7) >> 3
    buf[6] = size
    for i in range(size):
        buf[7 + i] = 0
    for i in range(count):
        if values[i]:
            buf[7 + (i >> 3)] |= 1 << (i & 7)
    return seal(buf, 7 + size)


def _put_head(buf, address, function, first, word):
    buf[0] = address
    buf[1] = function
    put_word(buf, 2, first)
    put_word(buf, 4, word)


def reply_length(function, count):
    """Bytes of the good answer to a request of that function for `count` items."""
    if function <= READ_INPUTS:
        return 5 + ((count + 7) >> 3)
    if function <= READ_INPUT:
        return 5 + 2 * count
    return WRITE_REPLY_LENGTH


def find_reply(buf, n, request, length, start=0):
    """Where the good answer begins among the first `n` bytes, or -1."""
    for at in range(start, n - length + 1):
        if buf[at] == request[0] and buf[at + 1] == request[1]:
            if repeats(buf, at, request, length) and crc16(buf, length, at) == 0:
                return at
    return -1


def find_exception(buf, n, request):
    """Where an exception answer to the request begins among the first `n` bytes, or -1."""
    refusal = request[1] | 0x80
    for at in range(n - EXCEPTION_LENGTH + 1):
        if buf[at] == request[0] and buf[at + 1] == refusal and buf[at + 2]:
            if crc16(buf, EXCEPTION_LENGTH, at) == 0:
                return at
    return -1


def repeats(buf, at, request, length):
    """Whether the frame at `at` has the byte count, or repeats the values, of a good answer."""
    if request[1] <= READ_INPUT:
        return buf[at + 2] == length - 5
    for i in range(2, 6):
        if buf[at + i] != request[i]:
            return False
    return True


def starts_with(buf, n, request, request_n):
    """Whether the received bytes begin with the request itself: a line that echoes."""
    if n < request_n:
        return False
    for i in range(request_n):
        if buf[i] != request[i]:
            return False
    return True


def diagnose(buf, n, request, request_n, length):
    """Why the first `n` received bytes hold no answer: a status other than OK."""
    start = request_n if starts_with(buf, n, request, request_n) else 0
    if n == start:
        return TIMEOUT
    at = _whole_frame(buf, start, n)
    if at >= 0:
        return _difference(buf, at, request)
    if n - start >= 2 and buf[start] == request[0] and buf[start + 1] & 0x7F == request[1]:
        return LENGTH if n - start < length else CRC
    return NOISE


def _whole_frame(buf, start, n):
    """Where a frame with a right CRC begins that fills the bytes but for one ghost at each end."""
    for at in range(start, start + 2):
        for end in range(n - 1, n + 1):
            if end - at >= EXCEPTION_LENGTH and crc16(buf, end - at, at) == 0:
                return at
    return -1


def _difference(buf, at, request):
    if buf[at] != request[0]:
        return ADDRESS
    if buf[at + 1] & 0x7F != request[1]:
        return FUNCTION
    return LENGTH if request[1] <= READ_INPUT else DATA
