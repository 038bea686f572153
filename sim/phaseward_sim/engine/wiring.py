"""From the scenario's boxes to box specs: what each is wired to, and the parameters that follow.

Derived parameters (kinds, phases, full power and floor of the loads, actuators, addresses, stage
rating, polling) come from the wiring; `parameters` of the scenario override them. All are checked
against the firmware's own table. Failure: ScenarioError naming the key.
"""

from __future__ import annotations

from phaseward.store import parameters as table

from ..modbus import ProfileError, profile
from ..scenario import ScenarioFile
from .placing import Placed, Placing
from .rung import BoxSpec, LoadWire
from .seeds import number

STAGE_ADDRESS = 40
INVERTER_ADDRESS = 50
FIRST_WALLBOX_ADDRESS = 11
MOST_LOADS = 4
SELECTOR_LOAD = 4  # relays 1 to 3 drive its contactors, relay 4 pauses its load
WALLBOX_PROFILE = "heidelberg_energy_control"
STAGE_PROFILE = "phaseward_stage"
AMPERE_FLOOR_W = 1380  # 6 A at 230 V on one phase: the least a car can charge with
_ACTUATOR_OF = {"ev": "wallbox", "heat_pump": "sg_ready"}
_KIND_OF = {"ev": "dim", "heat_pump": "lock"}
_ACTUATOR_CODE = {"relay": 1, "sg_ready": 2, "wallbox": 3}
_KIND_CODE = {"dim": 1, "pause": 2, "lock": 3}
_PARITY_CODE = {"N": 0, "E": 1, "O": 2}


def build_specs(file: ScenarioFile, placing: Placing) -> list[BoxSpec]:
    """All boxes of a scenario, `for_each` expanded, in its order."""
    specs: list[BoxSpec] = []
    for i, box in enumerate(file.scenario.boxes):
        maker = _Maker(file, placing, i, box)
        for spec in maker.each() if box.for_each else [maker.one()]:
            if any(other.name == spec.name for other in specs):
                raise file.error(("boxes", i, "name"), f"name {spec.name!r} is given twice")
            specs.append(spec)
    return specs


class _Maker:
    """Makes the specs of one entry of `boxes`."""

    def __init__(self, file, placing: Placing, index: int, box):
        self.file, self.placing, self.box = file, placing, box
        self.loc = ("boxes", index)

    def each(self):
        """One box per bus of the group, with the EVs and heat pumps there."""
        group = self.placing.groups.get(self.box.for_each)
        if group is None:
            raise self._error("for_each", f"no group {self.box.for_each!r}; there are "
                              f"{', '.join(self.placing.groups) or 'none'}")
        for n, bus in enumerate(group, 1):
            found = [d for d in self.placing.at(bus) if d.kind in _KIND_OF][:MOST_LOADS]
            loads = tuple(self._wire(k, device, None) for k, device in enumerate(found, 1))
            inverter = next((d for d in self.placing.at(bus) if d.kind == "pv"), None)
            yield self._spec(f"{self.box.name}{n:02d}", bus, loads, None,
                             inverter if self.box.limit_pv else None)

    def one(self) -> BoxSpec:
        """The single box of this entry."""
        loads = tuple(self._wire(k, self._device(k - 1, load), load)
                      for k, load in enumerate(self.box.loads, 1))
        stage = self._named("stage", "stage", "stage")
        inverter = self._named("inverter", "pv", "PV system")
        selector = self._named("selector", "selector", "phase selector")
        if selector:
            loads += (LoadWire(SELECTOR_LOAD, selector, "relay", "lock"),)
        places = [self.box.bus, stage and stage.bus, *(wire.device.bus for wire in loads),
                  inverter and inverter.bus]
        bus = self.placing.bus(next(p for p in places if p), (*self.loc, "bus"))
        return self._spec(self.box.name, bus, loads, stage, inverter, selector)

    def _device(self, index, load) -> Placed:
        device = self.placing.named.get(load.device)
        if device is None or device.kind not in _KIND_OF:
            usable = [d.name for d in self.placing.devices if d.kind in _KIND_OF]
            raise self._error("loads", index, "device", f"expected an EV or heat pump of "
                              f"`devices`: {', '.join(usable) or 'none'}; got {load.device!r}")
        return device

    def _named(self, key: str, kind: str, words: str) -> Placed | None:
        """The device that the box's `key` names, which must be of `kind`."""
        name = getattr(self.box, key)
        if name is None:
            return None
        device = self.placing.named.get(name)
        if device is None or device.kind != kind:
            known = [d.name for d in self.placing.of(kind)]
            raise self._error(key, f"expected a {words} of `devices`: "
                              f"{', '.join(known) or 'none'}; got {name!r}")
        return device

    def _wire(self, n: int, device: Placed, load) -> LoadWire:
        actuator = (load and load.actuator) or _ACTUATOR_OF[device.kind]
        if actuator == "wallbox" and device.kind != "ev":
            raise self._error("loads", n - 1, "actuator", "a heat pump has no wallbox: expected "
                              "sg_ready or relay")
        by_group = self.box.ev_kind if device.kind == "ev" else self.box.heat_pump_kind
        kind = (load.kind or _KIND_OF[device.kind]) if load else by_group
        address = FIRST_WALLBOX_ADDRESS + n - 1 if actuator == "wallbox" else 0
        return LoadWire(n, device, actuator, kind, address)

    def _spec(self, name, bus, loads, stage, inverter, selector=None) -> BoxSpec:
        self._check_meter()
        given = self._derived(loads, stage, inverter) | self._checked()
        values = table.defaults() | given
        changed = {k: v for k, v in values.items() if v != table.defaults()[k]}
        device_id = self.box.device_id or number(f"{self.file.scenario.seed} {name}", 2**30)
        return BoxSpec(name, bus, device_id, self.box.poll_s, values, changed, loads, stage,
                       self.box.meter, inverter=inverter, selector=selector)

    def _check_meter(self) -> None:
        try:
            profile.load(self.box.meter.profile, "meter")
        except ProfileError as err:
            raise self._error("meter", "profile", str(err)) from None

    def _checked(self) -> dict[str, int | str]:
        for key, value in self.box.parameters.items():
            try:
                table.check(key, value)
            except table.ParameterError as err:
                raise self._error("parameters", key, str(err)) from None
        return dict(self.box.parameters)

    def _derived(self, loads, stage, inverter) -> dict[str, int | str]:
        box = self.box
        values = {"mb_poll_ms": round(box.poll_s * 1000), "mb_baud": box.baud,
                  "mb_parity": _PARITY_CODE[box.parity], "mb_meter": box.meter.profile,
                  "mb_meter_addr": box.meter.address, "mb_stage": STAGE_PROFILE,
                  "mb_stage_addr": STAGE_ADDRESS if stage else 0}
        if stage:
            values |= {"pb_s_va": round(stage.spec.rated_va),
                       "pb_neutral_pct": round(100 * stage.spec.neutral_ratio)}
        for wire in loads:
            values |= self._of_load(wire)
        if inverter:
            values |= _of_inverter(inverter)
        for key, value in values.items():
            self._check_derived(key, value)
        return values

    def _of_load(self, wire: LoadWire) -> dict[str, int | str]:
        n, phases = wire.number, wire.device.phases
        full_w = rated_w(wire.device)
        phases = phases[:1] if wire.device.kind == "selector" else phases
        floor_w = min(self._floor_w(wire), full_w)
        chosen = {"ps_load": n} if wire.device.kind == "selector" else {}
        return {**chosen, f"l{n}_kind": _KIND_CODE[wire.kind],
                f"l{n}_phases": sum(1 << phase for phase in phases),
                f"l{n}_max_w": full_w, f"l{n}_floor_w": floor_w,
                f"l{n}_min_w": min(AMPERE_FLOOR_W * len(phases), full_w),
                f"l{n}_safe_w": full_w if wire.kind == "lock" else floor_w,
                f"io_l{n}_act": _ACTUATOR_CODE[wire.actuator], f"io_l{n}_addr": wire.address,
                f"io_l{n}_box": WALLBOX_PROFILE}

    def _floor_w(self, wire: LoadWire) -> int:
        given = self.box.ev_floor_w
        if self.box.loads and wire.device.kind != "selector":
            given = self.box.loads[wire.number - 1].floor_w
        if given is None or wire.device.kind != "ev":
            return AMPERE_FLOOR_W * len(wire.device.phases)
        return round(given / 10) * 10

    def _check_derived(self, key, value) -> None:
        try:
            table.check(key, value)
        except table.ParameterError as err:
            raise self.file.error(self.loc, f"gives the firmware a parameter it refuses: "
                                  f"{err}") from None

    def _error(self, *parts):
        *loc, text = parts
        return self.file.error((*self.loc, *loc), text)


def _of_inverter(device: Placed) -> dict[str, int | str]:
    """Wiring of an inverter; that the law acts on it stays a parameter (`fi_enable`)."""
    full_w = round(device.spec.peak_w / 10) * 10
    return {"fi_addr": INVERTER_ADDRESS, "fi_max_w": full_w, "fi_safe_w": full_w,
            "fi_phases": sum(1 << phase for phase in device.phases)}


def rated_w(device: Placed) -> int:
    """Full power of a flexible load in W, in steps of 10."""
    if device.kind == "ev":
        return round(230 * device.spec.max_a * len(device.phases) / 10) * 10
    return round(device.spec.p_w / 10) * 10
