"""A SunSpec inverter's Modbus slave: models 1, 121 (rating) and 123 (limit), plant in devices.pv.

The limit is a percentage of WMax with a revert time, as model 123 has it: a write of any of its
registers restarts the timer, and when it runs out the limit is gone. Whether real devices restart
it when the same value is written again is unverified.
"""

from __future__ import annotations

import math

from .slave import Slave

BASE = 40000
AT_121 = BASE + 2 + 68
AT_123 = AT_121 + 32
_LENGTHS = ((1, 66), (121, 30), (123, 24))
_WMAX, _PERCENT, _REVERT, _ENABLE, _PERCENT_SF = 2, 5, 7, 9, 23
_TENTHS = -1  # percentages come in tenths
_WRITABLE = range(AT_123 + _PERCENT, AT_123 + _ENABLE + 1)


class InverterSlave(Slave):
    """An inverter at an address; `inverter` is a devices.pv.PvHandle."""

    def __init__(self, address: int, inverter, **slave_settings):
        super().__init__(address, **slave_settings)
        self.inverter = inverter
        self._lay_out()
        self.holding.write(AT_121 + _WMAX, [round(inverter.peak_w)])
        self.holding.write(AT_123 + _PERCENT, [1000])
        self.holding.write(AT_123 + _PERCENT_SF, [_TENTHS & 0xFFFF])
        self._written_s = 0.0

    def _lay_out(self) -> None:
        at = BASE + 2
        self.holding.declare(BASE, 2)
        self.holding.write(BASE, [0x5375, 0x6E53])
        for number, length in _LENGTHS:
            self.holding.declare(at, 2 + length)
            self.holding.write(at, [number, length])
            at += 2 + length
        self.holding.declare(at, 2)
        self.holding.write(at, [0xFFFF, 0])

    def write(self, t_s: float, first: int, values: list[int]) -> int:
        if first not in _WRITABLE or first + len(values) - 1 not in _WRITABLE:
            raise KeyError(first)
        code = super().write(t_s, first, values)
        self._written_s = t_s
        self._apply()
        return code

    def advance(self, t_s: float) -> None:
        revert_s = self._held(_REVERT)
        if self._held(_ENABLE) and 0 < revert_s < t_s - self._written_s:
            self.holding.write(AT_123 + _ENABLE, [0])
            self._apply()

    def _held(self, register: int) -> int:
        return self.holding.read(AT_123 + register, 1)[0]

    def _apply(self) -> None:
        limit_w = self._held(_PERCENT) / 1000.0 * self.inverter.peak_w
        self.inverter.set_limit_w(limit_w if self._held(_ENABLE) else math.inf)
