"""The switchable part of a network: what may change while a simulation runs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from phaseward_sim.network.model import Network, NetworkError


@dataclass(frozen=True)
class GridState:
    """Overrides of a network's own switch positions, taps and open conductors (hashable)."""

    open_conductors: tuple[tuple[str, tuple[int, ...]], ...] = ()
    switches: tuple[tuple[str, bool], ...] = ()
    taps: tuple[tuple[str, int], ...] = ()

    @staticmethod
    def of(open_conductors: Mapping | None = None, switches: Mapping | None = None,
           taps: Mapping | None = None) -> "GridState":
        """From mappings line -> conductors, switch -> closed, transformer -> tap."""
        cuts = {line: tuple(sorted(set(cut))) for line, cut in (open_conductors or {}).items()}
        return GridState(*(tuple(sorted((x or {}).items())) for x in (cuts, switches, taps)))

    def applied(self, network: Network) -> Network:
        """The network in this state; NetworkError for a name it does not have."""
        lines = _override(network.lines, dict(self.open_conductors), "open_conductors")
        switches = _override(network.switches, dict(self.switches), "closed")
        transformers = _override(network.transformers, dict(self.taps), "tap")
        return replace(network, lines=lines, switches=switches, transformers=transformers)


def _override(items, values, field):
    unknown = sorted(set(values) - {item.name for item in items})
    if unknown:
        raise NetworkError(f"grid state sets {field} of unknown {', '.join(unknown)}")
    return tuple(replace(i, **{field: values[i.name]}) if i.name in values else i for i in items)


AS_BUILT = GridState()
