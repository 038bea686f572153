"""Writes a Network as an OpenDSS circuit and solves it there: an outside engine as referee.

Nothing of the solver's own admittance is used. Transformers are three single-phase units whose
winding impedances give the nameplate's z1 and z0; magnetising is a bank of reactors on the LV
phases; the neutral is node 4; a cut conductor is opened by OpenDSS itself.
"""

import math

import numpy as np
from dss import DSS

from phaseward_sim.network import EARTH
from phaseward_sim.powerflow.admittance import INSULATION_S, Admittance

STAR, UNIT_STAR = 5, 6  # nodes inside transformers: MV star point, LV star before the neutral


def solve(network, ports, p_w, q_var, law, source_pu=1.0) -> dict:
    """Complex potentials {(bus, conductor): V} of the circuit OpenDSS solved; asserts it did."""
    commands = [*_circuit(network, source_pu), *_lines(network), *_earths(network)]
    for transformer in network.transformers:
        commands += _transformer(transformer)
    commands += [*_loads(network, ports, p_w, q_var, law), *_insulation(network)]
    commands += [f"open line.{line.name} 1 {c + 1}"
                 for line in network.lines for c in line.open_conductors]
    commands += ["set tolerance=1e-11", "set maxiterations=1000", "set controlmode=off", "solve"]
    for command in commands:
        DSS.Text.Command = command
    assert DSS.ActiveCircuit.Solution.Converged, "the referee did not converge"
    return _potentials(network)


def _circuit(network, pu):
    (source,) = network.sources
    r0 = source.r1_ohm if source.r0_ohm is None else source.r0_ohm
    x0 = source.x1_ohm if source.x0_ohm is None else source.x0_ohm
    yield "clear"
    yield "set defaultbasefrequency=50"
    yield (f"new circuit.c bus1={source.bus}.1.2.3 phases=3 basekv={source.u_ll_v / 1e3!r} "
           f"pu={pu!r} angle={source.angle_deg} r1={source.r1_ohm!r} x1={source.x1_ohm!r} "
           f"r0={r0!r} x0={x0!r}")


def _matrix(values):
    return "[" + " | ".join(" ".join(repr(float(x)) for x in row) for row in values) + "]"


def _nodes(conductors):
    return "".join(f".{c + 1}" for c in conductors)


def _lines(network):
    for line in network.lines:
        kind, nodes = line.type, _nodes(line.conductors)
        z = kind.z_ohm_per_km
        c = np.zeros(z.shape) if kind.c_nf_per_km is None else kind.c_nf_per_km
        yield (f"new line.{line.name} phases={len(z)} bus1={line.from_bus}{nodes} "
               f"bus2={line.to_bus}{nodes} rmatrix={_matrix(z.real)} xmatrix={_matrix(z.imag)} "
               f"cmatrix={_matrix(c)} units=km length={line.length_m / 1e3!r}")


def _reactor(name, bus1, bus2, z):
    return f"new reactor.{name} phases=1 bus1={bus1} bus2={bus2} r={z.real!r} x={z.imag!r}"


def _earths(network):
    for k, earth in enumerate(network.earths):
        yield _reactor(f"e{k}", f"{earth.bus}.{earth.conductor + 1}", f"{earth.bus}.0",
                       complex(earth.ohm))


def _insulation(network):
    """The solver's documented insulation of conductors that nothing ties to earth."""
    admittance = Admittance(network)
    for bus in network.buses:
        for c in range(bus.conductors):
            if not admittance.strong[admittance.node(bus.name, c)]:
                yield _reactor(f"i_{bus.name}_{c}", f"{bus.name}.{c + 1}", f"{bus.name}.0",
                               complex(1.0 / INSULATION_S))


def _loads(network, ports, p_w, q_var, law):
    for k, port in enumerate(ports):
        u = network.bus(port.bus).u_ll_v / 1e3
        phases = port.to_conductor in (EARTH, 3)
        kv = u / math.sqrt(3.0) if phases else u
        to = 0 if port.to_conductor == EARTH else port.to_conductor + 1
        yield (f"new load.p{k} bus1={port.bus}.{port.from_conductor + 1}.{to} phases=1 kv={kv!r} "
               f"kw={float(p_w[k]) / 1e3!r} kvar={float(q_var[k]) / 1e3!r} {_model(law, p_w[k])}")


def _model(law, p_w):
    """A port that feeds holds its power above the band too, see law.py."""
    if law.lo_pu == law.hi_pu == 1.0:
        return "model=2"
    return f"model=1 vminpu={law.lo_pu} vmaxpu={law.hi_pu if p_w >= 0 else 10} vlowpu=0"


def _transformer(t):
    unit = {"Dyn": _delta_star, "Yzn": _star_zigzag, "Yyn": _star_star}[t.type.group[:3]]
    yield from unit(t)
    y = t.type.magnetising_s() / 3.0  # star without a neutral, as a delta
    for k in range(3) if y else ():
        ends = f"{t.lv_bus}.{k + 1}", f"{t.lv_bus}.{(k + 1) % 3 + 1}"
        yield _reactor(f"m_g{k}", *ends, complex(1.0 / y.real))
        yield _reactor(f"m_b{k}", *ends, complex(0.0, -1.0 / y.imag))


def _windings(name, unit, kva, windings, x_percent):
    """windings: (bus, kV, % resistance); x_percent: xhl or xhl, xht, xlt."""
    buses, kvs, rs = zip(*windings, strict=True)
    keys = ("xhl", "xht", "xlt")[: len(x_percent)]
    x = " ".join(f"{key}={value!r}" for key, value in zip(keys, x_percent, strict=True))
    return (f"new transformer.{name}{unit} phases=1 windings={len(windings)} "
            f"buses=[{' '.join(buses)}] kvs=[{' '.join(map(repr, kvs))}] "
            f"kvas=[{' '.join([repr(kva)] * len(windings))}] %rs=[{' '.join(map(repr, rs))}] "
            f"{x} %noloadloss=0 %imag=0 ppm_antifloat=0")


def _per_unit(t):
    """(z1, z0) in per unit of the phase base."""
    base = t.type.u_lv_v**2 / t.type.s_rated_va
    return t.type.z1_ohm() / base, t.type.z0_ohm() / base, base


def _tapped_kv(t):
    return t.type.u_mv_v / 1e3 * (1.0 + t.tap * t.type.tap_step_pu)


def _delta_star(t):
    """Units between two MV phases; z0 - z1 sits in a reactor between star and neutral."""
    z1, z0, base = _per_unit(t)
    first, second = {"Dyn11": (0, 1), "Dyn5": (1, 0)}[t.type.group]
    kva, kv_lv = t.type.s_rated_va / 3e3, t.type.u_lv_v / 1e3 / math.sqrt(3.0)
    for k in range(3):
        mv = f"{t.mv_bus}.{(k + first) % 3 + 1}.{(k + second) % 3 + 1}"
        lv = f"{t.lv_bus}.{k + 1}.{UNIT_STAR}"
        r = 50.0 * z1.real
        windings = [(mv, _tapped_kv(t), r), (lv, kv_lv, r)]
        yield _windings(t.name, k, kva, windings, [100.0 * z1.imag])
    yield _reactor("z0", f"{t.lv_bus}.{UNIT_STAR}", f"{t.lv_bus}.4", (z0 - z1) * base / 3.0)


def _star_zigzag(t):
    """Units with two half windings: a is the half on leg b less the half on leg a (clock 5).

    With winding impedances zh, zl = zt (of the half winding's base): z1 = zl + zt + 3 zh and
    z0 = zl + zt. The half windings' voltage is u_ll / 3.
    """
    assert t.type.group == "Yzn5"
    z1, z0, base = _per_unit(t)
    kv_half = t.type.u_lv_v / 3e3
    half_base = (1e3 * kv_half) ** 2 / (t.type.s_rated_va / 3.0)
    zh, zl = (z1 - z0) * base / half_base / 3.0, z0 * base / half_base / 2.0
    kva = t.type.s_rated_va / 3e3
    x = [100.0 * (zh + zl).imag, 100.0 * (zh + zl).imag, 100.0 * (2.0 * zl).imag]
    for k in range(3):
        star = f"{t.mv_bus}.{k + 1}.{STAR}"
        plus = f"{t.lv_bus}.{(k - 1) % 3 + 1}.{10 + (k - 1) % 3}"  # on leg k: outer half of k - 1
        minus = f"{t.lv_bus}.4.{10 + k}"  # inner half of phase k, reversed
        windings = [(star, _tapped_kv(t) / math.sqrt(3.0), 100.0 * zh.real),
                    (plus, kv_half, 100.0 * zl.real), (minus, kv_half, 100.0 * zl.real)]
        yield _windings(t.name, k, kva, windings, x)
    # The halves of a leg cancel for a common MV voltage, so the star point floats: hold it.
    yield _reactor("star", f"{t.mv_bus}.{STAR}", f"{t.mv_bus}.0", complex(1.0))


def _star_star(t):
    """Units with a third winding in delta for the zero-sequence flux; the MV star is isolated.

    With the LV winding ideal the MV winding has z1 and the third z0.
    """
    assert t.type.group == "Yyn0"
    z1, z0, _ = _per_unit(t)
    kva, kv_lv = t.type.s_rated_va / 3e3, t.type.u_lv_v / 1e3 / math.sqrt(3.0)
    x = [100.0 * z1.imag, 100.0 * (z1 + z0).imag, 100.0 * z0.imag]
    kv_mv = _tapped_kv(t) / math.sqrt(3.0)
    for k in range(3):
        windings = [(f"{t.mv_bus}.{k + 1}.{STAR}", kv_mv, 100.0 * z1.real),
                    (f"{t.lv_bus}.{k + 1}.4", kv_lv, 0.0),
                    (f"{t.lv_bus}.{20 + k}.{20 + (k + 1) % 3}", 1.0, 100.0 * z0.real)]
        yield _windings(t.name, k, kva, windings, x)
    yield _reactor("third", f"{t.lv_bus}.20", f"{t.lv_bus}.0", complex(1e6))


def _potentials(network):
    found = {}
    for bus in network.buses:
        DSS.ActiveCircuit.SetActiveBus(bus.name)
        values = np.array(DSS.ActiveCircuit.ActiveBus.Voltages).view(complex)
        for node, v in zip(DSS.ActiveCircuit.ActiveBus.Nodes, values, strict=True):
            found[bus.name, node - 1] = v
    return found
