"""The wires of a pandapower network: buses, lines, switches, transformers, sources.

LV lines become four wires: r0, x0 are put into the neutral where the file has them (their return
is then all in the neutral); without them the neutral is a fourth conductor like the phases.
MV lines stay three wires. Units: ohm, V, VA. Failure: ImportFailed; what cannot be taken over is
noted in `missing`.
"""

from __future__ import annotations

import math

import numpy as np

from ..network import Bus, Line, NetworkError, Source, Switch, Transformer, TransformerType
from ..network.cables import CableType
from ..network.impedance import circulant, four_core_capacitance, four_wire, three_wire
from .imported import Missing
from .names import Namer
from .transformers import group_of
from .voltages import is_lv

DEFAULT_SOURCE_VA = 100e6
MV_ZERO_SEQUENCE = 3.0  # z0/z1 of an MV line without data; behind Dyn and Yzn it has no effect


def number(row, key, default=math.nan) -> float:
    """A number of a table's row; `default` where it is absent or not a number."""
    try:
        value = float(getattr(row, key))
    except (AttributeError, TypeError, ValueError):
        return default
    return value if math.isfinite(value) else default


class Wires:
    """Elements of the network as this project has them; `bus[index]` is a bus's name."""

    def __init__(self, net, default_source_va: float | None = None):
        self.net, self.missing = net, []
        self._source_va = default_source_va or DEFAULT_SOURCE_VA
        self.types: dict[tuple, CableType] = {}
        self._name_buses()
        self._opened = self._open_elements()
        self.lines = [line for line in map(self._line, self._live("line")) if line]
        self.transformers = [t for t in map(self._transformer, self._live("trafo")) if t]
        self.switches = self._bus_switches()
        self.sources = [self._source(row) for row in self._live("ext_grid")]
        self.source_pu = number(next(self._live("ext_grid"), None), "vm_pu", 1.0)
        self.neutral_from_data = "r0_ohm_per_km" in net.line

    def note(self, element, reason, blocking=False) -> None:
        """Say what is not taken over."""
        self.missing.append(Missing(element, reason, blocking))

    def links(self):
        """Pairs of buses that hang together."""
        yield from ((x.from_bus, x.to_bus) for x in self.lines)
        yield from ((t.mv_bus, t.lv_bus) for t in self.transformers)
        yield from ((s.from_bus, s.to_bus) for s in self.switches if s.closed)

    def _live(self, table):
        """Rows of a table that are in service and not switched off."""
        opened = getattr(self, "_opened", {}).get(table, ())
        for row in self.net[table].itertuples():
            if row.in_service and row.Index not in opened:
                yield row

    def _name_buses(self):
        namer = Namer("bus")
        self.bus, self.u_ll_v, self.buses = {}, {}, []
        for row in self._live("bus"):
            name = namer(row.name, row.Index)
            self.bus[row.Index], self.u_ll_v[name] = name, 1e3 * row.vn_kv
            self.buses.append(Bus(name, 1e3 * row.vn_kv, 4 if is_lv(1e3 * row.vn_kv) else 3))

    def _open_elements(self) -> dict[str, set]:
        tables = {"l": "line", "t": "trafo"}
        found = {"line": set(), "trafo": set()}
        for row in self.net.switch.itertuples():
            if row.et in tables and not row.closed:
                found[tables[row.et]].add(row.element)
            elif row.et not in ("l", "t", "b"):
                self.note(f"switch {row.Index}", f"kind {row.et!r}", not row.closed)
        return found

    def _bus_switches(self):
        switches = []
        for row in self.net.switch.itertuples():
            ends = self.bus.get(row.bus), self.bus.get(row.element)
            if row.et != "b" or None in ends or not row.closed:
                continue
            if number(row, "z_ohm", 0.0) > 0:
                self.note(f"switch {row.Index}", f"its {row.z_ohm} ohm are taken as 0")
            switches.append(Switch(f"switch{row.Index}", *ends))
        return switches

    # --- lines ----------------------------------------------------------------------------

    def _line(self, row):
        ends = self.bus.get(row.from_bus), self.bus.get(row.to_bus)
        if None in ends:
            return None
        four = is_lv(self.u_ll_v[ends[0]])
        if number(row, "g_us_per_km", 0.0):
            self.note(f"line {row.Index}", f"its shunt of {row.g_us_per_km} uS/km is left out")
        return Line(f"line{row.Index}", *ends, self._type(row, four), 1e3 * row.length_km,
                    (0, 1, 2, 3) if four else (0, 1, 2))

    def _type(self, row, four: bool) -> CableType:
        """One type per set of data, so that equal lines are stamped together."""
        keys = ("r_ohm_per_km", "x_ohm_per_km", "r0_ohm_per_km", "x0_ohm_per_km", "c_nf_per_km",
                "c0_nf_per_km", "max_i_ka", "parallel")
        data = tuple(number(row, key) for key in keys)
        key = (four, row.std_type if isinstance(row.std_type, str) else "",
               *(None if math.isnan(x) else x for x in data))
        if key not in self.types:
            self.types[key] = self._made(key[1] or f"line {row.Index}", four, *data)
        return self.types[key]

    def _made(self, name, four, r1, x1, r0, x0, c1, c0, max_ka, parallel) -> CableType:
        count = 1.0 if math.isnan(parallel) else parallel
        known = not (math.isnan(r0) or math.isnan(x0))
        if four:
            z = _with_neutral(r1, x1, r0, x0) if known else four_wire(r1, x1)
        else:
            z = three_wire(r1, x1, *((r0, x0) if known else (
                MV_ZERO_SEQUENCE * r1, MV_ZERO_SEQUENCE * x1)))
        c = 0.0 if math.isnan(c1) else count * c1
        shunt = None
        if c:
            shunt = four_core_capacitance(c) if four else circulant(
                c, c if math.isnan(c0) else count * c0).real
        return CableType(name, z / count, 1e3 * count * (max_ka if max_ka > 0 else 1.0), shunt,
                         "r1, x1, r0, x0 of the file, return in the neutral" if known else
                         "r1, x1 of the file; neutral taken as a fourth equal conductor")

    # --- transformers and sources ---------------------------------------------------------

    def _transformer(self, row):
        ends = self.bus.get(row.hv_bus), self.bus.get(row.lv_bus)
        name = f"trafo{row.Index}"
        if None in ends:
            return None
        if is_lv(self.u_ll_v[ends[0]]) or not is_lv(self.u_ll_v[ends[1]]):
            self.note(name, f"from {row.vn_hv_kv:g} to {row.vn_lv_kv:g} kV: only MV/LV "
                      "transformers are modelled", True)
            return None
        group, remark = group_of(row)
        if remark:
            self.note(name, remark, group is None)
        return Transformer(name, *ends, *self._unit(row, group)) if group else None

    def _unit(self, row, group):
        """(type, tap): a tap on the LV side, or between steps, goes into the rated voltage."""
        count = number(row, "parallel", 1.0)
        tap = number(row, "tap_pos", 0.0) - number(row, "tap_neutral", 0.0)
        step = number(row, "tap_step_percent", 2.5) / 100
        lv, hv = 1e3 * row.vn_lv_kv, 1e3 * row.vn_hv_kv
        if getattr(row, "tap_side", "hv") == "lv":
            lv, tap = lv * (1 + tap * step), 0.0
        elif tap != round(tap):
            hv, tap = hv * (1 + tap * step), 0.0
        sn = 1e6 * row.sn_mva * count
        r0, x0 = self._zero_sequence(row)
        kind = TransformerType(
            str(row.std_type), group, sn, hv, lv, row.vk_percent / 100,
            row.vkr_percent / 100 * sn, 1e3 * count * number(row, "pfe_kw", 0.0),
            number(row, "i0_percent", 0.0) / 100, abs(step) or 0.025, max(5, round(abs(tap))),
            r0, x0, source="pandapower")
        return kind, round(tap)

    @staticmethod
    def _zero_sequence(row):
        """(r0/r1, x0/x1) from vk0 and vkr0, None without them: the vector group's usual ones."""
        vk0, vkr0 = number(row, "vk0_percent"), number(row, "vkr0_percent")
        if math.isnan(vk0) or math.isnan(vkr0):
            return None, None
        x1 = math.sqrt(max(row.vk_percent**2 - row.vkr_percent**2, 1e-12))
        return vkr0 / row.vkr_percent, math.sqrt(max(vk0**2 - vkr0**2, 0.0)) / x1

    def _source(self, row) -> Source:
        bus = self.bus[row.bus]
        self.stiff = number(row, "s_sc_max_mva") > 0
        s_va = 1e6 * row.s_sc_max_mva if self.stiff else self._source_va
        source = Source.of_short_circuit(f"grid{row.Index}", bus, self.u_ll_v[bus], s_va,
                                         number(row, "rx_max", 0.1))
        angle = number(row, "va_degree", 0.0)
        return Source(source.name, bus, source.u_ll_v, source.r1_ohm, source.x1_ohm,
                      angle_deg=angle)


def _with_neutral(r1, x1, r0, x0) -> np.ndarray:
    """4x4 in ohm/km whose phase-to-neutral drops are exactly those of z1 and z0.

    Files may have z0 = z1, or r0 below r1 (the IEEE feeder has): the neutral's own share,
    (z0 - z1) / 3, is then zero or less, which only its voltage to earth would show.
    """
    z = four_wire(r1, x1)
    z[3, 3] = z[0, 1] + (complex(r0, x0) - complex(r1, x1)) / 3.0
    return z


def check_sources(net, origin) -> None:
    """Refuse networks without a source, or with sources of different voltage."""
    live = net.ext_grid[net.ext_grid.in_service]
    if not len(live):
        raise NetworkError(f"{origin}: no ext_grid in service, so nothing feeds it")
    if np.ptp(live.vm_pu.to_numpy(float)) > 1e-9:
        raise NetworkError(f"{origin}: ext_grids with different vm_pu, expected one voltage")
