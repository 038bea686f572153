"""Small four-wire feeders for the tests: 20 kV source, 250 kVA, four houses on NAYY cable."""

from dataclasses import dataclass

import numpy as np

from phaseward_sim.network import (
    EARTH,
    A,
    B,
    Bus,
    C,
    Earth,
    Line,
    N,
    Network,
    Source,
    Transformer,
    TransformerType,
)
from phaseward_sim.network.cables import NAYY_4X50, NAYY_4X150, CableType
from phaseward_sim.powerflow import Port

HOUSES = ("h1", "h2", "h3", "h4")
# Ten single-phase legs, one of them PV, and one load between two phases: (port, W, var).
CONNECTIONS = (
    (Port("h1", A), 1500.0, 300.0),
    (Port("h1", B), 3700.0, 500.0),
    (Port("h2", A), 900.0, 200.0),
    (Port("h2", B), 2600.0, 0.0),
    (Port("h2", C), 400.0, 100.0),
    (Port("h3", A), 2200.0, 450.0),
    (Port("h3", C), -4600.0, 0.0),
    (Port("h4", A), 3300.0, 600.0),
    (Port("h4", B), 700.0, 150.0),
    (Port("h4", C), 1200.0, 250.0),
    (Port("h2", B, C), 1000.0, 200.0),
)
PORTS = tuple(port for port, _, _ in CONNECTIONS)
OBSERVERS = (*(Port(h, N, EARTH) for h in HOUSES), Port("lv", N, EARTH), Port("lv", A))
PV = 6  # index of the PV leg


@dataclass(frozen=True)
class Case:
    """What differs between the feeders; see `feeder` and `powers`."""

    group: str = "Dyn5"
    house_earth_ohm: float | None = 30.0
    cut_line: str = ""
    cut: tuple = ()
    pv_w: float = -4600.0
    transfer_w: float = 0.0
    capacitance: bool = True
    no_load: bool = True
    tap: int = 0


def without_capacitance(kind: CableType) -> CableType:
    """The same cable without its shunt part."""
    return CableType(f"{kind.name} series only", kind.z_ohm_per_km, kind.i_rated_a)


def feeder(case: Case, l1_m: float = 150.0) -> Network:
    """lv -150 m- h1 -80 m- h2 -60 m- h3 -40 m- h4, the last two on 4x50; l<k> ends at h<k>."""
    kinds = [NAYY_4X150, NAYY_4X150, NAYY_4X50, NAYY_4X50]
    if not case.capacitance:
        big, small = without_capacitance(NAYY_4X150), without_capacitance(NAYY_4X50)
        kinds = [big, big, small, small]
    names = ("lv", *HOUSES)
    lengths = (l1_m, 80.0, 60.0, 40.0)
    lines = [Line(f"l{k + 1}", names[k], names[k + 1], kinds[k], lengths[k],
                  open_conductors=case.cut if case.cut_line == f"l{k + 1}" else ())
             for k in range(4)]
    earths = [Earth("lv", 1.0)]
    if case.house_earth_ohm:
        earths += [Earth(house, case.house_earth_ohm) for house in HOUSES]
    p0_w, i0_pu = (600.0, 0.0032) if case.no_load else (0.0, 0.0)
    kind = TransformerType("250 kVA", case.group, 250e3, 20e3, 400.0, 0.04, 3250.0, p0_w, i0_pu)
    source = Source.of_short_circuit("grid", "mv", 20e3, 100e6)
    return Network("feeder", [Bus("mv", 20e3, 3), *(Bus(n) for n in names)], lines, [source],
                   [Transformer("t", "mv", "lv", kind, case.tap)], earths)


def powers(case: Case):
    """(p_w, q_var) of PORTS; transfer_w goes from a to b at h4 with 2 % loss."""
    p = np.array([w for _, w, _ in CONNECTIONS])
    q = np.array([var for _, _, var in CONNECTIONS])
    p[PV] = case.pv_w
    p[7] -= case.transfer_w * 0.98
    p[8] += case.transfer_w
    return p, q
