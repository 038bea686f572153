"""Four-wire low-voltage networks as plain data.

`model` holds the dataclasses, `cables` and `transformer` the catalogues with their sources,
`impedance` the line matrices, `validate` the checks. Units: V, A, W, ohm, m, km where named.
"""

from phaseward_sim.network.model import (
    EARTH,
    A,
    B,
    Bus,
    C,
    Earth,
    Line,
    N,
    Network,
    NetworkError,
    Source,
    Switch,
)
from phaseward_sim.network.transformer import Transformer, TransformerType

__all__ = [
    "A", "B", "C", "EARTH", "N", "Bus", "Earth", "Line", "Network", "NetworkError", "Source",
    "Switch", "Transformer", "TransformerType",
]
