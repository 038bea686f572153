"""The host's end of the tool protocol without a box: frames in noise, keys, time and tries."""

import pytest

from phaseward.app.access.gate import response as boxs_response
from phaseward_tools.link import Box, Client, NoAnswer, Refused, device_key, response
from phaseward_tools.link.frames import LONGEST_REQUEST, checksum, find_reply, request
from phaseward_tools.link.parameters import from_rows

MASTER = bytes(range(32))


def reply(number, text, sign="+"):
    body = f"<{number:04x} {sign}{text}".encode()
    return body + b"*" + checksum(body).encode() + b"\n"


class Script:
    """Answers the n-th frame with the n-th of `answers`; time passes at each read."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []
        self.now_s = 0.0
        self._out = b""

    def write(self, data):
        self.sent.append(data)
        number = int(data[2:6], 16)
        answer = self.answers.pop(0) if self.answers else None
        self._out = answer(number) if answer else b""

    def read(self, timeout_s):
        self.now_s += timeout_s
        out, self._out = self._out, b""
        return out


def client(*answers, others=None):
    stream = Script(*answers)
    return Client(stream, clock=lambda: stream.now_s, others=others), stream


def test_the_check_value_of_crc_16_modbus():
    """The catalogue of CRC algorithms gives 0x4B37 for the digits 1 to 9."""
    assert checksum(b"123456789") == "4b37"


def test_a_reply_is_found_behind_noise_and_in_text_that_holds_the_mark():
    whole = reply(1, '{"text": "a < b * c"}')
    assert find_reply(b"ab<c" + whole).value == {"text": "a < b * c"}
    assert find_reply(whole[:-3]) is None
    assert find_reply(whole.replace(b"a < b", b"a < c")) is None
    assert find_reply(b"<") is None and find_reply(b"") is None


def test_text_beyond_ascii_arrives():
    assert find_reply(reply(1, '{"text": "§ 14a"}')).value == {"text": "§ 14a"}


def test_a_request_too_long_is_refused_here():
    with pytest.raises(ValueError, match=f"a box takes {LONGEST_REQUEST}"):
        request(1, "x" * LONGEST_REQUEST)


def test_reports_between_are_handed_on():
    heard = []

    def mixed(number):
        return b"!limit load=1\n" + reply(number, "{}") + b"!note\n"

    box, _ = client(mixed, others=heard.append)
    assert box.request("status") == {}
    assert heard == ["!limit load=1"]


def test_a_missing_answer_is_asked_for_again_with_the_same_frame():
    box, stream = client(None, lambda n: reply(n, "{}"))
    box.request("save")
    assert len(stream.sent) == 2 and stream.sent[0] == stream.sent[1]
    assert stream.now_s <= 5, "the box knows a repeated frame for 5 s"


def test_a_damaged_request_is_repeated_at_once():
    damaged = b'<---- -{"code": "frame"}'
    answer = damaged + b"*" + checksum(damaged).encode() + b"\n"
    box, stream = client(lambda n: answer, lambda n: reply(n, '{"a": 1}'))
    assert box.request("save") == {"a": 1} and len(stream.sent) == 2


def test_an_answer_to_another_request_is_not_taken():
    box, stream = client(lambda n: reply(n ^ 1, '{"a": 1}'), lambda n: reply(n, '{"a": 2}'))
    assert box.request("save") == {"a": 2}


def test_silence_is_told_with_what_to_look_at():
    box, stream = client()
    with pytest.raises(NoAnswer, match="right port and speed"):
        box.request("identify")
    assert len(stream.sent) == 3


def test_a_refusal_carries_the_boxs_words():
    box, _ = client(lambda n: reply(n, '{"code": "value", "error": "expected 1..3"}', "-"))
    with pytest.raises(Refused, match=r"expected 1\.\.3") as caught:
        box.request("set", "a=4")
    assert caught.value.code == "value"


def test_host_and_box_make_the_same_response():
    key = device_key(MASTER, "technician", 4711)
    assert response(key, "technician", 4711, "ab" * 16) == boxs_response(key, 1, 4711, "ab" * 16)


def test_keys_of_boxes_and_levels_differ():
    levels = ("technician", "manufacturer")
    keys = {device_key(MASTER, level, n) for level in levels for n in (1, 2)}
    assert len(keys) == 4 and all(len(key) == 32 for key in keys)
    with pytest.raises(ValueError, match="at least 32 bytes"):
        device_key(b"short", "technician", 1)


def test_columns_of_a_newer_box_are_passed_over():
    columns = ["id", "type", "unit", "min", "max", "step", "default", "level", "restart",
               "meaning", "source", "choices", "colour"]  # fmt: skip
    row = ["x", "int", "W", 0, 9, 1, 3, 1, 0, "a thing", "own", [], "blue"]
    found = from_rows(columns, [row])["x"]
    assert (found.unit, found.max, found.shown(3)) == ("W", 9, "3 W")


def test_pages_are_joined():
    page = '{"first": %d, "devices": [{"address": %d}], "next": %s}'
    pages = [lambda n: reply(n, page % (0, 1, 1)), lambda n: reply(n, page % (1, 2, "null"))]
    box = Box(client(*pages)[0])
    assert [device["address"] for device in box.bus()] == [1, 2]
