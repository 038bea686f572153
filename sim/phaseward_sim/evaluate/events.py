"""Voltage events: the definition every "events reduced by" figure rests on.

An event begins when one phase's `mean_s` means have been outside the limits for `least_s`, and
can begin again after they have been inside for `rearm_s`. Defaults: 213.9..246.1 V (+-7 % of
230 V, Spain's RD 1955/2000), 1-minute means, 1 minute, re-armed after 1 minute inside. That is
this project's own definition: meter makers let threshold and duration be set (Echelon: 1..99 %,
0..255 min, at least 1 s normal between events), and no network operator publishes a common one.
EN 50160's limits are +-10 %: pass low_v=207, high_v=253.
Under- and over-voltage are counted apart. Units: V, s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .means import Means

U_NOM_V = 230.0


@dataclass(frozen=True)
class Event:
    """One event: index of the voltage (tuple), kind "under" or "over", times in s.

    start_s: beginning of the first mean outside. end_s: beginning of the first mean inside
    again (the end of the counting where it never came back). worst_v: farthest mean.
    """

    index: tuple
    kind: str
    start_s: float
    end_s: float
    worst_v: float


class EventCounter:
    """Counts events of an array of voltages of any shape, e.g. (nodes, 3).

    Results, arrays of that shape: `under`, `over` (events), `outside_s`, `volt_s` (integral of
    the volts beyond the limit). `events`: finished ones; `close()` finishes those still on.
    """

    def __init__(self, shape, low_v: float = 0.93 * U_NOM_V, high_v: float = 1.07 * U_NOM_V,
                 mean_s: float = 60.0, least_s: float = 60.0, rearm_s: float = 60.0,
                 start_s: float = 0.0):
        if not low_v < high_v:
            raise ValueError(f"event limits: {low_v} V is not below {high_v} V")
        self.low_v, self.high_v = low_v, high_v
        self._means = Means(shape, mean_s)
        self._kinds = (_Kind("under", shape, least_s, rearm_s),
                       _Kind("over", shape, least_s, rearm_s))
        self.outside_s, self.volt_s = np.zeros(shape), np.zeros(shape)
        self.lowest_v, self.highest_v = np.full(shape, np.inf), np.full(shape, -np.inf)
        self.events: list[Event] = []
        self._now_s = start_s

    @property
    def under(self) -> np.ndarray:
        """Under-voltage events so far."""
        return self._kinds[0].count

    @property
    def over(self) -> np.ndarray:
        """Over-voltage events so far."""
        return self._kinds[1].count

    def add(self, u_v, dt_s: float) -> None:
        """The voltages held for dt_s. NaN (no supply point, no data) is neither in nor out."""
        for mean_v in self._means.add_all(u_v, dt_s):
            self._judge(mean_v)

    def close(self) -> list[Event]:
        """End every event still going on, and return all."""
        for kind in self._kinds:
            self.events += kind.finish(kind.active, self._now_s)
        return self.events

    def _judge(self, mean_v) -> None:
        window_s = self._means.window_s
        np.fmin(self.lowest_v, mean_v, out=self.lowest_v)
        np.fmax(self.highest_v, mean_v, out=self.highest_v)
        beyond = (self.low_v - mean_v, mean_v - self.high_v)
        for kind, beyond_v in zip(self._kinds, beyond, strict=True):
            outside = beyond_v > 0
            self.events += kind.judge(mean_v, outside, self._now_s, window_s)
            self.outside_s += outside * window_s
            self.volt_s += np.where(outside, beyond_v, 0.0) * window_s
        self._now_s += window_s


class _Kind:
    """State of one kind of event (under or over) for every voltage."""

    def __init__(self, name: str, shape, least_s: float, rearm_s: float):
        self.name, self.least_s, self.rearm_s = name, least_s, rearm_s
        self.count = np.zeros(shape, dtype=int)
        self.active = np.zeros(shape, dtype=bool)
        self._armed = np.ones(shape, dtype=bool)
        self._out_s, self._in_s = np.zeros(shape), np.zeros(shape)
        self._start_s, self._worst_v = np.zeros(shape), np.zeros(shape)

    def judge(self, mean_v, outside, from_s: float, window_s: float) -> list[Event]:
        """One more mean, of the window that began at from_s; returns events it ended."""
        if not outside.any() and not self.active.any() and self._armed.all():
            self._out_s[...] = 0.0
            return []
        known = ~np.isnan(mean_v)
        first = outside & (self._out_s == 0)
        self._start_s = np.where(first & self._armed, from_s, self._start_s)
        self._worst_v = np.where(first & self._armed, mean_v, self._worst(mean_v, outside))
        self._out_s = np.where(outside, self._out_s + window_s, np.where(known, 0.0, self._out_s))
        self._in_s = np.where(outside, 0.0, self._in_s + window_s * known)
        begins = outside & self._armed & (self._out_s >= self.least_s - 1e-9)
        self.count += begins
        self._armed &= ~begins
        self.active |= begins
        ended = self.finish(self.active & known & ~outside, from_s)
        self._armed |= ~self.active & ~outside & known & (self._in_s >= self.rearm_s - 1e-9)
        return ended

    def finish(self, which, end_s: float) -> list[Event]:
        """End the events in `which` at end_s."""
        ended = [Event(tuple(int(k) for k in index), self.name, float(self._start_s[index]),
                       end_s, float(self._worst_v[index]))
                 for index in map(tuple, np.argwhere(which))]
        self.active = self.active & ~which
        return ended

    def _worst(self, mean_v, outside):
        pick = np.fmin if self.name == "under" else np.fmax
        return np.where(outside, pick(self._worst_v, mean_v), self._worst_v)


def count_events(u_v, step_s: float, **settings) -> EventCounter:
    """Events of a stored series, shape (T, ...) with one row per `step_s`; see EventCounter."""
    u_v = np.asarray(u_v, float)
    counter = EventCounter(u_v.shape[1:], **settings)
    for row in u_v:
        counter.add(row, step_s)
    counter.close()
    return counter
