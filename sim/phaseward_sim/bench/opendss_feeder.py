"""The IEEE European LV feeder in OpenDSS (dss-python), set up for speed.

Loads are changed through the engine's batch call without rebuilding Y (setter flag
AvoidFullRecalc), voltages are read from the solver's own node array. Written from the feeder's
data, not from our Network. Needs dss-python; its setup asserts convergence.
"""

import math

import numpy as np


class OpenDssFeeder:
    """`step(p_w, q_var)` -> complex load voltages (55,), warm-started by the engine."""

    def __init__(self, data: dict, tolerance: float = 1e-6):
        from dss import DSS

        self._dss, self._util = DSS, DSS._api_util
        for command in self._commands(data, tolerance):
            DSS.Text.Command = command
        self._solution = DSS.ActiveCircuit.Solution
        self._find_nodes(data)
        self._find_batch()
        self.p_w = np.array([values[0][0] for _, _, values in data["loads"]])

    def _commands(self, data, tolerance):
        source, t = data["source"], data["transformer"]
        x = source["u_ll_v"] ** 2 / source["s_k_va"] / math.hypot(1.0, source["r_over_x"])
        r = source["r_over_x"] * x
        yield "clear"
        yield "set defaultbasefrequency=50"
        yield (f"new circuit.feeder bus1=source phases=3 basekv={source['u_ll_v'] / 1e3!r} "
               f"pu={source['pu']!r} r1={r!r} x1={x!r} r0={r!r} x0={x!r}")
        yield from _transformer(t)
        for name, kind in data["line_types"].items():
            r1, x1, r0, x0 = kind["z_ohm_per_km"]
            yield (f"new linecode.{name} nphases=3 units=km r1={r1!r} x1={x1!r} r0={r0!r} "
                   f"x0={x0!r} c1=0 c0=0")
        for k, (start, stop, kind, length_m) in enumerate(data["lines"]):
            yield (f"new line.l{k} bus1={start} bus2={stop} phases=3 linecode={kind} "
                   f"length={length_m / 1e3!r} units=km")
        kv = t["u_lv_v"] / 1e3 / math.sqrt(3.0)
        for k, (bus, phase, _) in enumerate(data["loads"]):
            yield (f"new load.d{k} bus1={bus}.{phase + 1} phases=1 kv={kv!r} kw=1 kvar=0 "
                   "model=1 vminpu=0.8 vmaxpu=1.2 vlowpu=0")
        yield "set controlmode=off"
        yield f"set tolerance={tolerance!r}"
        yield "solve"

    def _find_nodes(self, data):
        """Places of the loads' nodes in the solver's voltage array (entry 0 is earth)."""
        order = [name.lower() for name in self._dss.ActiveCircuit.YNodeOrder]
        self._nodes = [order.index(f"{bus}.{phase + 1}") for bus, phase, _ in data["loads"]]

    def _find_batch(self):
        """The engine's list of all loads, and the numbers of their properties kW and kvar."""
        ffi, lib = self._util.ffi, self._util.lib
        self._lib, pointer, count = lib, ffi.new("void***"), ffi.new("int32_t[4]")
        lib.Batch_CreateByClassS(pointer, count, b"load")
        self._batch, self._count = pointer[0], count[0]
        self._set, self._flag = lib.BatchOperation_Set, lib.SetterFlags_AvoidFullRecalc
        self._ffi = ffi

    def step(self, p_w, q_var) -> np.ndarray:
        """Set 55 powers in W and var, solve, read 55 voltages."""
        self._send(b"kW", p_w * 1e-3)
        self._send(b"kvar", q_var * 1e-3)
        self._solution.SolveSnap()
        v = self._dss.ActiveCircuit.YNodeVarray
        return v.view(complex)[self._nodes]

    def _send(self, name, values):
        data = self._ffi.cast("double*", self._ffi.from_buffer(values))
        self._lib.Batch_Float64ArrayS(self._batch, self._count, name, self._set, data, self._flag)

    def converged(self) -> bool:
        """Whether the last step did."""
        return self._solution.Converged


def _transformer(t):
    r = 100.0 * t["pk_w"] / t["s_rated_va"]
    x = math.sqrt((100.0 * t["uk_pu"]) ** 2 - r**2)
    kva = t["s_rated_va"] / 1e3
    if t["group"] != "Dyn1":
        raise ValueError(f"group {t['group']}: this feeder's transformer is Dyn1")
    yield (f"new transformer.t phases=3 windings=2 buses=[source 1] conns=[delta wye] "
           f"kvs=[{t['u_mv_v'] / 1e3!r} {t['u_lv_v'] / 1e3!r}] kvas=[{kva!r} {kva!r}] "
           f"%rs=[{r / 2!r} {r / 2!r}] xhl={x!r} %noloadloss=0 %imag=0 ppm_antifloat=0 "
           "leadlag=lag")
