"""Rung `core`: the decision core called directly, at the cadence of the firmware application.

What the bus would do is left out: no bytes, no latency, no retries. What it would tell is kept:
values as the meter publishes them, rounded to mV, W and mHz; no data during the meter's faults;
set-points in the steps of the actuators' registers. So decisions here and on the rungs above
differ only by the bus's timing. Units: ms, mV, mA, W.
"""

from __future__ import annotations

import math

import numpy as np

from phaseward.core.box import Box
from phaseward.core.reasons import REASONS
from phaseward.core.sample import AGE_UNKNOWN_MS, GROUPS, INVALID, OK, STALE, Sample
from phaseward.store import parameters as table

from ..devices.stage import FAULTED
from ..modbus.meter import rewired
from ..modbus.metering import MILLI
from ..scenario import ScenarioError
from .bench import Bench
from .rung import BoxSpec
from .told import NEEDS, Told

TICKS_MASK = (1 << 30) - 1
# Faults that leave the master without an answer it believes; "noise" and "merged" it survives.
NO_DATA = ("silent", "exception", "wrong_address", "bad_crc", "cut", "late")
# As the firmware's bus/meter and app/meters have it; a test keeps them equal.
FROZEN_POLLS = 60
STALE_MS = 3000
STALE_AFTER_POLLS = 3
_STEP_W = 10  # resolution of the stage's registers
_STEP_A = 0.1  # resolution of the wallbox's register
_LEAST_A = 6.0
BOOT_COUNT = 1  # a box fresh from the factory, as on the rungs that boot one


class CoreRung:
    """One box on rung core; see engine.rung.BoxRung. trace: a trace.TraceWriter or None."""

    on_bus = False

    def __init__(self, spec: BoxSpec, bench: Bench, trace=None):
        self.spec, self.bench, self._trace = spec, bench, trace
        self.box = Box(spec.device_id, BOOT_COUNT)
        self.sample = Sample()
        self.values = dict(spec.parameters)
        self._poll_us = round(spec.poll_s * 1e6)
        self._records: list[dict] = []
        self._told_stage = None
        self._told_feed = None
        self._fed_w = None  # limit last handed to the inverter
        self._told_alarms = 0
        self._fresh_us = None
        self._same = 0  # polls in a row that a frozen meter has answered
        self._sound = False  # whether the sample's states say so already
        self._revision = None
        self._wires = [_Wired(wire, actor, wire.number - 1, wire.actuator == "wallbox")
                       for wire, actor in zip(spec.loads, bench.wires, strict=True)]
        self._target_us = self._next_us = 0
        self._told = Told(self.box, self._note)
        self._told.watch(spec.loads, bench.handles, self.values)

    def start(self, t_us: int = 0) -> None:
        """Configure the box, hand it its history; the first poll is due at once."""
        self.box.configure(self.values)
        if self._trace is not None:
            self._trace.started(self.spec, self.values, BOOT_COUNT)
        if self.spec.history is not None and not self.box.restore(list(self.spec.history)):
            raise ScenarioError(f"box {self.spec.name}: its history is not this firmware's")
        self._next_us = t_us

    def begin(self, t_us: int) -> None:
        """Note how far to run."""
        self._target_us = t_us

    def advance(self) -> bool:
        """Poll and decide before the time given to `begin`: as a box on a bus, whose answer to
        the poll at the end of a step comes after that end."""
        next_us = self._next_us
        while next_us < self._target_us:
            self._poll(next_us)
            next_us += self._poll_us
        self._next_us = next_us
        return False

    def console(self, line: str, t_us: int) -> None:
        """`set id=value` is carried out, and what `told.NEEDS` lists; ScenarioError for anything
        else."""
        try:
            if line.split()[:1] and line.split()[0] in NEEDS:
                self._told.carry_out(line)
                return
            name, value = parse_set(line)
        except ValueError as err:
            raise ScenarioError(f"box {self.spec.name}: {line!r}: {err}") from None
        self.values[name] = value
        self.box.configure(self.values)
        self._told.watch(self.spec.loads, self.bench.handles, self.values)
        for wired in self._wires:
            wired.done = None  # phases may have changed: tell the loads anew
        if self._trace is not None:
            self._trace.configured(self.spec.name, {name: value})

    def _note(self, kind: str, *numbers: int) -> None:
        if self._trace is not None:
            self._trace.told(self.spec.name, kind, *numbers)

    def records(self) -> list[dict]:
        """What has changed since the last call, in the keys of the firmware's machine lines."""
        out = self._records
        if out:
            self._records = []
        return out

    def stop(self) -> None:
        """Nothing to free."""

    # --- one poll -----------------------------------------------------------------------

    def _poll(self, t_us: int) -> None:
        self._read(t_us)
        if self.bench.stage is not None:
            self._read_stage()
        now_ms = t_us // 1000 & TICKS_MASK
        if self.bench.selector is not None:
            self.box.set_contactors(*self._feedback(t_us * 1e-6))
        self.box.step(now_ms, self.sample)
        if self._trace is not None:
            self._trace.stepped(self.spec.name, now_ms, self.sample, self.box.decision)
        self._act(t_us)
        self._told.cars()
        self._report(t_us)

    def _read(self, t_us: int) -> None:
        if self.bench.meter.faults.planned:
            self._revision, self._sound = None, False
            self._read_faulty(t_us)
            return
        model = self.bench.model
        rows = model.read_whole(t_us * 1e-6)
        self._fresh_us = t_us
        if model.revision != self._revision:
            self._revision = model.revision
            self._take(rows[self.bench.row])
        if not self._sound:
            self._sound = True
            self._set_states(OK)

    def _read_faulty(self, t_us: int) -> None:
        faults, t_s = self.bench.meter.faults, t_us * 1e-6
        if any(faults.strikes(kind, t_s) for kind in NO_DATA):
            self._age(t_us)
            return
        self._same = self._same + 1 if faults.active("frozen", t_s) else 0
        if not self._same:
            self._fill(self.bench.model.read(t_s)[self.bench.row],
                       faults.active("phases_swapped", t_s))
        self._fresh_us = t_us
        self._set_states(INVALID if self._same >= FROZEN_POLLS else OK)

    def _set_states(self, state: int) -> None:
        for group in range(GROUPS):
            self.sample.state[group], self.sample.age_ms[group] = state, 0

    def _age(self, t_us: int) -> None:
        """No answer: the values stay, grow old, and count as stale after some polls."""
        known = self._fresh_us is not None
        age_ms = (t_us - self._fresh_us) // 1000 if known else AGE_UNKNOWN_MS
        stale = age_ms > max(STALE_MS, STALE_AFTER_POLLS * self._poll_us // 1000)
        for group in range(GROUPS):
            self.sample.age_ms[group] = age_ms
            self.sample.state[group] = STALE if stale else OK

    def _fill(self, values, swapped) -> None:
        if swapped:
            values = rewired(values, **swapped)
        self._take(np.rint(values * MILLI).astype(int).tolist())

    def _take(self, whole: list[int]) -> None:
        sample = self.sample
        sample.u_ln_mv[:], sample.u_ll_mv[:] = whole[0:3], whole[3:6]
        sample.i_ma[:], sample.p_w[:], sample.f_mhz = whole[6:9], whole[9:12], whole[12]

    def _read_stage(self) -> None:
        now = self.bench.stage.reading()
        p = [round(now[f"p_l{phase}"] / _STEP_W) * _STEP_W for phase in (1, 2, 3)]
        q_var = round(sum(now[f"q_l{phase}"] for phase in (1, 2, 3)) / 3)
        self.box.set_stage_actual(*p, q_var, True)
        state = int(now["state"] == FAULTED), round(10 * now["temperature"])
        self.box.set_stage_state(bool(state[0]), state[1])
        if self._trace is not None:
            self._trace.stage(self.spec.name, *p, q_var, 1, *state)

    def _feedback(self, t_s: float) -> list[int]:
        closed = self.bench.selector.feedback(t_s)
        if self._trace is not None:
            self._trace.contactors(self.spec.name, *closed)
        return closed

    # --- acting -------------------------------------------------------------------------

    def _act(self, t_us: int) -> None:
        decision = self.box.decision
        for wired in self._wires:
            now = (decision.limit_w if wired.dims else decision.blocked)[wired.index]
            if now != wired.done:
                wired.done = now
                self._drive(wired.wire, wired.actor, now)
        if self.bench.selector is not None:
            self.bench.selector.coils(t_us * 1e-6, decision.contactor)
        if self.bench.stage is not None:
            self._command_stage(t_us * 1e-6, decision)
        if self.bench.inverter is not None and decision.feed_in_limit_w != self._fed_w:
            self._fed_w = decision.feed_in_limit_w
            self._limit_inverter(self._fed_w)

    def _drive(self, wire, actor, now: int) -> None:
        """Carry a new limit in W, or a lock, to the device."""
        if wire.actuator == "wallbox":
            actor.current(self._ampere(wire, now))
        else:
            actor.lock(bool(now))

    def _ampere(self, wire, limit_w: int) -> float:
        """Current per phase as the wallbox's register holds it; below 6 A it is a pause."""
        phases = bin(self.values[f"l{wire.number}_phases"]).count("1")
        ampere = math.floor(limit_w / (230 * phases) / _STEP_A + 1e-9) * _STEP_A
        return ampere if ampere >= _LEAST_A else 0.0

    def _command_stage(self, t_s: float, decision) -> None:
        p1, p2 = (round(p / _STEP_W) * _STEP_W for p in decision.transfer_w[:2])
        q = [round(q / _STEP_W) * _STEP_W for q in decision.q_var]
        self.bench.stage.command(t_s, [p1, p2, -p1 - p2], q, decision.stage_run)

    def _limit_inverter(self, limit_w: int) -> None:
        """As model 123 holds it: tenths of a percent of the rating, down."""
        rated_w = round(self.bench.inverter.peak_w)
        share = math.floor(1000 * limit_w / rated_w + 1e-9) / 1000
        self.bench.inverter.set_limit_w(share * rated_w if limit_w < rated_w else math.inf)

    # --- telling ------------------------------------------------------------------------

    def _report(self, t_us: int) -> None:
        decision = self.box.decision
        limits_w, reasons = decision.limit_w, decision.load_reason
        for wired in self._wires:
            i = wired.index
            if limits_w[i] != wired.told_w or reasons[i] != wired.told_reason:
                wired.told_w, wired.told_reason = limits_w[i], reasons[i]
                self._tell(t_us, "limit", load=i + 1, w=limits_w[i],
                           blocked=decision.blocked[i], reason=REASONS[reasons[i]][0],
                           until=decision.load_until_s[i], v=self.box.laws[i].v_mv,
                           q=self.box.laws[i].bar_mv())
        if self.spec.stage is not None:
            self._report_stage(t_us, decision.stage_run, decision.transfer_reason)
        if self.spec.inverter is not None:
            self._report_feed(t_us, decision)
        if decision.alarms != self._told_alarms:
            self._told_alarms = decision.alarms
            self._tell(t_us, "alarm", alarms=decision.alarms)

    def _report_stage(self, t_us: int, run: int, reason: int) -> None:
        if (run, reason) != self._told_stage:
            self._told_stage = (run, reason)
            self._tell(t_us, "stage", run=run, reason=REASONS[reason][0])

    def _report_feed(self, t_us: int, decision) -> None:
        told = decision.feed_in_limit_w, decision.feed_in_reason
        if told != self._told_feed:
            self._told_feed = told
            self._tell(t_us, "feed", w=told[0], reason=REASONS[told[1]][0],
                       until=decision.feed_in_until_s)

    def _tell(self, t_us: int, kind: str, **values) -> None:
        self._records.append({"t_us": t_us, "kind": kind, "t": self.box.uptime_s, **values})


class _Wired:
    """A load's wire, and what was last done to it and told of it."""

    __slots__ = ("wire", "actor", "index", "dims", "done", "told_w", "told_reason")

    def __init__(self, wire, actor, index: int, dims: bool):
        self.wire, self.actor, self.index, self.dims = wire, actor, index, dims
        self.done = self.told_w = self.told_reason = None


def parse_set(line: str) -> tuple[str, int | str]:
    """Parameter and value of a console line `set id=value`, checked as the firmware does.

    An enum's value may be its name. ValueError for every other line.
    """
    command, _, rest = line.strip().partition(" ")
    name, sign, text = (part.strip() for part in rest.partition("="))
    if command != "set" or not sign:
        raise ValueError("rung core understands only `set id=value` on the console")
    names = table.choices(name)
    if text in names:
        return name, names.index(text)
    if table.row(name)[table.TYPE] != "text":
        try:
            text = int(text)
        except ValueError:
            raise ValueError(f"{name}: expected {' or '.join(names) or 'a whole number'}, "
                             f"got {text!r}") from None
    table.check(name, text)
    return name, text
