"""The IEEE European LV feeder in power-grid-model (three wires), single steps and batches.

Written from the feeder's data, not from our Network. Needs power-grid-model.
"""

import numpy as np


class PgmFeeder:
    """`step(p_w, q_var)` and `batch(p_w, q_var)` -> complex load voltages (55,) and (S, 55)."""

    def __init__(self, data: dict, method: str = "newton_raphson", tolerance: float = 1e-8):
        import power_grid_model as pgm

        self._pgm, self._tolerance = pgm, tolerance
        self._method = getattr(pgm.CalculationMethod, method)
        self._kind = pgm.DatasetType
        self._index(data)
        self._model = pgm.PowerGridModel(self._input(data), system_frequency=50.0)

    def _index(self, data):
        buses = sorted({bus for row in data["lines"] for bus in row[:2]})
        self._node_of = {bus: k for k, bus in enumerate([*buses, "source"])}
        loads = data["loads"]
        self._load_nodes = np.array([self._node_of[bus] for bus, _, _ in loads])
        self._phases = np.array([phase for _, phase, _ in loads])
        self._first_load = len(self._node_of) + len(data["lines"]) + 2

    def _array(self, name, count, kind="input"):
        kinds = {"input": self._kind.input, "update": self._kind.update}
        component = getattr(self._pgm.ComponentType, name)
        return self._pgm.initialize_array(kinds[kind], component, count)

    def _input(self, data):
        node = self._array("node", len(self._node_of))
        node["id"] = list(self._node_of.values())
        node["u_rated"] = data["transformer"]["u_lv_v"]
        node["u_rated"][-1] = data["transformer"]["u_mv_v"]
        parts = {"node": node, "line": self._lines(data), "transformer": self._transformer(data),
                 "source": self._source(data), "asym_load": self._loads(data)}
        return {getattr(self._pgm.ComponentType, name): array for name, array in parts.items()}

    def _lines(self, data):
        lines = self._array("line", len(data["lines"]))
        rows = data["lines"]
        lines["id"] = len(self._node_of) + np.arange(len(rows))
        lines["from_node"] = [self._node_of[row[0]] for row in rows]
        lines["to_node"] = [self._node_of[row[1]] for row in rows]
        z = np.array([data["line_types"][row[2]]["z_ohm_per_km"] for row in rows])
        z = z * np.array([[row[3] / 1e3] for row in rows])
        for k, name in enumerate(("r1", "x1", "r0", "x0")):
            lines[name] = z[:, k]
        for name in ("c1", "c0", "tan1", "tan0"):
            lines[name] = 0.0
        lines["from_status"] = lines["to_status"] = 1
        return lines

    def _transformer(self, data):
        t, unit = data["transformer"], self._array("transformer", 1)
        values = {
            "id": len(self._node_of) + len(data["lines"]), "from_node": self._node_of["source"],
            "to_node": self._node_of[1], "from_status": 1, "to_status": 1, "u1": t["u_mv_v"],
            "u2": t["u_lv_v"], "sn": t["s_rated_va"], "uk": t["uk_pu"], "pk": t["pk_w"],
            "i0": 0.0, "p0": 0.0, "winding_from": self._pgm.WindingType.delta,
            "winding_to": self._pgm.WindingType.wye_n, "clock": 1, "tap_side": 0, "tap_pos": 0,
            "tap_min": 0, "tap_max": 0, "tap_nom": 0, "tap_size": 0.0}
        for name, value in values.items():
            unit[name] = value
        return unit

    def _source(self, data):
        source, given = self._array("source", 1), data["source"]
        source["id"] = len(self._node_of) + len(data["lines"]) + 1
        source["node"], source["status"] = self._node_of["source"], 1
        source["u_ref"], source["sk"] = given["pu"], given["s_k_va"]
        source["rx_ratio"], source["z01_ratio"] = given["r_over_x"], 1.0
        return source

    def _loads(self, data):
        loads = self._array("asym_load", len(data["loads"]))
        loads["id"] = self._first_load + np.arange(len(loads))
        loads["node"], loads["status"] = self._load_nodes, 1
        loads["type"] = self._pgm.LoadGenType.const_power
        loads["p_specified"] = loads["q_specified"] = 0.0
        return loads

    def _update(self, p_w, q_var):
        """Update data of one (55,) or many (S, 55) sets of powers."""
        update = self._array("asym_load", p_w.shape, "update")
        update["id"] = self._first_load + np.arange(p_w.shape[-1])
        for name, power in (("p_specified", p_w), ("q_specified", q_var)):
            update[name] = 0.0
            update[name][..., np.arange(p_w.shape[-1]), self._phases] = power
        return {self._pgm.ComponentType.asym_load: update}

    def _voltages(self, result):
        node = result[self._pgm.ComponentType.node]
        v = node["u"] * np.exp(1j * node["u_angle"])
        return v[..., self._load_nodes, self._phases]

    def _options(self):
        return {"symmetric": False, "error_tolerance": self._tolerance, "max_iterations": 100,
                "calculation_method": self._method,
                "output_component_types": {self._pgm.ComponentType.node}}

    def step(self, p_w, q_var) -> np.ndarray:
        """Set 55 powers in W and var, solve, read 55 voltages."""
        self._model.update(update_data=self._update(p_w, q_var))
        return self._voltages(self._model.calculate_power_flow(**self._options()))

    def batch(self, p_w, q_var, threads: int = -1) -> np.ndarray:
        """Many sets of powers in one call; threads -1: none besides this one."""
        result = self._model.calculate_power_flow(update_data=self._update(p_w, q_var),
                                                  threading=threads, **self._options())
        return self._voltages(result)
