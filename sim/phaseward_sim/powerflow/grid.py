"""A network with its ports and every reduced model it has needed so far."""

import threading
from collections import OrderedDict

from phaseward_sim.network.model import Network
from phaseward_sim.powerflow.reduction import PortModel, reduce
from phaseward_sim.powerflow.state import AS_BUILT, GridState


class Grid:
    """Reduces a network once per state (cuts, switches, taps) and keeps `keep` models."""

    def __init__(self, network: Network, ports, observers=(), keep: int = 16):
        self.network, self.ports, self.observers = network, tuple(ports), tuple(observers)
        self._models, self._keep, self._lock = OrderedDict(), keep, threading.Lock()

    def model(self, state: GridState = AS_BUILT) -> PortModel:
        """The reduced model of a state, from the cache where it is known."""
        with self._lock:
            if state not in self._models:
                network = state.applied(self.network)
                self._models[state] = reduce(network, self.ports, self.observers)
            self._models.move_to_end(state)
            if len(self._models) > self._keep:
                self._models.popitem(last=False)
            return self._models[state]
