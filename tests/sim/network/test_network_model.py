"""A network that cannot be is refused, and the message names the element."""

from dataclasses import replace

import pytest

from phaseward_sim.network import (
    A,
    Bus,
    Earth,
    Line,
    N,
    Network,
    NetworkError,
    Source,
    Switch,
    Transformer,
    TransformerType,
)
from phaseward_sim.network.cables import NAYY_4X50, NAYY_4X150

KIND = TransformerType("250 kVA", "Dyn5", 250e3, 20e3, 400.0, 0.04, 3250.0)
GOOD = Network(
    "g", [Bus("mv", 20e3, 3), Bus("lv"), Bus("h1"), Bus("h2")],
    [Line("l1", "lv", "h1", NAYY_4X150, 100.0), Line("l2", "h1", "h2", NAYY_4X50, 30.0)],
    [Source.of_short_circuit("grid", "mv", 20e3, 100e6)], [Transformer("t", "mv", "lv", KIND)],
    [Earth("lv", 1.0)], [Switch("s", "h1", "h2", closed=False)])
L1, L2 = GOOD.lines
SOURCE, TRANSFORMER = GOOD.sources[0], GOOD.transformers[0]

FAULTS = {
    "unknown bus 'h9'": {"lines": [L1, replace(L2, to_bus="h9")]},
    "lines with the same name: l1": {"lines": [L1, replace(L2, name="l1")]},
    "buses with the same name: h1": {"buses": [*GOOD.buses, Bus("h1")]},
    "1 buses without a source: h3": {"buses": [*GOOD.buses, Bus("h3")]},
    "line l2: length_m=0.0 gives zero impedance": {"lines": [L1, replace(L2, length_m=0.0)]},
    "line l2: length_m=nan": {"lines": [L1, replace(L2, length_m=float("nan"))]},
    "line l2: both ends at bus h1": {"lines": [L1, replace(L2, to_bus="h1")]},
    "line l2: 2 conductors, type NAYY 4x50 has 4": {"lines": [L1, replace(L2, conductors=(A, N))]},
    "line l2: conductors .* its buses have 4": {
        "lines": [L1, replace(L2, conductors=(0, 1, 2, 4))]},
    "line l1: conductors .* its buses have 3": {"lines": [replace(L1, from_bus="mv"), L2]},
    "line l2: open_conductors": {"lines": [L1, replace(L2, open_conductors=(7,))]},
    "source grid: zero impedance": {"sources": [replace(SOURCE, r1_ohm=0.0, x1_ohm=0.0)]},
    "source grid: u_ll_v=0": {"sources": [replace(SOURCE, u_ll_v=0)]},
    "needs at least one bus and one source": {"sources": []},
    "transformer t: tap 3, range": {"transformers": [replace(TRANSFORMER, tap=3)]},
    "transformer t: mv_bus h1 has 4 conductors": {
        "transformers": [replace(TRANSFORMER, mv_bus="h1")]},
    "earth electrode at lv: 0.0 ohm": {"earths": [Earth("lv", 0.0)]},
    "earth electrode at mv: no conductor 3": {"earths": [Earth("mv", 1.0)]},
    "bus h2: conductors=2": {"buses": [*GOOD.buses[:3], Bus("h2", 400.0, 2)]},
    "bus h2: u_ll_v=-400": {"buses": [*GOOD.buses[:3], Bus("h2", -400)]},
    "switch s: its buses have different conductors": {"switches": [Switch("s", "mv", "lv")]},
}


@pytest.mark.parametrize("message", FAULTS)
def test_faulty_network_is_refused_with_the_element_named(message):
    with pytest.raises(NetworkError, match=f"network g: .*{message}"):
        replace(GOOD, **FAULTS[message])


def test_lookup_of_a_bus_that_is_not_there_is_named():
    assert GOOD.bus("h1").u_ll_v == 400.0
    with pytest.raises(NetworkError, match="no bus 'h9'"):
        GOOD.bus("h9")


def test_short_circuit_power_gives_the_impedance():
    # 20 kV^2 / 100 MVA = 4 ohm at r/x = 0.1
    assert abs(complex(SOURCE.r1_ohm, SOURCE.x1_ohm)) == pytest.approx(4.0)
    assert SOURCE.r1_ohm / SOURCE.x1_ohm == pytest.approx(0.1)


@pytest.mark.parametrize("s_k_va", [0.0, -1.0, float("nan")])
def test_short_circuit_power_must_be_positive(s_k_va):
    with pytest.raises(NetworkError, match="source grid: s_k_va"):
        Source.of_short_circuit("grid", "mv", 20e3, s_k_va)
