"""What is connected to a pandapower network: loads, static generators, storages.

A symmetric load says nothing of its phase: the scenario's rule puts it on one or three. An
asymmetric one becomes up to three loads with a phase each. Units: W, var; tables of the network
that nothing here reads are named in `missing`.
"""

from __future__ import annotations

from ..grids.excerpt import KINDS, Unit
from .imported import Missing, Recorded
from .names import Namer
from .voltages import can_be_simulated, why_not

WIRES = {"bus", "line", "trafo", "ext_grid", "switch"}
READ = WIRES | {"load", "sgen", "asymmetric_load", "asymmetric_sgen", "storage"}
# Drawings, costs, limits, control of other studies: nothing that a power flow at given powers has.
HARMLESS = {"bus_geodata", "line_geodata", "poly_cost", "pwl_cost", "measurement", "group",
            "characteristic", "trafo_characteristic_table", "q_capability_characteristic",
            "loadcases", "study_cases", "substation", "nodes", "pq_capability"}
HOUSEHOLDS = "household"


class Units:
    """`units` have a profile of the file, `recorded` are constants."""

    def __init__(self, net, wires, supplied: set[str], kind_of):
        self._wires, self._supplied, self._kind_of = wires, supplied, kind_of
        self._namer = Namer("load")
        self.units: list[Unit] = []
        self.recorded: list[Recorded] = []
        self.missing: list[Missing] = []
        for table, sign in (("load", 1), ("sgen", -1), ("storage", 1)):
            self._symmetric(net, table, sign)
        for table, sign in (("asymmetric_load", 1), ("asymmetric_sgen", -1)):
            self._asymmetric(net, table, sign)
        self._others(net)

    def _rows(self, net, table):
        """(row, name, bus) of what is in service and can be simulated where it is."""
        for row in net[table].itertuples() if table in net else ():
            if not row.in_service:
                continue
            label = f"{table} {row.Index}"
            bus = self._wires.bus.get(row.bus)
            if bus is None or bus not in self._supplied:
                self.missing.append(Missing(label, "its bus is switched off"))
            elif not can_be_simulated(self._wires.u_ll_v[bus]):
                self.missing.append(Missing(label, why_not(self._wires.u_ll_v[bus]), True))
            else:
                yield row, self._namer(row.name, f"_{table}{row.Index}"), bus

    def _symmetric(self, net, table, sign) -> None:
        for row, name, bus in self._rows(net, table):
            p_w = 1e6 * sign * row.p_mw * row.scaling
            q_var = 1e6 * sign * row.q_mvar * row.scaling
            self._laws(row, table)
            profile = getattr(row, "profile", None)
            kind = self._kind_of(table, profile) if isinstance(profile, str) else None
            if kind in KINDS:
                self.units.append(Unit(name, bus, kind, abs(p_w), abs(q_var), profile))
            elif p_w or q_var:
                self.recorded.append(Recorded(name, bus, None, p_w, q_var))

    def _laws(self, row, table) -> None:
        for key in ("const_z_percent", "const_i_percent", "const_z_p_percent",
                    "const_i_p_percent", "const_z_q_percent", "const_i_q_percent"):
            if getattr(row, key, 0.0):
                self.missing.append(Missing(f"{table} {row.Index}", f"{key} is taken as constant "
                                            "power"))
        self._connection(row, table)

    def _connection(self, row, table) -> None:
        if getattr(row, "type", None) == "delta":
            self.missing.append(Missing(f"{table} {row.Index}", "connected between the phases "
                                        "(delta): taken as phase to neutral", True))

    def _asymmetric(self, net, table, sign) -> None:
        for row, name, bus in self._rows(net, table):
            self._connection(row, table)
            for phase, letter in enumerate("abc"):
                p_w = 1e6 * sign * row.scaling * getattr(row, f"p_{letter}_mw")
                q_var = 1e6 * sign * row.scaling * getattr(row, f"q_{letter}_mvar")
                if p_w or q_var:
                    self.recorded.append(Recorded(f"{name}.{letter}", bus, (phase,), p_w, q_var))

    def _others(self, net) -> None:
        for table in net:
            content = net[table]
            if (table.startswith(("_", "res_")) or table in READ | HARMLESS
                    or not hasattr(content, "columns") or not len(content)):
                continue
            if table == "controller":
                self.missing.append(Missing(f"{len(content)} controllers", "left out: what they "
                                            "set stays as it is in the file"))
                continue
            live = content[content.in_service] if "in_service" in content else content
            self.missing += [Missing(f"{table} {i}", "this kind of element is not modelled", True)
                             for i in live.index]
