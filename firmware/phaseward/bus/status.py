"""How a transaction on the bus ended. One integer: 0 is good, 256 + n is the device's exception n.

Sources: exception codes of Modbus application protocol V1.1b3, 7.
"""

OK = 0
BUSY = 1  # not ended yet
TIMEOUT = 2
CRC = 3
LENGTH = 4
ADDRESS = 5
FUNCTION = 6
DATA = 7
NOISE = 8
OFFLINE = 9
EXCEPTION = 256

TEXTS = {
    OK: "ok",
    BUSY: "under way",
    TIMEOUT: "no answer within the timeout",
    CRC: "answer with a wrong checksum",
    LENGTH: "answer of a wrong length",
    ADDRESS: "answer of another address",
    FUNCTION: "answer to another function",
    DATA: "answer does not repeat what was written",
    NOISE: "bytes that are no frame: noise, or baud and parity differ",
    OFFLINE: "no connection",
}

EXCEPTIONS = {
    1: "illegal function",
    2: "illegal register address",
    3: "illegal value",
    4: "device failure",
    5: "acknowledged, still working",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target silent",
}


def text(status):
    """The sentence a person reads for a status."""
    if status >= EXCEPTION:
        code = status - EXCEPTION
        return "exception %d: %s" % (code, EXCEPTIONS.get(code, "not in the standard"))
    return TEXTS.get(status, "unknown status %d" % status)
