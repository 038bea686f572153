"""Made-up results of the two demo scenarios, quick to build and with every kind of record.

Nothing here claims to be physics: the shapes only resemble what a run gives.
"""

import numpy as np

from phaseward_sim.results import (
    Meta,
    Recorder,
    Result,
    TableSpec,
    VoltageEvent,
    table_spec,
)
from phaseward_sim.results.measurement import Measurement
from phaseward_tools.cases import Case

NODES = tuple(f"h{i:02d}" for i in range(1, 14))
LOW_REASON = "Voltage is below this household's own usual lows <test>"


def _voltages(rng, steps: int, depth: np.ndarray) -> np.ndarray:
    """depth (steps, 3) volts lost at the last node -> (steps, nodes, 3)."""
    along = np.linspace(0.1, 1.0, len(NODES))[None, :, None]
    return 233.0 - depth[:, None, :] * along + rng.normal(0, 0.35, (steps, len(NODES), 3))


def _unbalance(depth: np.ndarray) -> np.ndarray:
    spread = depth.max(axis=1) - depth.min(axis=1)
    return np.stack([spread / 230 * 33, spread / 230 * 60], axis=1)[:, None, :]


def _measurements(u_v: np.ndarray, percent: np.ndarray, blocked_min: float) -> list[Measurement]:
    under = int((u_v.min(axis=(1, 2)) < 213.9).sum() / 60)
    return [Measurement("events_under", under, "1", 0, "<=", "Under-voltage events"),
            Measurement("u_min_v", float(u_v.min()), "V", 207.0, ">=", "Lowest voltage"),
            Measurement("u_max_v", float(u_v.max()), "V", 246.1, "<=", "Highest voltage"),
            Measurement("u2_max_pct", float(percent[:, 0, 0].max()), "pct", 2.0, "<=",
                        "Largest negative-sequence unbalance u2"),
            Measurement("u0_max_pct", float(percent[:, 0, 1].max()), "pct",
                        title="Largest zero-sequence unbalance u0"),
            Measurement("blocked_min", blocked_min, "min", title="Blocked time, sum of loads")]


def experiment(control: bool) -> Result:
    """Half an hour with a balancer: on, off by hand at T2, on again at T3."""
    rng, steps = np.random.default_rng(1), 1800
    t = np.arange(steps)
    running = (control & ~((t >= 600) & (t < 1200))).astype(float)
    share = np.convolve(running, np.ones(30) / 30, "same")
    weak = 22 + 2 * np.sin(t / 97) + rng.normal(0, 0.3, steps)
    depth = np.stack([weak - 13 * share, 3 + 6 * share, 2 + 6 * share], axis=1)
    u_v, percent = _voltages(rng, steps, depth), _unbalance(depth)
    power = share[:, None, None] * np.array([[[4200.0, -2150.0, -2050.0]]])
    meta = Meta("experiment", "Balancer: on, off, on again",
                "One single-phase customer pulls L1 down at the end of a rural feeder. The "
                "balancer runs (T1), is stopped by hand (T2) and runs again (T3).",
                control=control, rung="unix", seed=4, focus_bus="h13", version="0.1.0+test",
                firmware_hash="53d80f766e42", parameter_hash="0f12ab34cd56", wall_s=3.2,
                facts={"Feeder": "made up, 13 nodes", "Balancer": "15 kVA at h13"})
    specs = [table_spec("bus_u", NODES), table_spec("bus_unbalance", ("h13",)),
             table_spec("stage_p", ("s1",)), table_spec("stage_q", ("s1",))]
    recorder = Recorder(meta, specs, steps)
    for k in range(steps):
        recorder.record(k, k + 1.0, bus_u=u_v[k], bus_unbalance=percent[k], stage_p=power[k],
                        stage_q=np.abs(power[k]) * 0 + 900 * share[k])
    for t_s, label, text in ((1, "T1", "balancer running"), (600, "T2", "stopped by hand"),
                             (1200, "T3", "on again")):
        recorder.mark(t_s, label, text)
    for t_s, reason in ((0, "band"), (600, "off"), (1200, "band")) if control else ():
        recorder.decisions.observe(float(t_s), "b1", "s1", 0.0, reason, f"because of {reason}",
                                   blocked=False, household="h13", kind="stage")
    recorder.events.append(VoltageEvent("h13", "l1", "under", 600.0, 1200.0, 208.4))
    return recorder.finish(_measurements(u_v, percent, 0.0), end_s=1800.0)


def evening(control: bool) -> Result:
    """Five hours in steps of 30 s with ten cars and three heat pumps."""
    rng, steps, step_s = np.random.default_rng(2), 600, 30.0
    t = np.arange(steps)
    bell = np.exp(-(((t - 260) / 130.0) ** 2))
    held = 0.62 if control else 1.0
    ev = (bell[:, None] * 9000 * held * (rng.random((1, 10)) * 0.5 + 0.5)).round(-2)
    depth = np.stack([24 * bell * held, 15 * bell * held, 19 * bell * held], axis=1) + 2
    u_v, percent = _voltages(rng, steps, depth), _unbalance(depth)
    cars = tuple(f"h{i:02d}" for i in range(1, 11))
    meta = Meta("evening", "An evening of charging",
                "Ten cars and three heat pumps on a rural feeder in January.", control=control,
                rung="unix", seed=11, step_s=step_s, clock_start="2016-01-15T16:30",
                focus_bus="h10", version="0.1.0+test", firmware_hash="53d80f766e42",
                parameter_hash="77aa", facts={"Feeder": "made up, 13 nodes", "Cars": "10"})
    specs = [table_spec("bus_u", NODES), table_spec("bus_unbalance", ("h10",)),
             table_spec("ev_p", cars), table_spec("heat_pump_p", ("h02", "h05", "h08")),
             TableSpec("house", "temp", "degC", ("h02",))]
    recorder = Recorder(meta, specs, steps)
    for k in range(steps):
        t_s = (k + 1) * step_s
        recorder.record(k, t_s, bus_u=u_v[k], bus_unbalance=percent[k], ev_p=ev[k],
                        heat_pump_p=np.array([2500.0 * (k // 40 % 2)] * 3), house_temp=[20.5])
        if control:
            _decide(recorder, cars, k, t_s)
    recorder.alarm(9000.0, "box_h03", "meter_stale", "Meter silent, last limits held", True)
    recorder.alarm(9300.0, "box_h03", "meter_stale", "", False)
    blocked = sum(d.duration_s for d in recorder.decisions.finish(steps * step_s) if d.blocked)
    return recorder.finish(_measurements(u_v, percent, blocked / 60), end_s=steps * step_s)


def _decide(recorder: Recorder, cars: tuple[str, ...], k: int, t_s: float) -> None:
    for i, car in enumerate(cars):
        phase = k - 170 - 7 * i
        blocked = 0 <= phase < 150 and phase % 60 < 35 - i
        limit_w = 4200.0 if phase % 60 < 10 else 6200.0
        pause = i % 4 == 3
        recorder.decisions.observe(
            t_s, f"box_{car}", "ev", (0.0 if pause else limit_w) if blocked else 11000.0,
            ("hold_after_low" if pause else "u_below_own_low") if blocked else "free",
            LOW_REASON if blocked else "No reason to hold back",
            until_s=t_s - t_s % 600 + 600 if blocked else 0.0, blocked=blocked, household=car,
            kind="heat_pump" if pause else "ev")


def cases() -> list[Case]:
    """Both scenarios with and without control."""
    return [Case(experiment(True), experiment(False)), Case(evening(True), evening(False))]
