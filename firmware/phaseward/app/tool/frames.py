"""Frames of the tool's protocol: one printable line each, with sequence number and CRC.

    request  >SSSS words*CCCC
    reply    <SSSS +json*CCCC    or    <SSSS -json*CCCC  where the request was refused

SSSS: the request's number, 4 hex digits, repeated in the reply; `----` where it could not be read.
CCCC: CRC-16 as of Modbus RTU, 4 hex digits, over all bytes from `>` or `<` up to before `*`.
Hex digits are small letters. Text is UTF-8; requests are ASCII.
"""

import json

from ...bus.crc import crc16
from ..lines import REQUEST

REPLY = "<"
GOOD, REFUSED = "+", "-"
UNKNOWN = "----"
LONGEST_REPLY = 1500
_HEX = "0123456789abcdef"


def decode(text):
    """(sequence number, words) of a request; None where the frame is damaged."""
    mark = len(text) - 5
    if mark < 6 or text[mark] != "*" or text[0] != REQUEST or text[5] != " ":
        return None
    if text[mark + 1 :] != _checksum(text[:mark].encode()):
        return None
    for digit in text[1:5]:
        if digit not in _HEX:
            return None
    return text[1:5], text[6:mark]


def encode(number, good, value):
    """A reply; `value` is what JSON can express. ValueError where it is too long."""
    body = "%s%s %s%s" % (REPLY, number, GOOD if good else REFUSED, json.dumps(value))
    data = body.encode()
    if len(data) > LONGEST_REPLY:
        raise ValueError("the answer has %d bytes, at most %d fit" % (len(data), LONGEST_REPLY))
    return body + "*" + _checksum(data)


def _checksum(data):
    return "%04x" % crc16(data, len(data))
