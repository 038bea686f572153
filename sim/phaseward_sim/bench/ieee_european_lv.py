"""The IEEE European LV test feeder: 906 LV buses, three wires, 55 single-phase loads.

The data come from pandapower's `ieee_european_lv_asymmetric` (BSD-3-Clause; IEEE PES test feeder);
`python -m phaseward_sim.bench.ieee_european_lv` writes them anew (needs the extra `grids`).
Loads of three snapshots in W and var: minutes 1, 566 and 1440.
"""

import json
from importlib.resources import files

import numpy as np

from phaseward_sim.network import (
    Bus,
    Line,
    Network,
    Source,
    Transformer,
    TransformerType,
    impedance,
)
from phaseward_sim.network.cables import CableType
from phaseward_sim.powerflow import Port

SNAPSHOTS = ("off_peak_1", "on_peak_566", "off_peak_1440")
DATA = files("phaseward_sim") / "data" / "ieee_european_lv.json"


def read() -> dict:
    """The shipped data as written by `convert`."""
    return json.loads(DATA.read_text())


def network(data: dict | None = None) -> Network:
    """The feeder with bus names as in the data; LV lines and buses are three-wire."""
    data = data or read()
    types = {name: CableType(name, impedance.three_wire(*v["z_ohm_per_km"]), v["i_rated_a"])
             for name, v in data["line_types"].items()}
    rows = [(f"LINE{k + 1}", f, t, kind, m) for k, (f, t, kind, m) in enumerate(data["lines"])]
    lines = [Line(name, str(f), str(t), types[kind], m, (0, 1, 2)) for name, f, t, kind, m in rows]
    names = sorted({bus for line in lines for bus in (line.from_bus, line.to_bus)}, key=int)
    u_lv, u_mv = data["transformer"]["u_lv_v"], data["transformer"]["u_mv_v"]
    buses = [Bus("source", u_mv, 3), *(Bus(name, u_lv, 3) for name in names)]
    kind = TransformerType("IEEE European LV", **data["transformer"])
    return Network("IEEE European LV", buses, lines, [_source(data["source"])],
                   [Transformer("transformer", "source", "1", kind)])


def _source(data):
    u, s_k, rx = data["u_ll_v"], data["s_k_va"], data["r_over_x"]
    return Source.of_short_circuit("grid", "source", u, s_k, rx)


def loads(snapshot: str, data: dict | None = None):
    """(ports, p_w, q_var) of the 55 loads, shape (55,)."""
    rows = (data or read())["loads"]
    ports = [Port(str(bus), phase, -1) for bus, phase, _ in rows]
    power = np.array([values[SNAPSHOTS.index(snapshot)] for _, _, values in rows])
    return ports, power[:, 0], power[:, 1]


def convert() -> dict:
    """The data from pandapower's own file."""
    import pandapower.networks as pn

    def plain(x):
        """Six digits: the file has been through 32-bit floats."""
        return float(f"{x:.6g}")

    nets = [pn.ieee_european_lv_asymmetric(name) for name in SNAPSHOTS]
    net = nets[0]
    t, grid = net.trafo.iloc[0], net.ext_grid.iloc[0]
    types = {row.std_type: {
        "z_ohm_per_km": [plain(row.r_ohm_per_km), plain(row.x_ohm_per_km),
                         plain(row.r0_ohm_per_km), plain(row.x0_ohm_per_km)],
        "i_rated_a": plain(1e3 * row.max_i_ka)}
             for row in net.line.itertuples()}
    return {
        "source_of_data": "pandapower ieee_european_lv_asymmetric, BSD-3-Clause; IEEE PES",
        "source": {"u_ll_v": plain(1e3 * t.vn_hv_kv), "pu": plain(grid.vm_pu),
                   "s_k_va": plain(1e6 * grid.s_sc_max_mva), "r_over_x": plain(grid.rx_max)},
        "transformer": {
            "group": f"{t.vector_group}{round(t.shift_degree / 30)}",
            "s_rated_va": plain(1e6 * t.sn_mva), "u_mv_v": plain(1e3 * t.vn_hv_kv),
            "u_lv_v": plain(1e3 * t.vn_lv_kv), "uk_pu": plain(t.vk_percent / 100),
            "pk_w": plain(t.vkr_percent / 100 * 1e6 * t.sn_mva),
            "r0_over_r1": 1.0, "x0_over_x1": 1.0},
        "line_types": types,
        "lines": [[row.from_bus, row.to_bus, row.std_type, round(1e3 * row.length_km, 6)]
                  for row in net.line.itertuples()],
        "loads": [_load(nets, k) for k in range(len(net.asymmetric_load))],
    }


def _load(nets, k):
    """[bus, phase, [[W, var] of each snapshot]] of a load on one phase."""
    rows = [net.asymmetric_load.iloc[k] for net in nets]
    power = np.array([[(r[f"p_{x}_mw"], r[f"q_{x}_mvar"]) for x in "abc"] for r in rows]) * 1e6
    phase = int(np.argmax(np.abs(power).sum(axis=(0, 2))))
    others = np.delete(power, phase, axis=1)
    if np.any(others):
        raise ValueError(f"load {k} is on more than one phase")
    return [int(rows[0].bus), phase, np.round(power[:, phase], 6).tolist()]


if __name__ == "__main__":
    DATA.write_text(json.dumps(convert(), separators=(",", ":")) + "\n")
    print(f"wrote {DATA}")
