"""The study's tables in Markdown, from the kept results.

Every function returns lines. Reductions are of what flexible load causes, see `pooled`.
"""

from __future__ import annotations

import numpy as np

from .feeders import FEEDERS, MOST_HOMES
from .plan import OPPONENTS, PROFILE_NAMES
from .pooled import Band, Cells

PROFILE_WORDS = {"pause": "pausing, slack override", "six_a": "6 A", "dim": "4.2 kW, unlimited",
                 "dim_2h": "4.2 kW, 2 h a day"}
LAW_WORDS = {"threshold": "fixed threshold", "droop": "droop P(V)", "static": "static times",
             "always": "always at the floor", "alone": "Phaseward, voltage alone",
             "ours": "**Phaseward**"}
SHOWN = (*OPPONENTS, "always", "alone", "ours")
GOALS = {"pause": 97.0, "six_a": 93.0, "dim": 70.0, "dim_2h": 57.0}


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table; the first column left, the others right."""
    return ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1),
            *("| " + " | ".join(row) + " |" for row in rows)]


def band(b: Band, digits: int = 1) -> str:
    """Value and interval."""
    return f"{b.value:.{digits}f} ({b.low:.{digits}f} to {b.high:.{digits}f})"


def laws_of(cells: Cells, profile: str) -> list[tuple[str, str]]:
    """(law, row) of all laws simulated under a profile, ours last."""
    return [(law, f"{law}/{profile}") for law in SHOWN if f"{law}/{profile}" in cells.rows]


def feeders(results: dict[str, dict]) -> list[str]:
    """What the feeders are."""
    rows = []
    for f in FEEDERS:
        found = results.get(f.name)
        if found is None:
            continue
        free = [x["low10_min"] for x in found["rows"]["nothing"].values()]
        floor = [x["low10_min"] for x in found["rows"]["no_flex"].values()]
        rows.append([f"{f.name} ({f.half})", f.source.partition(":")[2], str(found["homes"]),
                     str(found["cars"]), f"{f.length_factor:g}",
                     f"{np.mean(free):.0f} ({min(free):.0f} to {max(free):.0f})",
                     f"{np.mean(floor):.1f}"])
    return table(["feeder (half)", "source", "homes", "cars", "length factor",
                  "minutes below −10 % a day, no control (range over seeds)",
                  "without flexible load"], rows)


def effect(cells: Cells) -> list[str]:
    """How much each law takes away."""
    rows = []
    for profile in PROFILE_NAMES:
        for law, row in laws_of(cells, profile):
            rows.append([f"{PROFILE_WORDS[profile]}: {LAW_WORDS[law]}",
                         band(cells.reduction(row)), band(cells.reduction(row, "low10_means")),
                         band(cells.reduction(row, "low7_min")),
                         f"{cells.least(row, 'lowest_v'):.0f}",
                         f"{cells.mean(row, 'transformer_pct').value:.0f}",
                         f"{cells.mean(row, 'line_pct').value:.0f}"])
    return table(["law", "−10 %, 1 min", "−10 %, 10 min", "−7 %, 1 min", "lowest V",
                  "transformer peak %", "cable peak %"], rows)


def absolute(cells: Cells) -> list[str]:
    """Household-minutes and 10-minute means a day and feeder."""
    rows = []
    for row in ("nothing", "no_flex", *(f"ours/{p}" for p in PROFILE_NAMES)):
        words = {"nothing": "no control", "no_flex": "no flexible load"}.get(
            row, f"Phaseward, {PROFILE_WORDS.get(row.partition('/')[2], '')}")
        figures = ("low10_min", "low7_min", "high10_min", "low10_means", "low7_means")
        rows.append([words, *(f"{cells.mean(row, name).value:.2f}" for name in figures),
                     f"{cells.least(row, 'lowest_v'):.1f}",
                     f"{cells.mean(row, 'transformer_pct').value:.0f}",
                     f"{cells.mean(row, 'line_pct').value:.0f}"])
    return table(["", "min below −10 %", "min below −7 %", "min above +10 %",
                  "10-min means below −10 %", "10-min means below −7 %", "lowest V",
                  "transformer peak %", "cable peak %"], rows)


def fairness(cells: Cells) -> list[str]:
    """Who bears it, and what it costs."""
    rows = []
    for profile in PROFILE_NAMES:
        for law, row in laws_of(cells, profile):
            ratio = cells.values(row, "max_min")
            rows.append([
                f"{PROFILE_WORDS[profile]}: {LAW_WORDS[law]}", band(cells.mean(row, "jain"), 2),
                f"{np.median(ratio):.1f}" if np.isfinite(np.median(ratio)) else "∞",
                band(cells.mean(row, "pump_jain"), 2),
                f"{cells.mean(row, 'blocked_min').value:.0f} / "
                f"{cells.most(row, 'blocked_worst_min'):.0f}",
                f"{cells.mean(row, 'withheld_min').value:.0f}",
                f"{cells.mean(row, 'pump_blocked_min').value:.0f}"])
    return table(["law", "Jain, cars", "max/min", "Jain, heat pumps",
                  "blocked min a day, mean / worst car", "full-power min withheld",
                  "heat pump blocked min"], rows)


def comfort(cells: Cells) -> list[str]:
    """Comfort, rebound, switching."""
    rows = []
    for profile in PROFILE_NAMES:
        for law, row in laws_of(cells, profile):
            rows.append([f"{PROFILE_WORDS[profile]}: {LAW_WORDS[law]}",
                         band(cells.mean(row, "comfort_pct"), 2),
                         f"{cells.most(row, 'missed_kwh'):.1f}",
                         f"{cells.most(row, 'cold_k'):.2f}",
                         band(cells.mean(row, "rebound_pct")),
                         f"{cells.mean(row, 'contacts').value:.1f}",
                         f"{cells.mean(row, 'starts').value:.1f}"])
    return table(["law", "stays with the same energy %", "most missed, kWh in 14 days",
                  "coldest room, K below", "peak over uncontrolled peak %",
                  "on/off a day and car", "blocks begun a day"], rows)


def by_feeder(results: list[dict]) -> list[str]:
    """Reductions feeder by feeder."""
    rows = []
    for found in results:
        cells = Cells([found])
        rows.append([found["feeder"]] + [
            f"{cells.reduction(f'ours/{p}').value:.1f} / "
            f"{cells.reduction(unfair(cells, p)).value:.1f}"
            for p in PROFILE_NAMES])
    return table(["feeder", *(PROFILE_WORDS[p] for p in PROFILE_NAMES)], rows)


def unfair(cells: Cells, profile: str) -> str:
    """The most effective opponent under a profile."""
    return max((row for law, row in laws_of(cells, profile) if law in OPPONENTS),
               key=lambda row: cells.reduction(row).value)


def promises(cells: Cells) -> list[str]:
    """Fairness, comfort and their price, beside the fixed threshold's."""
    rows = []
    for profile in PROFILE_NAMES:
        ours, rival = f"ours/{profile}", f"threshold/{profile}"
        blocked, unfair_min = (cells.mean(row, "blocked_min").value for row in (ours, rival))
        rows.append([PROFILE_WORDS[profile], band(cells.mean(ours, "jain"), 3),
                     f"{cells.mean(rival, 'jain').value:.2f}",
                     band(cells.mean(ours, "comfort_pct"), 2), f"{cells.most(ours, 'cold_k'):.2f}",
                     f"{cells.mean(ours, 'rebound_pct').value:.1f}",
                     f"{blocked:.0f} / {unfair_min:.0f} = {blocked / unfair_min:.2f}"])
    return table(["floor", "Jain, cars (≥ 0.97)", "threshold's (< 0.6)", "comfort % (≥ 97, 99)",
                  "coldest room, K below (≤ 1)", "peak against no control % (≤ 5)",
                  "blocked min a day, ours / threshold's (≤ 2)"], rows)


def goals(cells: Cells, best: list[dict]) -> list[str]:
    """Goal against measured."""
    rows = []
    for profile in PROFILE_NAMES:
        row, rival = f"ours/{profile}", unfair(cells, profile)
        got = cells.reduction(row)
        gap = cells.difference(row, rival)
        bound = _bound(best, cells, profile)
        rows.append([PROFILE_WORDS[profile], f"−{GOALS[profile]:.0f} %", "−" + band(got),
                     "−" + band(cells.alike(row)),
                     f"{band(gap)} ({LAW_WORDS[rival.partition('/')[0]]})", bound])
    return table(["floor", "goal", "all minutes", "each feeder alike",
                  "points over the best unfair law (all minutes)",
                  "best possible, same days: law / bound"], rows)


def best_minutes(best: list[dict], results: list[dict], profile: str):
    """Minutes over the days that the optimiser did, each with its own run without control and
    without flexible load: (free, floor, law) of the comparison, (free, floor, bound) of the
    optimiser's, whose heat pumps begin with other rooms."""
    main = {r["feeder"]: r for r in results}
    law, bound = np.zeros(3), np.zeros(3)
    for found in best:
        of = main.get(found["feeder"])
        if of is None:
            continue
        for seed, rows in found["minutes"].items():
            s, days = of["seeds"].index(int(seed)), len(rows["nothing"])
            by_day = of["low10_by_day"]
            law += [sum(by_day[row][s][:days]) for row in ("nothing", "no_flex",
                                                           f"ours/{profile}")]
            bound += [sum(rows[row]) for row in ("nothing", "no_flex", profile)]
    return law, bound


def _bound(best, cells, profile) -> str:
    found = best_minutes(best, cells.results, profile)
    if any(free <= floor for free, floor, _ in found):
        return "–"
    return " / ".join(f"−{100 * (free - x) / (free - floor):.1f}" for free, floor, x in found)


def hosting(results: list[dict]) -> list[str]:
    """How many cars the feeders carry."""
    rows = []
    for found in results:
        homes, carried = found["homes"], found["carried"]
        for share, means in found["shares"].items():
            if "ours/pause" in means:
                rows.append([found["feeder"], f"{round(carried * homes)}",
                             f"{round(float(share) * homes)}",
                             *(f"{np.mean(means[row]):.2f}" for row in (
                                 "nothing", "ours/dim", "ours/six_a", "ours/pause"))])
    return table(["feeder", "carries without control", "cars", "no control", "4.2 kW", "6 A",
                  "pausing"], rows)


def mixes(results: list[dict]) -> list[str]:
    """Other cars, other numbers."""
    rows = []
    for found in results:
        cells = Cells([found])
        for profile in PROFILE_NAMES[:3]:
            ours, rival = f"ours/{profile}", f"threshold/{profile}"
            rows.append([f"{found['feeder']}, {found['mix'].replace('_', '-')}, "
                         f"{100 * found['cars_share']:.0f} % of homes",
                         PROFILE_WORDS[profile], f"{cells.mean('nothing', 'low10_min').value:.0f}",
                         f"{cells.reduction(ours).value:.1f}",
                         f"{cells.reduction(rival).value:.1f}",
                         f"{cells.mean(ours, 'jain').value:.2f}",
                         f"{cells.mean(rival, 'jain').value:.2f}",
                         f"{cells.mean(ours, 'comfort_pct').value:.1f}"])
    return table(["case", "profile", "min below −10 % a day, no control", "reduction %",
                  "threshold's", "Jain", "threshold's", "comfort %"], rows)


CUT_NOTE = f"networks with more than {MOST_HOMES} homes keep their weakest branches"
