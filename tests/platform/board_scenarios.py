"""The ESP32's and RP2040's platforms on MicroPython's unix port, with stand-ins for the chip.

    micropython board_scenarios.py SCENARIO     (MICROPYPATH: fakes, firmware)

Each scenario raises where it fails.
"""

import json
import os
import sys

import machine
import network

from phaseward.platform.board import Port
from phaseward.platform.esp32 import Esp32Platform
from phaseward.platform.esp32 import cause_of as esp32_cause
from phaseward.platform.esp32 import identity_of as esp32_identity
from phaseward.platform.rp2 import Rp2Platform
from phaseward.platform.rp2 import cause_of as rp2_cause

REQUEST = b"\x01\x04\x00\x00\x00\x06\x70\x08"


def platform():
    return Esp32Platform()


def scenario_the_driver_is_on_the_line_until_the_last_stop_bit():
    # 8 characters of 10 bits and one bit more, 104 us each: 81 bits, 8424 us.
    port = platform().port(0, 9600, 10)
    enable, uart, timer = machine.Pin.made["RS485_DE"], machine.UART.last, machine.Timer.made[0]
    assert (uart.number, timer.number, uart.hard) == (1, 1, False)
    assert enable.level == 0
    port.write(REQUEST, len(REQUEST))
    assert enable.level == 1 and uart.sent == [REQUEST] and timer.periods == [8424]
    uart.done = False
    timer.callback(timer)  # a character is still under way: looked at again a bit later
    assert enable.level == 1 and timer.periods == [8424, 104]
    uart.done = True
    timer.callback(timer)
    assert enable.level == 0


def scenario_a_received_frame_wakes_the_box_and_is_read_in_parts():
    box = platform()
    port = box.port(0, 9600, 10)
    machine.UART.last.bring(bytes(range(100)))
    assert port.rx_event.ready
    box.idle(60_000)  # returns at once, else this test does not end in time
    assert not box._bell.rung
    buffer = bytearray(120)
    assert port.readinto(buffer, 5, 100) == 64 and port.readinto(buffer, 69, 100) == 36
    assert buffer[5:105] == bytes(range(100)) and port.readinto(buffer, 0, 10) == 0
    machine.UART.last.bring(b"noise")
    port.discard()
    assert machine.UART.last.any() == 0 and not port.rx_event.ready


def scenario_an_expected_answer_is_told_as_soon_as_it_is_there():
    # 8 sent, 4 of silence, 17 expected: 29 characters of 1042 us; then the 7 that lack.
    port = platform().port(0, 9600, 10)
    uart, timer = machine.UART.last, machine.Timer.made[1]
    port.expect(17, 5)
    port.write(REQUEST, len(REQUEST))
    assert timer.number == 2 and timer.periods == [29 * 1042]
    uart.received = bytes(10)
    timer.callback(timer)
    assert not port.rx_event.ready and timer.periods[1:] == [7 * 1042]
    uart.received = bytes(17)
    timer.callback(timer)
    assert port.rx_event.ready


def scenario_the_pause_after_an_answer_is_timed():
    port = platform().port(0, 9600, 10)
    uart, (timer, count_timer) = machine.UART.last, machine.Timer.made[:2]
    for late, rested in ((b"", True), (b"noise", False)):
        port.expect(17, 5)
        port.write(REQUEST, len(REQUEST))
        assert not port.rested
        uart.received = bytes(17)
        count_timer.callback(count_timer)
        assert timer.periods[-1] == 5000 and not port.rested
        port.readinto(bytearray(320), 0, 320)
        port.rx_event.ready = False
        uart.received = late
        timer.callback(timer)
        assert port.rx_event.ready and port.rested == rested


def scenario_another_speed_and_parity_keep_the_interrupt():
    port = platform().port(0, 9600, 10)
    for parity, number in ((0, None), (1, 0), (2, 1)):  # none, even, odd as machine.UART counts
        port.set_line(19200, 11 if parity else 10, parity)
        uart = machine.UART.last
        assert (uart.baud, uart.parity) == (19200, number) and uart.handler is not None
    assert port.tx_ms(8) == 5  # 88 bits at 19200: 4.6 ms
    port.write(REQUEST, 8)
    assert machine.Timer.made[0].periods[-1] == 89 * 52


def scenario_outputs_read_back_where_the_board_can():
    box = platform()
    output = box.output("relay_l1")
    assert box.output("relay_l1") is output
    output.set(1)
    if "BACK_RELAY_L1" in machine.Pin.cpu_names:
        back = machine.Pin.made["BACK_RELAY_L1"]
        assert (back.mode, output.read()) == (machine.Pin.IN, 0)  # the contact has not followed
        back.level = 1
    assert output.read() == 1
    assert machine.Pin.made["RELAY_L1"].level == 1


def scenario_a_closed_contact_reads_one():
    contact = platform().input("contact_l1")
    pin = machine.Pin.made["CONTACT_L1"]
    assert (pin.mode, pin.pull) == (machine.Pin.IN, machine.Pin.PULL_UP)
    assert contact.read() == 0
    pin.level = 0
    assert contact.read() == 1


def scenario_a_pin_the_board_lacks_is_named():
    try:
        platform().output("relay_l9")
    except ValueError as error:
        assert str(error) == "this board has no pin RELAY_L9", error
    else:
        raise AssertionError("no error")


def scenario_every_pin_the_application_may_ask_for_is_there():
    box = platform()
    full = "SG_A_L4" in machine.Pin.cpu_names
    for n in range(1, 5):
        box.output("relay_l%d" % n)
        box.input("contact_l%d" % n)
        if full or n <= 2:
            box.output("sg_a_l%d" % n)
            box.output("sg_b_l%d" % n)
    box.input("factory_reset")
    numbers = [machine.Pin.cpu_names[name] for name in machine.Pin.cpu_names]
    assert len(set(numbers)) == len(numbers), "a pin is used twice"


def scenario_the_watchdog_runs_from_its_first_feeding():
    box = platform()
    assert not machine.WDT.made
    box.watchdog.feed()
    box.watchdog.feed()
    (dog,) = machine.WDT.made
    assert (dog.timeout, dog.fed) == (8388, 2)
    assert machine.Pin.made["LED"].level == 0  # toggled twice


def scenario_the_cause_of_a_reset_is_told():
    told = [esp32_cause(cause) for cause in (1, 2, 3, 4, 5, 0)]
    assert told == ["power", "reset", "watchdog", "", "", ""]
    assert platform().reset_cause == "power"
    assert rp2_cause(True, 0x100) == "watchdog"
    # CHIP_RESET: HAD_POR, HAD_RUN, HAD_PSM_RESTART; all ones is no such register.
    registers = (0x100, 0x10000, 0x100000, 0, 0xFFFFFFFF, 0x10100)
    told = [rp2_cause(False, register) for register in registers]
    assert told == ["power", "button", "", "", "", ""]
    assert Rp2Platform().reset_cause == "power"


def scenario_boxes_of_one_maker_have_numbers_of_their_own():
    assert esp32_identity(b"\x24\x0a\xc4\x12\x34\x56") == 0xC4123456 & 0x3FFFFFFF
    numbers = [esp32_identity(bytes((0x24, 0x0A, 0xC4, 0, i, j))) for i in (0, 9) for j in (0, 9)]
    assert len(set(numbers)) == 4


def _with_network(found):
    with open("network.json", "w") as file:
        file.write(found if isinstance(found, str) else json.dumps(found))
    network.calls.clear()
    from phaseward.platform.esp32_network import start

    return start(os.getcwd())


def scenario_wifi_is_joined_as_the_file_says():
    interface, trouble = _with_network({"ssid": "plant", "password": "secret"})
    assert isinstance(interface, network.WLAN) and trouble == ""
    assert network.calls == [("active", True), ("connect", "plant", "secret")]
    fixed = {"ssid": "p", "password": "s", "address": "192.168.1.20/24", "gateway": "192.168.1.1"}
    _with_network(fixed)
    wanted = [("addr4", "192.168.1.20/24"), ("dhcp4", False)]
    assert network.calls[1:3] == [("ipconfig", wanted), ("ipconfig", [("gw4", "192.168.1.1")])]


def scenario_a_wired_network_is_joined_as_the_file_says():
    interface, _ = _with_network({"mdc": 23, "mdio": 18, "phy": "LAN8720", "addr": 0, "power": 12})
    assert isinstance(interface, network.LAN)
    assert network.calls == [("lan", 23, 18, 12, network.PHY_LAN8720, 0), ("active", True)]


def scenario_a_wrong_network_file_is_told_and_the_box_goes_on():
    for found, told in (
        ("nonsense", "network.json is not JSON"),
        ("{", "expected ssid and password, or mdc"),  # MicroPython's json takes it for {}
        ("[]", "expected keys such as ssid"),
        ({"ssid": "a"}, "password is missing"),
        ({"ssid": "a", "password": "b", "dns": 1}, "dns: no such key"),
        ({"mdc": 1, "mdio": 2, "phy": "X", "addr": 0}, "phy: X is not known"),
    ):
        interface, trouble = _with_network(found)
        assert interface is None and told in trouble, trouble


def scenario_without_a_network_modbus_tcp_is_refused_with_the_reason():
    box = platform()
    assert box.network is None and isinstance(box.port(0, 9600, 10), Port)
    try:
        box.stream("192.168.1.20", 502)
    except ValueError as error:
        assert "no network.json" in str(error)
    else:
        raise AssertionError("no error")
    box.network = object()
    assert box.stream("192.168.1.20", 502).state() == -1


def scenario_a_restart_resets_the_chip():
    platform().restart("for a test")
    assert machine.resets == [1]


if __name__ == "__main__":
    globals()[sys.argv[1]]()
    print("ok")
