"""Imported pandapower networks give pandapower's own voltages; the IEEE feeder agrees with
power-grid-model; files without coordinates, with gaps or with unknown elements are told apart."""

import numpy as np
import pytest

from phaseward_sim import importers
from phaseward_sim.bench import ieee_european_lv
from phaseward_sim.bench.pgm_feeder import PgmFeeder
from phaseward_sim.importers import ImportFailed, pandapower_net
from phaseward_sim.network import N
from phaseward_sim.powerflow import Law, Port, PowerFlow, reduce

pp = pytest.importorskip("pandapower", reason="needs pandapower, in phaseward[grids]")
pn = pytest.importorskip("pandapower.networks")
pd = pytest.importorskip("pandas")

pytestmark = pytest.mark.filterwarnings("ignore")


def voltages(found, spread=True):
    """(bus names, |V| per port) with every load where it is, on three phases where unsaid."""
    ports, p_w, q_var = [], [], []
    for load in found.recorded:
        for phase in load.phases or (0, 1, 2):
            ports.append(Port(load.bus, phase, N))
            p_w.append(load.p_w / (3 if load.phases is None else 1))
            q_var.append(load.q_var / (3 if load.phases is None else 1))
    flow = PowerFlow(reduce(found.network, ports), Law(0.5, 1.5))
    return ports, flow.step(np.array(p_w), np.array(q_var), found.source_pu)


@pytest.mark.parametrize("name", [
    "create_kerber_vorstadtnetz_kabel_1", "create_kerber_landnetz_freileitung_1",
    "create_synthetic_voltage_control_lv_network"])
def test_balanced_networks_agree_with_pandapower(name):
    net = getattr(pn, name)()
    found = pandapower_net.read(net, name, name, source_va=1e13)  # pandapower's slack is stiff
    pp.runpp(net, calculate_voltage_angles=True, trafo_model="pi", numba=False)
    index = dict(zip((bus.name for bus in found.network.buses), net.bus.index, strict=True))
    ports, v = voltages(found)
    theirs = [net.res_bus.vm_pu.at[index[port.bus]] for port in ports]
    # pandapower splits the magnetising branch over both sides, here it is on the LV side.
    assert np.abs(np.abs(v) / (400 / 3**0.5) - theirs).max() < 5e-5


@pytest.mark.parametrize("snapshot", ieee_european_lv.SNAPSHOTS)
def test_ieee_european_lv_agrees_with_power_grid_model(snapshot):
    pytest.importorskip("power_grid_model", reason="needs power-grid-model")
    found = importers.load(f"pandapower:ieee_european_lv_asymmetric:{snapshot}")
    ports, v = voltages(found)
    data = ieee_european_lv.read()
    _, p_w, q_var = ieee_european_lv.loads(snapshot, data)
    theirs = PgmFeeder(data).step(p_w, q_var)
    assert [port.from_conductor for port in ports] == [row[1] for row in data["loads"]]
    # The shipped data are the same file rounded to six digits (it has been through 32 bits).
    assert np.abs(np.abs(v) - np.abs(theirs)).max() < 5e-5
    assert not found.missing


def small():
    """A transformer, two cables, three loads, without coordinates."""
    net = pp.create_empty_network()
    mv, lv, a, b = (pp.create_bus(net, kv, name=name)
                    for kv, name in ((20, "MV"), (0.4, "LV"), (0.4, "a"), (0.4, "b")))
    pp.create_ext_grid(net, mv, vm_pu=1.01, s_sc_max_mva=100, rx_max=0.2)
    pp.create_transformer(net, mv, lv, "0.25 MVA 20/0.4 kV")
    for ends in ((lv, a), (a, b)):
        pp.create_line(net, *ends, 0.1, "NAYY 4x50 SE")
    pp.create_load(net, a, 0.004, 0.001, name="house 1")
    pp.create_asymmetric_load(net, b, p_a_mw=0.003, q_a_mvar=0.001, p_c_mw=0.001, name="house 2")
    pp.create_sgen(net, b, 0.002, name="roof")
    return net


def saved(net, tmp_path):
    path = tmp_path / "own.json"
    pp.to_json(net, str(path))
    return path


def test_a_file_without_coordinates_works(tmp_path):
    net = small()
    net.bus["geo"] = None
    found = importers.load("own.json", saved(net, tmp_path).parent)
    assert [bus.name for bus in found.network.buses] == ["MV", "LV", "a", "b"]
    loads = {load.name: (load.phases, load.p_w) for load in found.recorded}
    assert loads == {"house_1": (None, pytest.approx(4000)), "house_2.a": ((0,), 3000),
                     "house_2.c": ((2,), 1000), "roof": (None, pytest.approx(-2000))}
    assert found.network.transformers[0].type.group == "Yzn5"  # of its standard type
    assert not found.missing and found.stiff


def with_profiles(values, start="2016-01-28", rows=96):
    net = small()
    net.load["profile"] = "H0-A"
    times = pd.date_range(start, periods=rows, freq="15min").strftime("%d.%m.%Y %H:%M")
    net["profiles"] = {"load": pd.DataFrame({"time": times, "H0-A_pload": values})}
    return net


def test_profiles_in_the_file_are_taken_over():
    found = pandapower_net.read(with_profiles(np.linspace(0, 1, 96)), "own", "own")
    assert [unit.profile for unit in found.units] == ["H0-A"]
    assert found.profiles.step_s == 900 and found.profiles.columns["H0-A"][-1] == 1.0


def test_a_profile_with_gaps_is_refused_by_name_and_time():
    values = np.ones(96)
    values[[5, 6]] = np.nan
    with pytest.raises(ImportFailed, match="own: profile 'H0-A' has 2 gaps, the first at "
                                           "2016-01-28 01:15"):
        pandapower_net.read(with_profiles(values), "own", "own")


def test_what_is_switched_off_is_left_out_and_what_it_cuts_off_is_named(tmp_path):
    net = small()
    pp.create_switch(net, 2, 1, "l", closed=False)  # at bus a, line a-b
    found = pandapower_net.read(net, "own", "own")
    assert [bus.name for bus in found.network.buses] == ["MV", "LV", "a"]
    named = {item.element: item.reason for item in found.missing}
    assert named["1 buses (b)"] == "no source reaches them"
    assert named["asymmetric_load 0"] == "its bus is switched off"


@pytest.mark.parametrize(("add", "element"), [
    (lambda net: pp.create_shunt(net, 2, 0.01), "shunt 0"),
    (lambda net: pp.create_load(net, 2, 0.01, type="delta"), "load 1"),
    (lambda net: pp.create_load(net, 0, 0.1), "load 1"),
    (lambda net: pp.create_ward(net, 2, 1, 1, 1, 1), "ward 0"),
])
def test_what_changes_the_physics_is_refused_by_name_unless_allowed(add, element):
    net = small()
    add(net)
    found = pandapower_net.read(net, "own", "own")
    assert [item.element for item in found.missing if item.blocking] == [element]
    with pytest.raises(ImportFailed, match=f"{element}: "):
        importers.refuse_blocking("own.json", found.missing)


def test_wrong_files_and_names_are_told_apart(tmp_path):
    (tmp_path / "other.json").write_text('{"format": 1}')
    with pytest.raises(ImportFailed, match="not a pandapower network"):
        importers.load("other.json", tmp_path)
    with pytest.raises(ImportFailed, match="did you mean .*create_kerber_vorstadtnetz_kabel_1"):
        importers.load("pandapower:create_kerber_vorstadtnetz_kabel_3")
