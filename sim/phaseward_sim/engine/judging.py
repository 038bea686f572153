"""Watches a run with true values and turns it into measurements and verdicts.

Voltages are kept as means of `evaluation.mean_s` at every connected point and at all phases of
watched buses, so that any window between marks, bus or phase can be judged afterwards.
Units in the names. What a box believes plays no part here.
"""

from __future__ import annotations

import numpy as np

from ..devices import U_NOM_V
from ..evaluate import ComfortMeter, EnergyMeter, HeldBackMeter, Means, PeakMeter, ev_service
from ..powerflow.flows import Flows, losses_w
from ..results import Recorder, VoltageEvent
from .plant import Plant
from .telling import Telling
from .wiring import rated_w

PHASE_NAMES = ("l1", "l2", "l3")


class Judge:
    """Collects what the measurements need, one `add` per step."""

    def __init__(self, plant: Plant, telling: Telling | None):
        self.plant, self.telling = plant, telling
        self.rule = plant.world.scenario.evaluation
        self.mean_s = max(self.rule.mean_s, plant.span.step_s)
        self._means = Means(len(plant.points), self.mean_s)
        self._unbalance = Means((2, len(plant.world.watched)), self.mean_s)
        self.u_rows: list[np.ndarray] = []
        self.unbalance_rows: list[np.ndarray] = []
        self.energy = EnergyMeter()
        self.loading = PeakMeter()
        self.line_loading = PeakMeter()
        self._flows = None
        self._heat = plant.fleets.named.get("heat_pump", ([], None))[1]
        self.comfort = ComfortMeter(len(self._heat), self._heat.setpoint_c) if self._heat else None
        self.loads = [(spec, wire) for spec in plant.world.specs for wire in spec.loads]
        self.held = HeldBackMeter([rated_w(wire.device) for _, wire in self.loads])
        self._wanting = [_wanting(plant, wire.device) for _, wire in self.loads]

    def add(self) -> None:
        """The step the plant has just made."""
        plant, dt_s = self.plant, self.plant.span.step_s
        closed = 0
        for row in self._means.add_all(plant.u_v, dt_s):
            self.u_rows.append(row.astype(np.float32))
            closed += 1
        for row in self._unbalance.add_all(plant.unbalance, dt_s):
            self.unbalance_rows.append(row.astype(np.float32))
        if self.telling is not None and self.loads:
            self._hold(dt_s)
        if closed:
            self._flow_minute(closed * self.mean_s)
            if self.comfort is not None:
                self.comfort.add(self._heat.room_c, closed * self.mean_s)

    def _hold(self, dt_s: float) -> None:
        limits = [w for spec in self.plant.world.specs for w in self.telling.limit_w[spec.name]]
        wanted = [want() for want in self._wanting]
        self.held.add(np.array(limits, float), np.array(wanted), dt_s)

    def _flow_minute(self, span_s: float) -> None:
        """Losses and loadings once per mean: they are slow and change slowly."""
        flow = self.plant.flow
        if self._flows is None or self._flows[0] is not flow.model:
            self._flows = (flow.model, Flows(flow.model))
        found = self._flows[1].read(flow.inputs)
        self.loading.add(self.plant.t_s, found.transformer_loading.max(initial=0.0))
        self.line_loading.add(self.plant.t_s, found.line_loading.max(initial=0.0))
        self.energy.add(span_s, losses_w=losses_w(flow.model, self.plant.v, self.plant.i_a,
                                                  flow.inputs))

    # --- afterwards -----------------------------------------------------------------------

    def u_table(self) -> np.ndarray:
        """Voltage means (intervals, points) in V."""
        return np.array(self.u_rows).reshape(len(self.u_rows), len(self.plant.points))

    def unbalance_table(self) -> np.ndarray:
        """Means of u2 and u0 (intervals, 2, watched) as shares."""
        shape = len(self.unbalance_rows), 2, len(self.plant.world.watched)
        return np.array(self.unbalance_rows).reshape(shape)

    def limits_v(self) -> tuple[float, float]:
        """Lower and upper limit of an event in V."""
        return self.rule.low_pu * U_NOM_V, self.rule.high_pu * U_NOM_V

    def ev(self):
        """Energy wanted and missing of the stays that ended within the run."""
        names, fleet = self.plant.fleets.named.get("ev", ([], None))
        stays = [(s.session.device, s.session.energy_wh, s.missing_wh)
                 for s in (fleet.served if fleet else [])]
        return ev_service(len(names), stays)

    def record_events(self, recorder: Recorder, events) -> None:
        """Put the evaluator's events into the result; their index is (point,)."""
        for event in events:
            bus, phase = self.plant.points[event.index[0]]
            recorder.events.append(VoltageEvent(bus, PHASE_NAMES[phase], event.kind,
                                                event.start_s, event.end_s, event.worst_v))


def _wanting(plant: Plant, device):
    """A function: the power the device would draw if nothing held it back, in W."""
    names, fleet = plant.fleets.named[device.kind]
    index, full_w = names.index(device.name), rated_w(device)
    if device.kind == "ev":
        return lambda: full_w if fleet.plugged[index] and fleet.need_wh[index] > 0 else 0.0
    return lambda: full_w
