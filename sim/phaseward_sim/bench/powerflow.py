"""Speed of the port solver beside OpenDSS and power-grid-model on the IEEE European LV feeder.

`python -m phaseward_sim.bench.powerflow` prints microseconds per step and the largest error of a
load voltage; engines that are not installed are left out, by name. One step sets 55 powers,
solves, and reads 55 voltages. The powers: household-like draws of which one in ten changes from
step to step. CPU time, best of five.
"""

import time
from dataclasses import dataclass

import numpy as np

from phaseward_sim.bench import ieee_european_lv
from phaseward_sim.bench.opendss_feeder import OpenDssFeeder
from phaseward_sim.bench.pgm_feeder import PgmFeeder
from phaseward_sim.powerflow import PowerFlow, reduce, solve_batch

STEPS, BATCH, REPEATS = 400, 1000, 5
REFERENCE_V = 1e-10
SLOW = 10  # the other engines' long runs are shortened by this factor


@dataclass(frozen=True)
class Row:
    """What ran, how long one step took (us of CPU), the largest error of a voltage (V)."""

    name: str
    step_us: float
    error_v: float


def profile(steps: int):
    """(p_w, q_var) of shape (steps, 55): each step a tenth of the loads takes a new value."""
    rng = np.random.default_rng(7)
    count = len(ieee_european_lv.read()["loads"])
    fresh = rng.gamma(0.7, 900.0, (steps, count))
    changed = rng.random((steps, count)) < 0.1
    changed[0] = True
    since = np.maximum.accumulate(np.where(changed, np.arange(steps)[:, None], 0), axis=0)
    p_w = np.take_along_axis(fresh, since, axis=0)
    return p_w, 0.3 * p_w


class Bench:
    """The feeder, the powers and their reference solution; each method yields rows."""

    def __init__(self, steps: int, batch: int):
        self.steps, self.rows = steps, batch
        self.data = ieee_european_lv.read()
        self.network = ieee_european_lv.network(self.data)
        self.ports = ieee_european_lv.loads("off_peak_1", self.data)[0]
        self.model = reduce(self.network, self.ports)
        self.pu = float(self.data["source"]["pu"])
        self.p_w, self.q_var = profile(max(steps, batch))
        self.reference = solve_batch(self.model, self.p_w, self.q_var, source_pu=self.pu,
                                     tol_v=REFERENCE_V).v

    def ours(self):
        """Reduction, sequential steps at two tolerances, a batch."""
        yield Row("phaseward, reduce the network (once per topology)",
                  _best(lambda: reduce(self.network, self.ports)), 0.0)
        for tolerance in (1e-3, 1e-6):
            session = PowerFlow(self.model, tol_v=tolerance)
            yield self._sequential(f"phaseward, step by step, tolerance {tolerance:g} V",
                                   lambda p, q, s=session: s.step(p, q, self.pu))
        v0 = self.model.v0(self.pu)
        for tolerance in (1e-3, 1e-6):
            yield self._batch(
                f"phaseward, batch of {self.rows}, tolerance {tolerance:g} V", self.rows,
                lambda p, q, t=tolerance: solve_batch(self.model, p, q, source_pu=self.pu,
                                                      v_start=v0, tol_v=t).v)

    def opendss(self):
        """Sequential steps; the engine has no batches of independent scenarios."""
        for tolerance in (1e-4, 1e-6, 1e-8):
            feeder = OpenDssFeeder(self.data, tolerance)
            yield self._sequential(f"OpenDSS, step by step, tolerance {tolerance:g}", feeder.step)

    def power_grid_model(self):
        """Sequential steps and a batch."""
        for method, tolerance in (("iterative_current", 1e-8), ("newton_raphson", 1e-8)):
            feeder = PgmFeeder(self.data, method, tolerance)
            yield self._sequential(f"power-grid-model, step by step, {method}", feeder.step,
                                   self.steps // SLOW)
            rows = self.rows // SLOW
            yield self._batch(f"power-grid-model, batch of {rows}, {method}", rows, feeder.batch)

    def _sequential(self, name, step, steps=None):
        steps = steps or self.steps
        found = np.array([step(self.p_w[k], self.q_var[k]) for k in range(steps)])

        def run():
            for k in range(steps):
                step(self.p_w[k], self.q_var[k])

        return Row(name, _best(run) / steps, self._error(found))

    def _batch(self, name, rows, solve):
        p, q = self.p_w[:rows], self.q_var[:rows]
        return Row(name, _best(lambda: solve(p, q)) / rows, self._error(solve(p, q)))

    def _error(self, v):
        return float(np.max(np.abs(v - self.reference[: len(v)])))


def _best(run) -> float:
    """Microseconds of CPU of the quickest of some runs."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best * 1e6


def rows(steps: int = STEPS, batch: int = BATCH):
    """Rows of all engines that are installed; a missing one is named in a row of NaN."""
    bench = Bench(steps, batch)
    yield from bench.ours()
    for name, engine in (("OpenDSS (dss-python)", bench.opendss),
                         ("power-grid-model", bench.power_grid_model)):
        try:
            yield from engine()
        except ImportError:
            yield Row(f"{name} is not installed", float("nan"), float("nan"))


def ratios(found: list[Row]):
    """(what, factor) of our speed over OpenDSS at no worse an accuracy than 1e-5 V."""
    own = [row for row in found if row.name.endswith("tolerance 1e-06 V")]
    other = [row for row in found if row.name.startswith("OpenDSS") and row.error_v < 1e-5]
    if not other:
        return
    quickest = min(other, key=lambda row: row.step_us)
    for row in own:
        yield f"OpenDSS over {row.name}, errors below 1e-5 V", quickest.step_us / row.step_us


def main() -> None:
    """Print the table."""
    print("| IEEE European LV, 906 buses, 55 loads | us per step | largest error in V |")
    print("|---|---:|---:|")
    found = []
    for row in rows():
        found.append(row)
        print(f"| {row.name} | {row.step_us:.1f} | {row.error_v:.0e} |", flush=True)
    for name, factor in ratios(found):
        print(f"| {name} | {factor:.1f} times | |")


if __name__ == "__main__":
    main()
