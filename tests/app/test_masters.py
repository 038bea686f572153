"""Which master serves a device, and what the parameters of the bus do to it."""

import pytest

from phaseward.app.masters import Masters, slowest_ms
from phaseward.app.meters import build_meter
from phaseward.app.outputs import build_outputs
from phaseward.bus import tcp
from phaseward.bus.profile import builtin_folder
from phaseward.bus.rtu import Master
from phaseward.platform.sockets import check_host
from phaseward.store.parameters import ParameterError, check, defaults

WALLBOX = {"l1_kind": 1, "io_l1_act": 3, "io_l1_addr": 7}


class Clock:
    def ticks_ms(self):
        return 0


class Platform:
    storage_path = "/nowhere"
    clock = Clock()

    def __init__(self):
        self.streams = []

    def stream(self, host, port):
        check_host(host)
        self.streams.append((host, port))
        return object()


class NoNetwork:
    storage_path = "/nowhere"
    clock = Clock()


def masters(platform, values):
    return Masters(platform, Master(None, platform.clock, None), values)


def values(**changed):
    return {**defaults(), **changed}


def outputs(platform=None, **changed):
    platform, found = platform or Platform(), values(**{**WALLBOX, **changed})
    return build_outputs(platform, masters(platform, found), found, [builtin_folder()])


def test_a_meter_on_tcp_is_asked_there():
    platform = Platform()
    found = values(mb_meter_host="192.168.1.20", mb_tcp_port=1502, mb_retries=2,
                   mb_timeout_ms=500, mb_frozen_polls=0)
    all_of_them = masters(platform, found)
    meter = build_meter(platform, all_of_them, found)
    assert isinstance(meter.master, tcp.Master)
    assert platform.streams == [("192.168.1.20", 1502)]
    device = meter.master.device(1)
    assert (device.retries, device.timeout_ms, meter.frozen_polls) == (2, 500, 0)
    assert all_of_them.at("192.168.1.20") is meter.master


def test_meter_and_wallbox_may_be_on_different_lines():
    platform = Platform()
    found = outputs(platform, io_l1_box="keba_p40", io_l1_host="10.0.0.5")
    assert found.problems == []
    assert isinstance(found.on_bus[0].device.master, tcp.Master)
    assert platform.streams == [("10.0.0.5", 502)]


@pytest.mark.parametrize(("platform", "host", "part"), [
    (NoNetwork(), "10.0.0.5", "this board has no network"),
    (Platform(), "10.0.0.500", "expected an IPv4 number"),
    (Platform(), "wallbox", "expected an IPv4 number"),
])
def test_a_host_that_cannot_be_is_a_named_problem(platform, host, part):
    (problem,) = outputs(platform, io_l1_host=host).problems
    assert part in problem


def test_unit_255_is_for_tcp_only():
    assert outputs(io_l1_host="10.0.0.5", io_l1_addr=255).problems == []
    problems = outputs(io_l1_addr=255).problems
    assert problems == ["Modbus address must be 1..247, not 255"]


def setup_value(found, name):
    device = found.on_bus[0].device
    return next(raw for register, raw in device._rows if register is device.profile[name])


@pytest.mark.parametrize(("poll_ms", "watchdog_ms"), [
    (1000, 30_000),  # at least 30 s
    (12_000, 36_000),  # three polls
    (30_000, 65_535),  # three polls are 90 s: the register's largest
])
def test_the_wallboxes_watchdog_is_what_its_register_can_hold(poll_ms, watchdog_ms):
    found = outputs(mb_poll_ms=poll_ms)
    assert found.problems == []
    assert setup_value(found, "watchdog") == watchdog_ms


@pytest.mark.parametrize(("box", "poll_ms", "text"), [
    ("heidelberg_energy_control", 40_000, "65535 ms without the box: expected at most 32767"),
    ("mennekes_amtron_compact", 6000, "10000 ms without the box: expected at most 5000"),
])
def test_polls_too_slow_for_a_wallbox_are_refused_by_the_parameters_name(box, poll_ms, text):
    (problem,) = outputs(io_l1_box=box, mb_poll_ms=poll_ms).problems
    assert problem == f"mb_poll_ms = {poll_ms}: {box} falls back after {text}"


def test_a_round_without_any_answer_is_as_long_as_its_attempts():
    # three devices, three attempts each of 300 ms and 700 ms around it
    assert slowest_ms(values(mb_retries=2), 3) == 9000


@pytest.mark.parametrize(("name", "value", "good"), [
    ("mb_meter_host", "serial", True),
    ("mb_meter_host", "192.168.100.200", True),
    ("io_l4_host", "10.0.0.1", True),
    ("io_l4_host", "10.0.0.1/8", False),
    ("mb_meter", "eastron.sdm630", False),
])
def test_only_hosts_have_full_stops(name, value, good):
    if good:
        check(name, value)
    else:
        with pytest.raises(ParameterError, match="expected 6..15|expected 1..40"):
            check(name, value)
