"""The ear of an adapter: requests among answers, noise and echoes, whatever lumps USB makes."""

import random

from pymodbus.framer.rtu import FramerRTU

from phaseward_tools.rig.driver.requests import Requests


def sealed(text):
    data = bytes.fromhex(text)
    return data + FramerRTU.compute_CRC(data).to_bytes(2, "big")


READ_1 = sealed("010400000006")
READ_2 = sealed("020300100002")
ANSWER_2 = sealed("020304 0001 0002".replace(" ", ""))
WRITE_1 = sealed("0106 0005 0007".replace(" ", ""))
WRITES_1 = sealed("0110 0000 0002 04 0001 0002".replace(" ", ""))
WRITES_1_ANSWER = sealed("0110 0000 0002".replace(" ", ""))
REFUSED_2 = sealed("028302")


def heard(*lumps, step_s=0.001):
    ear, found = Requests(), []
    for number, lump in enumerate(lumps):
        found += ear.feed(number * step_s, lump)
    return ear, found


def test_a_request_is_found_in_any_lumps():
    for seed in range(30):
        rng = random.Random(seed)
        data = READ_1 + WRITES_1 + WRITE_1 + READ_2
        cuts = sorted(rng.sample(range(1, len(data)), 5))
        lumps = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        assert heard(*lumps)[1] == [READ_1, WRITES_1, WRITE_1, READ_2]


def test_answers_of_others_are_passed_over():
    ear, found = heard(READ_2, ANSWER_2, READ_1, READ_2, REFUSED_2, WRITE_1)
    assert found == [READ_2, READ_1, READ_2, WRITE_1]
    assert ear.foreign == {2: 2} and ear.noise == 0


def test_a_write_that_another_slave_repeats_is_one_request():
    """The answer to function 6 is the same bytes as its request."""
    assert heard(WRITE_1, WRITE_1)[1] == [WRITE_1]


def test_noise_before_a_request_costs_nothing():
    ear, found = heard(b"\xff\x00\x9d", READ_1)
    assert found == [READ_1] and ear.noise == 3


def test_half_a_request_is_given_up_after_a_silence():
    ear = Requests()
    assert ear.feed(0.0, READ_1[:5]) == []
    assert ear.feed(1.0, READ_1) == [READ_1] and ear.noise == 5


def test_the_own_echo_is_no_request():
    ear = Requests()
    assert ear.feed(0.0, WRITE_1) == [WRITE_1]
    ear.sent(0.01, WRITE_1, 0.008)  # the answer; the adapter hears it, in two lumps
    assert ear.feed(0.012, WRITE_1[:3]) == [] and ear.feed(0.02, WRITE_1[3:]) == []
    assert ear.echoes == 1
    assert ear.feed(0.5, WRITE_1) == [WRITE_1], "the master's next one counts"


def test_random_bytes_never_end_the_ear():
    rng = random.Random(5)
    ear = Requests()
    for number in range(500):
        ear.feed(number * 0.001, rng.randbytes(rng.randrange(1, 40)))
    assert ear.feed(100.0, READ_1) == [READ_1]
