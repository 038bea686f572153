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

from ..modbus.meter import rewired
from ..scenario import ScenarioError
from .bench import Bench
from .rung import BoxSpec

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
_SCALE = np.array([1000.0] * 6 + [1000.0] * 3 + [1.0] * 3 + [1000.0])
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
        self._told: list = [None] * len(spec.loads)
        self._done: list = [None] * len(spec.loads)
        self._told_stage = self._told_alarms = None
        self._fresh_us = None
        self._same = 0  # polls in a row that a frozen meter has answered
        self._target_us = self._next_us = 0

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
        while self._next_us < self._target_us:
            self._poll(self._next_us)
            self._next_us += self._poll_us
        return False

    def console(self, line: str, t_us: int) -> None:
        """`set id=value` is carried out; ScenarioError for anything else."""
        try:
            name, value = parse_set(line)
        except ValueError as err:
            raise ScenarioError(f"box {self.spec.name}: {line!r}: {err}") from None
        self.values[name] = value
        self.box.configure(self.values)
        self._done = [None] * len(self._done)  # phases may have changed: tell the loads anew
        if self._trace is not None:
            self._trace.configured(self.spec.name, {name: value})

    def records(self) -> list[dict]:
        """What has changed since the last call, in the keys of the firmware's machine lines."""
        out, self._records = self._records, []
        return out

    def stop(self) -> None:
        """Nothing to free."""

    # --- one poll -----------------------------------------------------------------------

    def _poll(self, t_us: int) -> None:
        self._read(t_us)
        if self.bench.stage is not None:
            self._read_stage()
        now_ms = t_us // 1000 & TICKS_MASK
        self.box.step(now_ms, self.sample)
        if self._trace is not None:
            self._trace.stepped(self.spec.name, now_ms, self.sample, self.box.decision)
        self._act(t_us)
        self._report(t_us)

    def _read(self, t_us: int) -> None:
        faults, t_s = self.bench.meter.faults, t_us * 1e-6
        if any(faults.strikes(kind, t_s) for kind in NO_DATA):
            self._age(t_us)
            return
        self._same = self._same + 1 if faults.active("frozen", t_s) else 0
        if not self._same:
            self._fill(self.bench.model.read(t_s)[self.bench.row],
                       faults.active("phases_swapped", t_s))
        self._fresh_us = t_us
        state = INVALID if self._same >= FROZEN_POLLS else OK
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
        whole = np.rint(values * _SCALE).astype(int).tolist()
        sample = self.sample
        sample.u_ln_mv[:], sample.u_ll_mv[:] = whole[0:3], whole[3:6]
        sample.i_ma[:], sample.p_w[:], sample.f_mhz = whole[6:9], whole[9:12], whole[12]

    def _read_stage(self) -> None:
        now = self.bench.stage.reading()
        p = [round(now[f"p_l{phase}"] / _STEP_W) * _STEP_W for phase in (1, 2, 3)]
        q_var = round(sum(now[f"q_l{phase}"] for phase in (1, 2, 3)) / 3)
        self.box.set_stage_actual(*p, q_var, True)
        if self._trace is not None:
            self._trace.stage(self.spec.name, *p, q_var, 1)

    # --- acting -------------------------------------------------------------------------

    def _act(self, t_us: int) -> None:
        decision = self.box.decision
        for k, wire in enumerate(self.spec.loads):
            i = wire.number - 1
            now = decision.limit_w[i] if wire.actuator == "wallbox" else decision.blocked[i]
            if now != self._done[k]:
                self._done[k] = now
                self._drive(wire, self.bench.wires[k], now)
        if self.bench.stage is not None:
            self._command_stage(t_us * 1e-6, decision)

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

    # --- telling ------------------------------------------------------------------------

    def _report(self, t_us: int) -> None:
        decision, uptime_s = self.box.decision, self.box.uptime_s
        for k, wire in enumerate(self.spec.loads):
            self._report_load(t_us, k, wire.number, decision, uptime_s)
        stage = (decision.stage_run, decision.transfer_reason)
        if self.spec.stage is not None and stage != self._told_stage:
            self._told_stage = stage
            self._tell(t_us, "stage", t=uptime_s, run=stage[0], reason=REASONS[stage[1]][0])
        if decision.alarms != (self._told_alarms or 0):
            self._told_alarms = decision.alarms
            self._tell(t_us, "alarm", t=uptime_s, alarms=decision.alarms)

    def _report_load(self, t_us, k, number, decision, uptime_s) -> None:
        i = number - 1
        now = (decision.limit_w[i], decision.load_reason[i])
        if now != self._told[k]:
            self._told[k] = now
            self._tell(t_us, "limit", t=uptime_s, load=number, w=now[0],
                       blocked=decision.blocked[i], reason=REASONS[now[1]][0],
                       until=decision.load_until_s[i])

    def _tell(self, t_us: int, kind: str, **values) -> None:
        self._records.append({"t_us": t_us, "kind": kind, **values})


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
