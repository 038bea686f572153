"""Stands for MicroPython's `network` on an ESP32."""

PHY_LAN8720 = 3
calls = []


class _Interface:
    def active(self, on):
        calls.append(("active", on))

    def ipconfig(self, **settings):
        calls.append(("ipconfig", sorted(settings.items())))


class WLAN(_Interface):
    IF_STA = 0

    def __init__(self, kind):
        assert kind == WLAN.IF_STA

    def connect(self, ssid, password):
        calls.append(("connect", ssid, password))


class LAN(_Interface):
    def __init__(self, mdc, mdio, power, phy_type, phy_addr):
        calls.append(("lan", mdc.name, mdio.name, power and power.name, phy_type, phy_addr))
