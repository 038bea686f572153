"""Writes synthetic.trace: two days of a household at the end of a weak feeder, seeded.

    python tests/core/replay/make_synthetic.py

The format is that of phaseward_sim/engine/trace.py without its D lines, with two kinds more:
    R  load, limit (W, -1 none)       a limit from remote
    K  load, closed                   the grid operator's contact
Voltages are a day's swing, an evening sag, noise and short dips; the meter falls silent at times;
steps are 60 s, ten minutes of one evening 1 s. What matters is that every law has to act.
"""

import random
from pathlib import Path

HERE = Path(__file__).parent
SEED = 5
WRAP = 0x3FFFFFFF
START_MS = WRAP - 40_000_000  # the clock wraps in the first evening
DAY_S = 86400

PARAMETERS = {
    "bl_enable": 1, "bl_learn_min": 240, "bl_k_mv_kw": 400, "bl_reconnect_s": 300,
    "bl_crit_mv": 209000, "bl_low_mv": 0, "bl_rise_pm": 20, "l1_kind": 1, "l1_budget_min": 120,
    "l2_kind": 2, "l2_phases": 2,
    "l3_kind": 3, "l3_max_w": 3000, "pb_enable": 1, "pb_angle_deg": -20, "pb_margin_mv": 10000,
    "sy_hold_s": 150,
}
EVENTS = {  # seconds: lines
    30000: ["R,0,5000", "K,1,1"],
    34000: ["R,0,-1", "K,1,0"],
    100000: ["P,pb_enable,0", "C"],
    110000: ["P,pb_enable,1", "C"],
    120000: ["A,3000,-1500,-1500,200,1"],
    130000: ["A,0,0,0,0,0"],
}


def evening(t_s):
    """0 .. 1: how deep in the evening's load, full from 18:00 to 21:00."""
    hour = t_s % DAY_S / 3600
    return max(0.0, min(1.0, (hour - 16) / 2, (23 - hour) / 2))


def voltages(rng, t_s, dip):
    """mV of the three phases; L1 carries most of the evening."""
    deep = evening(t_s)
    means = (234 - 20 * deep, 233 - 8 * deep, 235 + 3 * deep)
    return [round((v - dip + rng.gauss(0, 0.8)) * 10) * 100 for v in means]


def lines_of(u, rng):
    """Phase-to-phase mV of voltages 120 degrees apart, as a meter of 0.1 V shows them."""
    pairs = ((0, 1), (1, 2), (2, 0))
    exact = [(u[a] ** 2 + u[b] ** 2 + u[a] * u[b]) ** 0.5 for a, b in pairs]
    return [round((v + rng.gauss(0, 50)) / 100) * 100 for v in exact]


def sample(rng, t_s, now_ms, dip, silent):
    u = voltages(rng, t_s, dip)
    p = [round(rng.uniform(100, 800)) + round(7000 * evening(t_s)), 400, round(-3000 * dip)]
    state = 1 if silent else 0
    ages = [5000 if silent else 0] * 5
    values = [now_ms & WRAP, *u, *lines_of(u, rng), 0, 0, 0, *p, 50000, *[state] * 5, *ages]
    return "S," + ",".join(map(str, values))


def trace():
    rng = random.Random(SEED)
    yield "B,1311768467463790320,3"
    yield from (f"P,{name},{value}" for name, value in PARAMETERS.items())
    yield "C"
    events = dict(EVENTS)
    t_s = silent_until = dip_until = 0
    while t_s < 2 * DAY_S:
        if rng.random() < 0.006:
            silent_until = t_s + rng.choice((20, 100, 1200))
        if rng.random() < 0.005:
            dip_until = t_s + 300
        for due in [when for when in events if when <= t_s]:
            yield from events.pop(due)
        dip = 9 if t_s < dip_until else 0
        yield sample(rng, t_s, START_MS + 1000 * t_s, dip, t_s < silent_until)
        t_s += 1 if 68400 <= t_s < 69000 else 60


def main():
    (HERE / "synthetic.trace").write_text("\n".join(trace()) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
