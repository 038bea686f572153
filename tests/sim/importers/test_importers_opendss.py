"""An imported .dss file gives the voltages that OpenDSS itself finds; the rest is named."""

from pathlib import Path

import numpy as np
import pytest

from phaseward_sim import importers
from phaseward_sim.importers import ImportFailed, opendss_net
from phaseward_sim.network import EARTH, N
from phaseward_sim.powerflow import Law, Port, PowerFlow, reduce

DSS = pytest.importorskip("dss", reason="needs dss-python, in phaseward[grids]").DSS


def ours(found, load_wires):
    """Complex phase voltages of the imported network, by (bus, phase)."""
    ports, power, bands = [], [], []
    for load, phase in load_wires:
        earthed = found.network.bus(load.bus).conductors == 3
        ports.append(Port(load.bus, phase, EARTH if earthed else N))
        power.append((load.p_w / len(load.phases), load.q_var / len(load.phases)))
        bands.append(load.band_pu)
    p_w, q_var = np.array(power).T
    flow = PowerFlow(reduce(found.network, ports), Law(*np.array(bands).T))
    v = flow.step(p_w, q_var, found.source_pu)
    return {(port.bus, port.from_conductor): value for port, value in zip(ports, v, strict=True)}


def theirs(path, points):
    """The same from OpenDSS's own solution."""
    context = DSS.NewContext()
    context.AllowChangeDir = False
    for command in (f'compile "{path}"', "set tolerance=1e-10 maxiterations=500", "solve"):
        context.Text.Command = command
    assert context.ActiveCircuit.Solution.Converged
    found = {}
    for bus, phase in points:
        context.ActiveCircuit.SetActiveBus(bus)
        here = context.ActiveCircuit.ActiveBus
        v = dict(zip(here.Nodes, np.array(here.Voltages).view(complex), strict=True))
        found[bus, phase] = v[phase + 1] - v.get(4, 0.0)
    return found


def worst_v(path):
    found = importers.load(str(path))
    wires = [(load, phase) for load in found.recorded for phase in load.phases]
    mine = ours(found, wires)
    other = theirs(path, mine)
    return max(abs(mine[point] - other[point]) for point in mine), found


def test_four_wires_with_laterals_capacitance_and_pv_agree(four_wire):
    difference_v, found = worst_v(four_wire())
    assert difference_v < 1e-5
    assert [bus.conductors for bus in found.network.buses] == [3, 4, 4, 4, 4]
    assert [type.name for type in {line.type for line in found.network.lines}
            if type.conductors == 4] == ["nayy"]  # two lines, one type: stamped together


def test_three_wires_with_a_tap_and_a_source_by_short_circuit_power_agree(three_wire):
    difference_v, found = worst_v(three_wire())
    assert difference_v < 1e-5
    assert found.network.transformers[0].type.group == "Dyn1"  # OpenDSS's default, LV lags
    assert not found.missing


def test_an_opened_phase_is_open(four_wire):
    path = four_wire("open line.l2 1 1")
    found = importers.load(str(path))
    assert found.network.lines[1].open_conductors == (0,)
    named = {item.element: item.reason for item in found.missing}
    assert named["h3"] == "one of its phases is not supplied"


def test_loads_keep_phase_law_and_shape(four_wire):
    loads = {load.name: load for load in opendss_net.read(four_wire()).recorded}
    assert loads["h1"].phases == (0,) and loads["h1"].shares[18] == 1.0
    assert loads["h1"].step_s == 3600.0
    assert loads["h2"].q_var == pytest.approx(-500.0)  # capacitive stays capacitive
    assert loads["z"].band_pu == (1.0, 1.0)
    # 2 kW at 240 V as an impedance: at 400/sqrt(3) V it takes 2000 * (230.94/240)^2 W.
    assert loads["z"].p_w == pytest.approx(2000 * (400 / 3**0.5 / 240) ** 2)
    assert loads["roof"].p_w == pytest.approx(-2000.0)


@pytest.mark.parametrize(("line", "element", "reason"), [
    ("new capacitor.c1 bus1=b.1.2.3 phases=3 kvar=10 kv=0.4", "Capacitor.c1", "not modelled"),
    ("new storage.s1 phases=1 bus1=b.1.4 kv=0.231 kwrated=3 kwhrated=9", "Storage.s1",
     "not modelled"),
    ("new load.d phases=3 conn=delta bus1=b.1.2.3 kv=0.4 kw=3", "Load.d", "nodes"),
    ("new load.ll phases=1 bus1=b.1.2 kv=0.4 kw=3", "Load.ll", "only one or three phases"),
    ("new load.mv phases=3 bus1=src kv=20 kw=300", "Load.mv", "connected at 20000 V"),
    ("new line.x phases=1 bus1=b.1 bus2=d.2 r1=1 x1=1 length=0.01", "Line.x", "expected the same"),
    ("new reactor.r2 phases=1 bus1=b.4 bus2=b.0 r=1 x=2", "Reactor.r2", "reactance"),
    ("new transformer.t2 windings=2 buses=[src b.1.2.3.4] conns=[wye delta] kvs=[20 .4]",
     "Transformer.t2", "delta on the low-voltage side"),
])
def test_what_changes_the_physics_is_refused_by_name_unless_allowed(four_wire, line, element,
                                                                     reason):
    found = importers.load(str(four_wire(line)))
    blocking = [item for item in found.missing if item.blocking]
    assert any(item.element == element and reason in item.reason for item in blocking)
    with pytest.raises(ImportFailed, match=f"{element}: .*\n.*--allow-missing"):
        importers.refuse_blocking("feeder.dss", [i for i in blocking if i.element == element])


def test_what_does_not_is_only_named(four_wire):
    found = importers.load(str(four_wire(
        "new energymeter.m element=line.l1 terminal=1",
        "new fuse.f monitoredobj=line.l1",
        "new load.i phases=1 bus1=b.1.4 kv=0.231 kw=1 model=5")))
    named = {item.element: item.reason for item in found.missing if not item.blocking}
    assert set(named) == {"Fuse.f", "Load.i", "PVSystem.roof", "bus c"}  # a meter is no loss
    assert "constant power" in named["Load.i"]


@pytest.mark.parametrize(("lines", "message"), [
    (["new load.q bus1=b.1.4 kv=0.231 kw=1 daily=nothing"], "nothing"),
    (["new lin.e bus1=a bus2=b"], "OpenDSS: .*lin"),
    (["new loadshape.odd npts=3 interval=0 hour=(1 2 5) mult=(1 2 3)",
      "new load.q phases=1 bus1=b.1.4 kv=0.231 kw=1 daily=odd"], "fixed interval"),
])
def test_errors_name_file_and_element(four_wire, lines, message):
    with pytest.raises(ImportFailed, match=message):
        importers.load(str(four_wire(*lines)))


def test_a_solid_earth_connection_is_one_whatever_its_angle(four_wire):
    found = importers.load(str(four_wire("new reactor.g phases=1 bus1=a.4 bus2=a.0 r=0 x=1e-6")))
    assert {earth.bus: earth.ohm for earth in found.network.earths}["a"] < 1e-3
    assert not [item for item in found.missing if item.blocking]


def test_a_shape_with_a_gap_is_refused_by_point(four_wire, tmp_path):
    (tmp_path / "shape.csv").write_text("0.5\n0.6\nnan\n0.7\n")
    path = four_wire("new loadshape.gap npts=4 interval=1 mult=(file=shape.csv)",
                     "new load.q phases=1 bus1=b.1.4 kv=0.231 kw=1 daily=gap")
    with pytest.raises(ImportFailed, match="'gap' has 1 gaps, the first at point 3"):
        importers.load(str(path))


def test_a_file_that_is_not_there_and_an_empty_one(tmp_path):
    with pytest.raises(ImportFailed, match="no such file"):
        importers.load("nowhere.dss", tmp_path)
    (tmp_path / "empty.dss").write_text("! nothing\n")
    with pytest.raises(ImportFailed, match="circuit"):
        importers.load("empty.dss", tmp_path)


def test_the_working_directory_stays(four_wire, tmp_path, monkeypatch):
    path = four_wire()
    monkeypatch.chdir(tmp_path)
    importers.load(str(path))
    assert Path.cwd() == tmp_path
