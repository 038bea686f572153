"""Integers stay within 31 bits: each calculation checked on the way, over extreme inputs."""

import pytest
from core_histories import core_parameters, segments
from core_small import MOST, Small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phaseward.core import arith
from phaseward.core.box import Box
from phaseward.core.sample import POWER, U_LL, U_LN, Sample


def fill(sample, segment):
    for i in range(3):
        sample.u_ln_mv[i] = Small(segment["u_mv"][i])
        sample.u_ll_mv[i] = Small(segment["line_mv"][i])
        sample.p_w[i] = Small(segment["p_w"][i])
    sample.state[U_LN] = segment["u_state"]
    sample.state[U_LL] = segment["line_state"]
    sample.state[POWER] = segment["p_state"]


def tell_needs(box, needs):
    """Hands the box clock, car and room; None leaves what it knows."""
    if needs is not None:
        minute, connected, energy_wh, below_mk = (Small(v) for v in needs)
        box.set_clock(minute)
        for load in range(4):
            box.set_vehicle(load, connected, energy_wh)
            box.set_room(load, below_mk)


def play(box, segment, sample, now_ms):
    """Runs one segment; returns the clock after it."""
    fill(sample, segment)
    actual = [Small(p) for p in segment["actual_w"] or (0, 0, 0)]
    box.set_stage_actual(*actual, actual[0], segment["actual_w"] is not None)
    box.set_remote_limit(0, Small(segment["remote_w"]))
    box.set_contact(1, segment["contact"])
    tell_needs(box, segment["needs"])
    for _ in range(segment["steps"]):
        now_ms = (now_ms + segment["elapsed_ms"]) & MOST
        box.step(Small(now_ms), sample)
    return now_ms


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(core_parameters(), st.lists(segments, min_size=1, max_size=12), st.integers(0, MOST))
def test_no_decision_needs_more_than_31_bits(parameters, history, now_ms):
    box = Box(123456789)
    box.configure({name: Small(value) for name, value in parameters.items()})
    sample = Sample()
    for segment in history:
        now_ms = play(box, segment, sample, now_ms)
    values = [0] * box.snapshot_size()
    box.snapshot(values)
    assert all(abs(value) <= MOST for value in values)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(core_parameters(pb_enable=1), st.data())
def test_no_transfer_needs_more_than_31_bits(parameters, data):
    """Voltages inside the operating range throughout, so that the law is really at work."""
    un = parameters["sy_un_mv"]
    volts = st.lists(st.integers(un * 80 // 100, un * 115 // 100), min_size=3, max_size=3)
    box = Box(5)
    box.configure({name: Small(value) for name, value in parameters.items()})
    sample = Sample()
    sample.state[U_LN] = 0
    now_ms = 0
    for u_mv in data.draw(st.lists(volts, min_size=1, max_size=10)):
        sample.u_ln_mv[:] = [Small(u) for u in u_mv]
        for _ in range(70):
            now_ms += 1000
            box.step(Small(now_ms), sample)
            assert sum(box.decision.transfer_w) == 0


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(core_parameters(), st.lists(st.integers(-MOST, MOST), min_size=400, max_size=400))
def test_no_snapshot_leads_out_of_31_bits(parameters, values):
    box = Box(5)
    box.configure({name: Small(value) for name, value in parameters.items()})
    size = box.snapshot_size()
    values = [Small(v) for v in values[:size]]
    own = [0] * size
    box.snapshot(own)
    values[0] = Small(own[0])  # the layout is this one's
    assert box.restore(values)
    sample = Sample()
    sample.state[U_LN] = 0
    for k in range(30):
        box.step(Small(60000 * k), sample)


def test_the_checked_integer_sees_an_overflow_and_spreads():
    assert type(Small(3) * 5) is Small and type(5 - Small(3)) is Small
    assert type(abs(Small(-3)) // 2) is Small
    with pytest.raises(OverflowError):
        Small(1 << 15) * (1 << 15)
    with pytest.raises(OverflowError):
        (1 << 29) + Small(1 << 29)


@given(st.integers(0, (1 << 21) - 1), st.integers(0, (1 << 24) - 1), st.integers(1, (1 << 21) - 1))
def test_mul_div_is_exact_within_31_bits(x, y, z):
    if x * y // z <= MOST:
        assert arith.mul_div(Small(x), Small(y), Small(z)) == x * y // z


@given(st.integers(0, MOST))
def test_isqrt_is_exact(n):
    root = int(arith.isqrt(Small(n)))
    assert root * root <= n < (root + 1) * (root + 1)


@given(st.integers(0, (1 << 21) - 1), st.integers(0, (1 << 21) - 1))
def test_root_of_product_is_right_to_one(x, y):
    assert abs(arith.root_of_product(Small(x), Small(y)) ** 2 - x * y) <= 3 * (x * y) ** 0.5 + 1


@given(st.integers(-(1 << 29) + 1, (1 << 29) - 1), st.integers(-(1 << 29) + 1, (1 << 29) - 1))
def test_hypot_is_right_to_a_ten_thousandth(x, y):
    true = (x * x + y * y) ** 0.5
    assert abs(arith.hypot(Small(x), Small(y)) - true) <= 1 + 1e-4 * true


@given(st.integers(0, MOST), st.integers(0, MOST))
def test_scatter_stays_within_30_bits(device, count):
    assert 0 <= arith.scatter(Small(device), Small(count)) <= MOST
