"""Wi-Fi or wired network of an ESP32, from `network.json` in the box's storage.

    {"ssid": "...", "password": "..."}                      Wi-Fi, as a station
    {"mdc": 23, "mdio": 18, "phy": "LAN8720", "addr": 0}    wired; optional "power": a pin's number
    in both, optional: "address": "192.168.1.20/24", "gateway": "192.168.1.1"; else by DHCP

The file is put there at the bench (`mpremote cp network.json :`); it holds the password in clear.
Connecting goes on in the background, and so does connecting again; Modbus TCP sees OFFLINE until
then. Failure behaviour: a wrong file leaves the box without a network, with a reason that names
the file and the key; everything on the serial line works.
"""

import json

import machine
import network

FILE = "network.json"
_WIFI, _WIRED, _BOTH = ("ssid", "password"), ("mdc", "mdio", "phy", "addr"), ("address", "gateway")
_OPTIONAL = ("power",)


def start(folder):
    """(interface or None, what is wrong with the file or "")."""
    try:
        with open(folder + "/" + FILE) as file:
            found = json.load(file)
    except OSError:
        return None, ""
    except ValueError:
        return None, FILE + " is not JSON"
    try:
        return _started(found), ""
    except (ValueError, OSError) as error:
        return None, str(error)


def _started(found):
    if not isinstance(found, dict):
        raise ValueError(FILE + ": expected keys such as ssid")
    if "ssid" in found:
        _check(found, _WIFI, ())
        interface = network.WLAN(network.WLAN.IF_STA)
        interface.active(True)
        _set_address(interface, found)
        interface.connect(found["ssid"], found["password"])
        return interface
    if "mdc" not in found:
        raise ValueError(FILE + ": expected ssid and password, or mdc, mdio, phy and addr")
    _check(found, _WIRED, _OPTIONAL)
    interface = _wired(found)
    interface.active(True)
    _set_address(interface, found)
    return interface


def _wired(found):
    if not hasattr(network, "LAN"):
        raise ValueError(FILE + ": this chip has no wired network; expected ssid and password")
    phy = getattr(network, "PHY_" + str(found["phy"]), None)
    if phy is None:
        raise ValueError("%s: phy: %s is not known, LAN8720 is" % (FILE, found["phy"]))
    power = found.get("power")
    return network.LAN(
        mdc=machine.Pin(found["mdc"]),
        mdio=machine.Pin(found["mdio"]),
        power=None if power is None else machine.Pin(power),
        phy_type=phy,
        phy_addr=found["addr"],
    )


def _set_address(interface, found):
    if "address" in found:
        interface.ipconfig(dhcp4=False, addr4=found["address"])
    if "gateway" in found:
        interface.ipconfig(gw4=found["gateway"])


def _check(found, needed, optional):
    for key in needed:
        if key not in found:
            raise ValueError("%s: %s is missing" % (FILE, key))
    for key in found:
        if key not in needed + optional + _BOTH:
            raise ValueError("%s: %s: no such key" % (FILE, key))
