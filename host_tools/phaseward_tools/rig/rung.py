"""Rung `hil`: a real box on the bench as one more `engine.BoxRung`.

Time is real: `advance` serves the bus until the step is over. The grid is solved at the beginning
of a step, as on every rung; requests that come meanwhile wait some milliseconds for their answer.
What acts on the feeder: writes to simulated wallboxes and stage on the bus, and the read-back of
relays and SG-Ready contacts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from phaseward_sim.engine import BoxSpec
from phaseward_sim.engine.bench import Bench
from phaseward_sim.engine.core_rung import CoreRung

from .driver.box import BoxPort
from .driver.scpi_source import open_source
from .driver.slaves import SlaveAdapter
from .errors import RigError, RigRefused
from .guard import GuardedSource
from .load import RigFile
from .pacer import Pacer
from .readers import TELEMETRY, Readers
from .resource import serial_port
from .strategy import BoxStrategy

F_HZ = 50.0


@dataclass(frozen=True)
class Leave:
    """What the user allows: real voltages, voltages beyond the ratings, a box's own history."""

    energise: bool = False
    beyond_ratings: bool = False
    own_history: bool = False


@dataclass
class HilRung:
    """Factory `rung(spec, bench) -> HilBox` for the engine; `boxes` are those it has made.

    A box of the scenario that is not on the rig runs on rung core.
    """

    file: RigFile
    leave: Leave = Leave()
    name: str = "hil"
    boxes: list[HilBox] = field(default_factory=list)

    def __post_init__(self):
        self.pacer = Pacer(self.file.rig.late.tolerance_s)

    def __call__(self, spec: BoxSpec, bench: Bench) -> HilBox:
        what = next((box for box in self.file.rig.boxes if box.name == spec.name), None)
        if what is None:
            return CoreRung(spec, bench)
        box = HilBox(self, what, spec, bench)
        try:
            box.prepare()
        except BaseException:
            box.stop()
            raise
        self.boxes.append(box)
        return box


class HilBox:
    """One box. what: its schema.RigBox."""

    def __init__(self, rung: HilRung, what, spec: BoxSpec, bench: Bench):
        self.rung, self.what, self.spec, self.bench = rung, what, spec, bench
        self.pacer = rung.pacer
        self.strategy = BoxStrategy(what, rung.file)
        self.identity: dict = {}
        self.values: dict = {}
        self.adapters: list[SlaveAdapter] = []
        self.source: GuardedSource | None = None
        self.readers: Readers | None = None
        self.port: BoxPort | None = None
        self._target_us = 0
        self._wiring: list[tuple[str, dict[int, object]]] = []

    def prepare(self) -> None:
        """Everything that can be refused is refused here, before anything is switched on."""
        self._check()
        self.strategy.connect()
        self.identity = self.strategy.box.identity
        wanted = dict(self.spec.parameters) | dict(self.what.parameters)
        self.values = self.strategy.commission(wanted)
        self.readers = Readers(self.what, self.bench, self.pacer, self.rung.file.rig.disagree_s)
        if self.what.source is not None:
            source = open_source(self.what.source)
            self.source = GuardedSource(source, self.rung.file.rig.ratings,
                                        self.what.source.range_v, self.what.source.ramp_v_s,
                                        self.rung.leave.beyond_ratings)
            source.prepare(self.what.source.range_v, self.what.source.limit_a, F_HZ)

    def _check(self) -> None:
        if self.what.source is not None and not self.rung.leave.energise:
            raise RigRefused(f"box {self.spec.name}: the rig's AC source puts real voltages on "
                             "its terminals; give --energise if nobody can touch them")
        if self.spec.history is not None and not self.rung.leave.own_history:
            raise RigError(f"box {self.spec.name}: the scenario gives it a learnt history, which "
                           "a real box does not take; --own-history runs it with what it has "
                           "learnt itself")
        self._wire()

    # --- engine.BoxRung -----------------------------------------------------------------

    def start(self, t_us: int = 0) -> None:
        """Devices answer, voltages are on, then the box boots."""
        self._open_adapters()
        if self.source is not None:
            self.source.switch_on(self._true_u_v())
        self.strategy.restart()
        self.port = BoxPort(self.strategy, self.pacer, self.readers.every_s)
        self.port.changed = lambda: self.readers.tell(TELEMETRY, self.port.levels)
        self.port.start()
        self.readers.start()

    def begin(self, t_us: int) -> None:
        self.pacer.begin()
        start_s = self._target_us * 1e-6
        self.pacer.step(start_s)
        if self.source is not None and t_us > self._target_us:
            self.source.follow(self._true_u_v(), (t_us - self._target_us) * 1e-6,
                               f"at {start_s:g} s")
        self._target_us = t_us

    def advance(self) -> bool:
        self.pacer.run_until(self._target_us * 1e-6)
        return False

    def console(self, line: str, t_us: int) -> None:
        self.port.type(line)

    def records(self) -> list[dict]:
        if self.port is None:
            return []
        found, self.port.records = self.port.records, []
        return found

    def stop(self) -> None:
        """Voltages off first; then the box gets its own parameters back."""
        if self.source is not None:
            self.source.close()
        if self.port is not None:
            self.port.stop()
        if self.readers is not None:
            self.readers.close()
        for adapter in self.adapters:
            adapter.close()
        self.strategy.release()

    # --- wiring -------------------------------------------------------------------------

    def _true_u_v(self) -> list[float]:
        return [float(volts) for volts in self.bench.model.true_u_v(self.bench.row)]

    def _open_adapters(self) -> None:
        baud, parity = self.values["mb_baud"], self.values["mb_parity"]
        char_s = (10 + bool(parity)) / baud
        for name, slaves in self._wiring:
            port = serial_port(name, baud, parity)
            self.adapters.append(SlaveAdapter(port, slaves, self.pacer, char_s))

    def _wire(self) -> None:
        """Which slaves answer through which adapter. RigFileError where they do not match."""
        there = self._slaves()
        left = dict(there)
        loc = ("boxes", self.rung.file.rig.boxes.index(self.what), "adapters")
        for what in self.what.adapters:
            names = list(left) if what.devices is None else what.devices
            for name in names:
                if name not in left:
                    raise self.rung.file.error(loc, f"the scenario's box {self.spec.name} has no "
                                               f"{name}; it has {', '.join(there)}")
            slaves = [left.pop(name) for name in names]
            self._wiring.append((what.port, {slave.address: slave for slave in slaves}))
        if left:
            raise self.rung.file.error(loc, f"nothing answers for {', '.join(left)}, which the "
                                       f"scenario's box {self.spec.name} has on its bus")

    def _slaves(self) -> dict[str, object]:
        """Simulated devices of the box by the rig file's names."""
        by_address = {wire.address: f"wallbox_l{wire.number}" for wire in self.spec.loads
                      if wire.actuator == "wallbox"}
        found = {}
        for address, slave in self.bench.bus.slaves.items():
            name = "meter" if slave is self.bench.meter else by_address.get(address, "stage")
            if name != "meter" or self.what.source is None:
                found[name] = slave
        return found
