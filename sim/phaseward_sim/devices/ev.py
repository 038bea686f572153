"""EV chargers with IEC 61851-1 current control, one- and three-phase.

A charger offers a current; the car takes the smallest of that, its own largest and the
charger's, and nothing below 6 A (IEC 61851-1:2017, Annex A: a duty cycle below 10 % is no
permission to charge). Power is U * I on each phase the car uses, until the session's energy
is in. Units: A, V, W, Wh, s. cos phi is 1.
Failure: sessions of one charger that overlap, or that end before they begin, raise ValueError.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .fleet import NOT_CONNECTED, U_NOM_V, Fleet

MIN_CURRENT_A = 6.0
_SETTLED_A = 0.01
_STEP_A = 0.1  # resolution of a current limit (Modbus wallboxes set tenths of an ampere)


@dataclass(frozen=True)
class Session:
    """One stay of a car: times in s, energy wanted in Wh, the car's phases and current."""

    device: int
    arrival_s: float
    departure_s: float
    energy_wh: float
    phases: int = 3
    max_a: float = 16.0


@dataclass(frozen=True)
class Served:
    """A finished session and the energy that was not charged, Wh."""

    session: Session
    missing_wh: float


class EvFleet(Fleet):
    """n chargers. ports: (n, 3), -1 for phases not connected (one-phase: (port, -1, -1)).

    sessions: Session objects in any order. max_a: charger's rating, scalar or (n,).
    response_s: first-order time constant of the car's current (IEC 61851-1 allows 5 s).
    A charger without limits is uncontrolled: it charges with full current on arrival.
    """

    band_pu = (0.8, 1.15)

    def __init__(self, ports, sessions, max_a=16.0, response_s: float = 2.0):
        super().__init__(ports)
        n = len(self.ports)
        if self.ports.shape != (n, 3):
            raise ValueError(f"EV ports: shape (n, 3) expected, got {self.ports.shape}")
        self.max_a = np.array(np.broadcast_to(np.asarray(max_a, float), n))
        self.response_s = response_s
        self._wires = (self.ports != NOT_CONNECTED).astype(float)
        self._queue = _ordered(sessions, n)
        self._make_state(n)

    def _make_state(self, n: int) -> None:
        self.limit_a = np.full(n, math.inf)
        self.plugged = np.zeros(n, dtype=bool)
        self.need_wh = np.zeros(n)
        self.power_w = np.zeros(n)
        self.current_a = np.zeros(n)
        self.charged_wh = np.zeros(n)
        self.served: list[Served] = []
        self._sessions: list[Session | None] = [None] * n
        self._limits_w = np.full(n, math.inf)
        self._car_a = np.zeros(n)
        self._mask = self._wires * 0.0
        self._target_a = np.zeros(n)
        self._phase_a = np.zeros((n, 3))
        self._u = np.full(3 * n, U_NOM_V)
        self._u3 = self._u.reshape(n, 3)
        self._p3 = np.zeros((n, 3))
        self._energy_wh = np.zeros(n)
        self._ones = np.ones(3)
        self._moving = False
        self._dirty = True
        self._next_event_s = -math.inf

    # --- control ------------------------------------------------------------------------

    def set_limit_a(self, index: int, limit_a: float) -> None:
        """Current offered by charger `index`, A per phase; inf = its rating, < 6 = pause."""
        self._limits_w[index] = math.inf
        self.limit_a[index] = limit_a
        self._dirty = True

    def limit_power(self, index: int, limit_w) -> None:
        """Consumption limit in W, turned into a current by the car's true phase count.

        Rounded down to 0.1 A; below 6 A the car pauses (DOMAIN: a one-phase car gets three
        times the current of a three-phase one for the same limit).
        """
        self._limits_w[index] = math.inf if limit_w is None else limit_w
        self._apply_power_limit(index)

    def _apply_power_limit(self, index: int) -> None:
        limit_w = self._limits_w[index]
        if math.isinf(limit_w):
            self.limit_a[index] = math.inf
        else:
            amperes = limit_w / U_NOM_V / max(self.phases_used(index), 1)
            self.limit_a[index] = math.floor(amperes / _STEP_A + 1e-9) * _STEP_A
        self._dirty = True

    def phases_used(self, index: int) -> int:
        """Phases the present car charges on; without a car, those of the charger."""
        mask = self._mask if self.plugged[index] else self._wires
        return int(mask[index].sum())

    def handle(self, index: int) -> ChargerHandle:
        """One charger as a Modbus slave sees it."""
        return ChargerHandle(self, index)

    # --- one step -----------------------------------------------------------------------

    def demand(self, t_s, dt_s, u_v, p_w, q_var) -> None:
        if t_s >= self._next_event_s:
            self._run_events(t_s)
        if self._dirty:
            self._retarget()
        if self._moving:
            self._follow(dt_s)
        elif not self.power_w.any() and not self.current_a.any():
            return
        self.map.read(u_v, self._u)
        np.multiply(self._u3, self._phase_a, out=self._p3)
        np.dot(self._p3, self._ones, out=self.power_w)
        self._charge(dt_s)
        self.map.add(p_w, self._p3.reshape(-1))

    def _charge(self, dt_s: float) -> None:
        """Book the step's energy; a battery that fills up in this step takes only its rest."""
        np.multiply(self.power_w, dt_s / 3600.0, out=self._energy_wh)
        self.need_wh -= self._energy_wh
        self.charged_wh += self._energy_wh
        if self.need_wh.min() >= 0.0:
            return
        for index in np.flatnonzero(self.need_wh < 0.0):
            excess_wh = -self.need_wh[index]
            share = 1.0 - excess_wh / self._energy_wh[index]
            self._p3[index] *= share
            self.power_w[index] *= share
            self.charged_wh[index] -= excess_wh
            self.need_wh[index] = 0.0
            self.current_a[index] = 0.0
        self._dirty = True

    def _follow(self, dt_s: float) -> None:
        """Let the cars' currents approach the offered ones."""
        gain = 1.0 if self.response_s <= 0 else -math.expm1(-dt_s / self.response_s)
        gap = self._target_a - self.current_a
        if np.abs(gap).max() < _SETTLED_A:
            gain, self._moving = 1.0, False
        self.current_a += gain * gap
        np.multiply(self._mask, self.current_a[:, None], out=self._phase_a)

    def _retarget(self) -> None:
        offered = np.minimum(np.minimum(self.limit_a, self.max_a), self._car_a)
        charging = (offered >= MIN_CURRENT_A) & self.plugged & (self.need_wh > 0.0)
        self._target_a = np.where(charging, offered, 0.0)
        np.multiply(self._mask, self.current_a[:, None], out=self._phase_a)
        self._moving, self._dirty = True, False

    def _run_events(self, t_s: float) -> None:
        """Departures and arrivals due at t_s, in order of time per charger."""
        for index, queue in enumerate(self._queue):
            self._leave_if_due(index, t_s)
            while queue and queue[0].arrival_s <= t_s:
                self._arrive(index, queue.pop(0))
                self._leave_if_due(index, t_s)
        departures = [s.departure_s for s in self._sessions if s]
        arrivals = [queue[0].arrival_s for queue in self._queue if queue]
        self._next_event_s = min(departures + arrivals, default=math.inf)
        self._dirty = True

    def _arrive(self, index: int, session: Session) -> None:
        self._sessions[index] = session
        self.plugged[index] = True
        self.need_wh[index] = session.energy_wh
        self._car_a[index] = session.max_a
        usable = np.cumsum(self._wires[index]) <= session.phases
        self._mask[index] = self._wires[index] * usable
        if not math.isinf(self._limits_w[index]):
            self._apply_power_limit(index)

    def _leave_if_due(self, index: int, t_s: float) -> None:
        session = self._sessions[index]
        if session is None or session.departure_s > t_s:
            return
        self.served.append(Served(session, float(self.need_wh[index])))
        self._sessions[index] = None
        self.plugged[index] = False
        self.need_wh[index] = self.current_a[index] = 0.0

    def observe(self) -> dict[str, np.ndarray]:
        return {"power_w": self.power_w, "current_a": self.current_a, "need_wh": self.need_wh,
                "plugged": self.plugged, "charged_wh": self.charged_wh}


class ChargerHandle:
    """One charger of a fleet, as its Modbus slave uses it."""

    def __init__(self, fleet: EvFleet, index: int):
        self.fleet, self.index = fleet, index

    def set_limit_a(self, limit_a: float) -> None:
        """See EvFleet.set_limit_a."""
        self.fleet.set_limit_a(self.index, limit_a)

    def reading(self) -> dict[str, float]:
        """SI values by wallbox register names, and `plugged` (0 or 1)."""
        fleet, k = self.fleet, self.index
        out = {"plugged": float(fleet.plugged[k]), "power": float(fleet.power_w[k]),
               "energy": float(fleet.charged_wh[k])}
        for phase in range(3):
            out[f"i_l{phase + 1}"] = float(fleet._phase_a[k, phase])
            out[f"u_l{phase + 1}n"] = float(fleet._u3[k, phase])
        return out


def _ordered(sessions, n: int) -> list[list[Session]]:
    """Sessions per charger by arrival, checked."""
    queues: list[list[Session]] = [[] for _ in range(n)]
    for session in sorted(sessions, key=lambda s: s.arrival_s):
        if not 0 <= session.device < n:
            raise ValueError(f"session of charger {session.device}: there are {n} chargers")
        if session.departure_s <= session.arrival_s or session.energy_wh < 0:
            raise ValueError(f"{session}: departure must follow arrival, energy must be >= 0")
        queue = queues[session.device]
        if queue and session.arrival_s < queue[-1].departure_s:
            raise ValueError(f"charger {session.device}: the car of {session.arrival_s} s arrives "
                             f"before the one before it has left ({queue[-1].departure_s} s)")
        queue.append(session)
    return queues
