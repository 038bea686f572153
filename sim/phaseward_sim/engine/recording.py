"""The series a run keeps, named as reports expect them (results.names)."""

from __future__ import annotations

import numpy as np

from ..devices import U_NOM_V
from ..importers import in_words
from ..results import Meta, Recorder, firmware_hash, mapping_hash, source_version, table_spec
from .plant import Plant
from .telling import Telling

MOST_ROWS = 3000  # rows of a series: more than a screen can show, small enough to keep


class Recording:
    """Owns the run's Recorder and fills its tables, one `add` per step."""

    def __init__(self, plant: Plant, rung: str, control: bool):
        self.plant, self.control = plant, control
        self._every = max(1, -(-plant.span.steps // MOST_ROWS))
        self._sources = self._choose()
        specs = [table_spec(name, items, self._every, reduce)
                 for name, (items, reduce, _) in self._sources.items()]
        self.recorder = Recorder(_meta(plant, rung, control), specs, plant.span.steps)
        self.telling: Telling | None = None

    def listen(self, telling: Telling) -> None:
        """Where the limits in force come from."""
        self.telling = telling

    def add(self, k: int) -> None:
        """Record grid step k."""
        values = {name: read() for name, (_, _, read) in self._sources.items()}
        self.recorder.record(k, self.plant.t_s, **values)

    def _choose(self) -> dict:
        """Table -> (items, how rows are joined, function that gives the step's values)."""
        plant, named = self.plant, self.plant.fleets.named
        watched, chosen = tuple(plant.world.watched), {}
        if watched:
            chosen["bus_u"] = (watched, "mean", lambda: plant.watched_u_v)
            chosen["bus_unbalance"] = (watched, "mean", lambda: 100.0 * plant.unbalance.T)
        if "stage" in named:
            names, stage = named["stage"]
            chosen["stage_p"] = (tuple(names), "mean", lambda: stage.p_w)
            chosen["stage_q"] = (tuple(names), "mean", lambda: stage.q_var)
        if "ev" in named:
            cars, ev = named["ev"]
            chosen["ev_p"] = (tuple(cars), "mean", lambda: ev.power_w)
        if "heat_pump" in named:
            pumps, heat = named["heat_pump"]
            chosen["heat_pump_p"] = (tuple(pumps), "mean", lambda: heat.power_w)
            chosen["house_temp"] = (tuple(pumps), "last", lambda: heat.room_c)
        return chosen | self._pv() | self._limits()

    def _pv(self) -> dict:
        fleets = self.plant.fleets.pv
        if not fleets:
            return {}
        names = tuple(name for members, _ in fleets for name in members)
        return {"pv_p": (names, "mean",
                         lambda: np.concatenate([fleet.power_w for _, fleet in fleets]))}

    def _limits(self) -> dict:
        specs = self.plant.world.specs
        items = tuple(f"{spec.name}.{wire.device.name}" for spec in specs for wire in spec.loads)
        if not items or not self.control:
            return {}
        return {"box_limit": (items, "last", lambda: np.array(
            [w for spec in specs for w in self.telling.limit_w[spec.name]], dtype=float))}


def _meta(plant: Plant, rung: str, control: bool) -> Meta:
    world, scenario = plant.world, plant.world.scenario
    focus = scenario.focus_bus or (world.watched[0] if world.watched else "")
    return Meta(
        scenario=scenario.name, title=scenario.title, description=scenario.about,
        control=control, rung=rung, seed=scenario.seed, step_s=scenario.step_s,
        duration_s=scenario.duration_s, clock_start=scenario.start.isoformat(),
        u_nominal_v=U_NOM_V, low_pu=scenario.evaluation.low_pu,
        high_pu=scenario.evaluation.high_pu, focus_bus=focus, version=source_version(),
        firmware_hash=firmware_hash() if control else "",
        parameter_hash=mapping_hash({s.name: s.parameters for s in world.specs})
        if control else "",
        facts=_facts(plant))


def _facts(plant: Plant) -> dict[str, str]:
    """Lines for a report's header: where the grid is from, how severe it was made."""
    world, grid = plant.world, plant.world.scenario.grid
    facts = {"Grid": world.site.notes["grid"] or "inline",
             "Cable lengths": f"times {grid.length_factor:g}",
             "Source": f"{world.site.source_pu:g} pu",
             "Connected": _connected(plant), "Boxes": str(len(world.specs))}
    facts |= _left_out(world.site)
    skipped = [u.kind for u in (world.site.excerpt.units if world.site.excerpt else [])
               if u.kind == "storage"]
    if skipped and not world.site.missing:
        facts["Not simulated"] = f"{len(skipped)} storages of the data set"
    return facts


def _left_out(site) -> dict[str, str]:
    """What an imported network could not bring along: named, not dropped."""
    if not site.missing:
        return {}
    return {"Not imported": "; ".join(in_words(site.missing))}


def _connected(plant: Plant) -> str:
    counts = {"customers": len(plant.fleets.consumers)}
    counts |= {kind.replace("_", " "): len(names)
               for kind, (names, _) in plant.fleets.named.items()}
    counts["PV"] = sum(len(names) for names, _ in plant.fleets.pv)
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
