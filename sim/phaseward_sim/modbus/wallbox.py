"""A Modbus wallbox: current limit, watchdog with failsafe current, measurements.

Register map from a wallbox profile; the plant is one charger of devices.ev. The limit set by
the last write holds until there was no sign of life for the time of `watchdog` (or the profile's
fixed one); then `failsafe` (or the fixed one) holds, until the next sign. A sign of life is a
write to a register of the profile's `feed`; without such, any request to this address, as in the
Heidelberg manual (unverified). Below 6 A there is no charging. `lock` 0 stops charging.
"""

from __future__ import annotations

from .mapped import MappedSlave

_LAYOUT_VERSION = 0x108
_MIN_A = 6.0
_NO_CAR, _CAR_WAITING, _CHARGING = 2, 4, 6


class WallboxSlave(MappedSlave):
    """A wallbox at an address; `charger` is a devices.ev.ChargerHandle."""

    kind = "wallbox"

    def __init__(self, profile, address: int, charger, **slave_settings):
        super().__init__(profile, address, **slave_settings)
        self.charger = charger
        self.show("layout", _LAYOUT_VERSION)
        self.show("extern_lock", 1)
        self._alive_s = 0.0
        self._signs = {row["register"] for row in self.profile.get("feed", ())}
        self.failsafe = False
        self._apply()

    def answer(self, t_s: float, frame: bytes):
        pieces = super().answer(t_s, frame)
        if pieces and not self._signs:
            self._alive(t_s)
        return pieces

    def _alive(self, t_s: float) -> None:
        self._alive_s = t_s
        self.advance(t_s)

    def advance(self, t_s: float) -> None:
        watchdog_s = self._own("watchdog", "fixed_watchdog_ms")
        expired = watchdog_s > 0 and t_s - self._alive_s > watchdog_s
        if expired != self.failsafe:
            self.failsafe = expired
            self._apply()

    def accept(self, t_s: float, written: dict[str, float]) -> int:
        if self._signs & written.keys():
            self._alive(t_s)
        return 0

    def _own(self, register: str, fixed: str) -> float:
        """What the box has set, or the maker's fixed value, in s or A."""
        return self.held(register) if register in self.rows else self.profile[fixed] / 1000.0

    def write(self, t_s: float, first: int, values: list[int]) -> int:
        code = super().write(t_s, first, values)
        if not code:
            self._apply()
        return code

    def before_read(self, t_s: float) -> None:
        if self.faults.active("frozen", t_s):
            return
        reading = self.charger.reading()
        for name, value in reading.items():
            self.show(name, value)
        self.show("temperature", 30.0)
        self.show("status", self._status(reading))
        if "cable" in self.rows:
            codes = self.profile["with_car" if reading["plugged"] else "no_car"]
            self.show("cable", codes[-1])

    def _status(self, reading) -> int:
        """Where the status alone says whether a car is there: one of the profile's codes, the
        last one while it charges. Else that of a Heidelberg: even = not allowed, odd = allowed."""
        if "layout" not in self.rows and "cable" not in self.rows and "no_car" in self.profile:
            codes = self.profile["with_car" if reading["plugged"] else "no_car"]
            return codes[-1 if reading["power"] > 0 else 0]
        base = _NO_CAR if not reading["plugged"] else (
            _CHARGING if reading["power"] > 0 else _CAR_WAITING)
        return base + (self._limit_a() >= _MIN_A)

    def _limit_a(self) -> float:
        if "lock" in self.rows and self.held("lock") == 0:
            return 0.0
        limit_a = (self._own("failsafe", "fixed_failsafe_ma") if self.failsafe
                   else self.held("limit"))
        return limit_a if limit_a >= _MIN_A else 0.0

    def _apply(self) -> None:
        self.charger.set_limit_a(self._limit_a())
