"""The simulated world of one run: network, devices and what the meters would see.

`step(k)` moves one grid step: devices draw, the grid is solved, voltages and currents at the
boxes' buses are ready. Units: V, A, W, var, s; complex phasors. Failure: PowerFlowError naming
time and bus where no solution exists.
"""

from __future__ import annotations

import math

import numpy as np

from ..devices import U_NOM_V
from ..evaluate import unbalance
from ..powerflow import Grid, GridState, Law, PowerFlow
from ..scenario import ScenarioFile
from .fleets import Fleets
from .network import Site, build_site
from .placing import Placing
from .ports import PortSums, Views
from .rung import BoxSpec
from .span import Span, window
from .wiring import build_specs

_NEXT = np.array([1, 2, 0])  # the phase that follows each
CONDUCTORS = {"l1": 0, "l2": 1, "l3": 2, "n": 3}


class World:
    """What of a scenario does not depend on time: network, places, box specs."""

    def __init__(self, file: ScenarioFile):
        self.file, self.scenario = file, file.scenario
        self.site: Site = build_site(file)
        self.placing = Placing(file, self.site)
        self.specs: list[BoxSpec] = build_specs(file, self.placing)
        self.watched = self._watched()

    def _watched(self) -> list[str]:
        """Buses whose voltages are recorded: boxes first, then those the scenario names."""
        focus = self.scenario.focus_bus
        found = [spec.bus for spec in self.specs]
        found += [self.placing.bus(bus, ("watch", i)) for i, bus in enumerate(self.scenario.watch)]
        if focus is not None:
            found.append(self.placing.bus(focus, ("focus_bus",)))
        return list(dict.fromkeys(found))


class Plant:
    """The running world over one span.

    After `step`: `v`, `i_a` complex (ports,); `p_w`, `q_var` demanded per port; `u_v` magnitudes
    at all `points` (bus, phase): the ports, then the free phases of watched buses;
    `watched_v` complex (watched, 3), `watched_u_v` their magnitudes.
    """

    def __init__(self, world: World, span: Span | None = None):
        self.world, self.span = world, span or window(world.scenario)
        self.fleets = Fleets(world.file, world.site, world.placing, self.span)
        book = self.fleets.book
        for spec in world.specs:
            self._claim(book, spec)
        self._views = Views(book, world.watched)
        self.points = self._views.points
        self._box_rows = np.array([world.watched.index(s.bus) for s in world.specs], dtype=int)
        self._sums = PortSums(book, [spec.bus for spec in world.specs])
        self._flow = PowerFlow(Grid(world.site.network, book.ports, self._views.observers),
                               Law(*self.fleets.band_pu()))
        self._cuts: dict[str, tuple[int, ...]] = {}
        self._taps: dict[str, int] = {}
        self._switches: dict[str, bool] = {}
        self._source_t, self._source_pu = self._source_course()
        self._steady_pu = float(self._source_pu[0]) if len(self._source_pu) == 1 else None
        self._make_state(len(book.ports), len(self.points))

    def _claim(self, book, spec) -> None:
        """A network without customers still needs a port somewhere: the box's own."""
        if not book.points():
            book.port(spec.bus, 0)

    def _make_state(self, ports: int, points: int) -> None:
        self.p_w, self.q_var = np.zeros(ports), np.zeros(ports)
        self.u_v = np.full(points, U_NOM_V)
        self._u_ports = self.u_v[:ports]
        self.v = self.i_a = None
        self.watched_v = self.watched_u_v = self._unbalance = None
        self.t_s = 0.0

    def _source_course(self):
        points = self.world.scenario.source.profile
        if not points:
            return np.zeros(1), np.array([self.world.site.source_pu])
        return (np.array([p.at_s - self.span.offset_s for p in points]),
                np.array([p.pu for p in points]))

    # --- one step -----------------------------------------------------------------------

    def step(self, k: int) -> None:
        """Simulate grid step k, which begins at k * step_s."""
        dt_s = self.span.step_s
        self.t_s = t_s = k * dt_s
        self.fleets.demand(t_s, dt_s, self._u_ports, self.p_w, self.q_var)
        self.v = self._flow.step(self.p_w, self.q_var, self.source_pu(t_s), t_s)
        self.i_a = self._flow.i_a
        seen = self._views.all(self.v, self._flow.observe())
        np.abs(seen, out=self.u_v)
        self.watched_v = self._views.pick(seen)
        self.watched_u_v = self._views.pick(self.u_v)
        self._unbalance = None

    def source_pu(self, t_s: float) -> float:
        """Voltage of the MV side in per unit: the profile, and its slow wandering (two sines of
        11 and 53 s, own choice)."""
        turn = 2.0 * math.pi * t_s
        wander = 0.6 * math.sin(turn / 53.0) + 0.4 * math.sin(turn / 11.3)
        pu = self._steady_pu
        if pu is None:
            pu = float(np.interp(t_s, self._source_t, self._source_pu))
        return pu * (1.0 + self.world.scenario.source.wander_pu * wander)

    @property
    def unbalance(self) -> np.ndarray:
        """u2 and u0 of the watched buses as shares, (2, watched)."""
        if self._unbalance is None:
            self._unbalance = np.stack(unbalance.shares(self.watched_v))
        return self._unbalance

    @property
    def flow(self):
        """The power flow: `model` in force and `inputs` of the last step, for flows."""
        return self._flow

    def at_boxes(self):
        """(u_ln, u_ll, i_a, p_w) of the boxes' meters, each (boxes, 3) in V, A, W."""
        v = self.watched_v[self._box_rows]
        s_va = self._sums.read(self.v * self.i_a.conj())
        u_ln = self.watched_u_v[self._box_rows]
        u_ll = np.abs(v - v[:, _NEXT])
        return u_ln, u_ll, np.abs(s_va) / np.maximum(u_ln, 1.0), s_va.real

    # --- events -------------------------------------------------------------------------

    def cut(self, line: str, conductors: list[str]) -> None:
        """Open conductors of a line (l1, l2, l3, n)."""
        self._cuts[line] = tuple(CONDUCTORS[c] for c in conductors)
        self._change()

    def mend(self, line: str) -> None:
        """Close all conductors of a line."""
        self._cuts.pop(line, None)
        self._change()

    def switch(self, name: str, closed: bool) -> None:
        """Close or open a switch."""
        self._switches[name] = closed
        self._change()

    def tap(self, position: int) -> None:
        """Move the transformer's tap."""
        self._taps[self.world.site.transformer] = position
        self._change()

    def _change(self) -> None:
        self._flow.change(GridState.of(open_conductors=self._cuts, switches=self._switches,
                                       taps=self._taps))

