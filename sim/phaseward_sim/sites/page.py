"""Tables of the study in Markdown, and the page's marked parts filled with them.

A page holds `<!-- begin NAME -->` ... `<!-- end NAME -->`; what is between belongs to the tables
here, everything else to people. Pieces that are not there yet are left out, and said so.
Failure: ValueError for a page without a mark that a table belongs to.
"""

from __future__ import annotations

import re

from . import archetype
from .laws import SIMPLE
from .summing import at_scale, gap, mean_and_worst, ratio, reduction, scales, total


def number(value, digits: int = 1) -> str:
    """A number, or a dash for none."""
    return "–" if value is None else f"{value:.{digits}f}"


def table(header, rows) -> str:
    """Markdown, first column left, others right."""
    line = "|" + "|".join(f" {text} " for text in header) + "|"
    marks = "|---|" + "---:|" * (len(header) - 1)
    return "\n".join([line, marks, *("|" + "|".join(f" {cell} " for cell in row) + "|"
                                     for row in rows)])


def made(pieces) -> list[dict]:
    """Those of the ten sites."""
    return [piece for piece in pieces if piece["feeder"] in archetype.shipped()]


def foreign(pieces) -> list[dict]:
    """Those of feeders never used for tuning."""
    return [piece for piece in pieces if piece["feeder"] not in archetype.shipped()]


def feeders(pieces, days: int) -> str:
    """What the feeders are and how they fare without a balancer."""
    rows = []
    for piece in pieces:
        base = piece["found"]["base"]
        per = len(base) * days
        rows.append([piece["title"], piece["about"], piece["meters"],
                     "+".join(f"{x:g}" for x in piece["kva"]),
                     "/".join(f"{x:.1f}" for x in piece["k_v_kw"]),
                     number(total(base, "minutes") / per, 0),
                     number(total(base, "volt_min") / per, 0),
                     number(total(base, "events") / per, 0),
                     f"{min(b['lowest_v'] for b in base):.0f}–"
                     f"{max(b['highest_v'] for b in base):.0f}"])
    return table(["feeder", "what", "meters", "kVA ×1", "k V/kW", "meter-min a day",
                  "V·min a day", "events a day", "V"], rows)


def ratings(pieces, key: str = "minutes") -> str:
    """Reduction by the law / by the optimum (ratio) at each rating."""
    if not pieces:
        return "(not run yet)"
    at = scales(pieces[0])
    rows, columns = [], {scale: [] for scale in at}
    for piece in pieces:
        cells = []
        for scale in at:
            one = at_scale(piece, scale)[key]
            columns[scale].append(one)
            cells.append(f"{number(one['reduction'])} / {number(one['possible'])} "
                         f"({number(one['ratio'])})")
        rows.append([piece["title"], *cells])
    for name, pick in (("**mean**", 0), ("**worst**", 1)):
        rows.append([name, *(_sum_cell(columns[scale], pick) for scale in at)])
    return table(["feeder", *(f"×{scale:g}" for scale in at)], rows)


def _sum_cell(ones, pick: int) -> str:
    law, best, share = (mean_and_worst(one[key] for one in ones)[pick]
                        for key in ("reduction", "possible", "ratio"))
    return f"**{number(law)} / {number(best)} ({number(share)})**"


def margins(pieces) -> str:
    """The margin that each unit has at each rating."""
    at = scales(pieces[0])
    rows = []
    for piece in pieces:
        of = dict(map(tuple, piece["found"]["margins_mv"]))
        rows.append([piece["title"], *(f"{of[scale] / 1000:g}" for scale in at)])
    return table(["feeder", *(f"×{scale:g}" for scale in at)], rows)


def details(pieces, days: int, scale: float = 1.0) -> str:
    """What the units did and whom they harmed, at one rating."""
    rows = []
    for piece in pieces:
        one = at_scale(piece, scale)
        per, laws, base = one["seeds"] * days, one["laws"], piece["found"]["base"]
        before = one["minutes"]["before"]
        induced = total(laws, "induced")
        rows.append([
            piece["title"],
            *(f"{one[key]['before'] / per:.0f} → {one[key]['law'] / per:.1f}"
              for key in ("minutes", "volt_min", "events")),
            f"{induced:.0f} ({number(100 * induced / before if before else 0.0, 2)} %)",
            number(max(law["worsened_v"] for law in laws), 2),
            f"{total(base, 'neighbours') / per:.0f} → {total(laws, 'neighbours') / per:.1f}",
            f"{total(base, 'pv_lost_kwh') / per:.2f} → {total(laws, 'pv_lost_kwh') / per:.2f}",
            number(total(laws, "moved_kwh") / per), number(total(laws, "kvarh") / per, 0),
            number(total(laws, "loss_kwh") / per)])
    return table(["feeder", "meter-min a day", "V·min a day", "events a day", "induced, all days",
                  "worst V farther out", "neighbours' meter-min a day", "PV kWh tripped a day",
                  "moved kWh a day", "kvarh a day", "losses kWh a day"], rows)


def gaps(pieces) -> str:
    """How near the optimum is to a proven bound."""
    rows = []
    for piece in pieces:
        one = gap(piece)
        rows.append([piece["title"], one["minutes"], f"{one['before']:.0f}", f"{one['found']:.0f}",
                     f"{one['bound']:.0f}", number(one["open"]), number(one["error_v"], 2),
                     f"{one['bound_wide']:.0f}", number(one["open_wide"])])
    return table(["feeder", "minutes drawn", "meters outside before", "found", "proven least",
                  "open %", "model error V", "proven with it", "open %"], rows)


def simple(pieces) -> str:
    """The box's law and simple ones at rating ×1."""
    rows, sums = [], {name: [] for name in ("box", *SIMPLE)}
    for piece in pieces:
        found, cells = piece["found"], []
        before, best = total(found["base"], "minutes"), total(found["best"], "minutes")
        for name, several in sums.items():
            laws = found["laws"][name]
            law, kwh = total(laws, "minutes"), total(laws, "moved_kwh")
            cells.append(f"{number(reduction(before, law))} ({number(ratio(before, law, best))}), "
                         f"{kwh / len(laws):.0f} kWh")
            several.append((reduction(before, law), ratio(before, law, best), kwh / len(laws)))
        rows.append([piece["title"], *cells])
    rows.append(["**mean**", *(_simple_mean(several) for several in sums.values())])
    return table(["feeder", *sums], rows)


def _simple_mean(several) -> str:
    low, share, kwh = (mean_and_worst(one[k] for one in several)[0] for k in range(3))
    return f"**{number(low)} ({number(share)}), {kwh:.0f} kWh**"


def others(pieces, reports: dict) -> str:
    """Other cures: another transformer, re-connecting with foresight; beside the balancer."""
    rows = []
    for piece in pieces:
        found = piece["found"]
        groups = found["groups"]
        change = "–"
        if groups and sum(groups["Yyn0"]):
            change = number(reduction(sum(groups["Yyn0"]), sum(groups["Dyn11"])))
        before = sum(steps[0] for steps in found["rephased"])
        cells = [number(reduction(before, sum(steps[min(k, len(steps) - 1)]
                                              for steps in found["rephased"])))
                 for k in (1, 2, 3)]
        report = reports.get(piece["feeder"])
        boxes = [number(at_scale(report, s)["minutes"]["reduction"]) if report else "–"
                 for s in (1.0, 2.0)]
        rows.append([piece["title"], change, *cells, *boxes])
    return table(["feeder", "Dyn11 instead of Yyn0", "1 move", "2 moves", "3 moves",
                  "balancer ×1", "balancer ×2"], rows)


def sized(pieces) -> str:
    """Units sized by the tool, on seeds it has not seen."""
    rows, found_all = [], []
    for piece in pieces:
        found = piece["found"]
        if "none" in found:
            rows.append([piece["title"], "+".join(f"{x:g}" for x in piece["kva"]),
                         "none is enough", *("–",) * 7])
            continue
        before, law = total(found["base"], "minutes"), total(found["law"], "minutes")
        found_all.append(reduction(before, law))
        induced = total(found["law"], "induced")
        many = f"{len(piece['kva'])} × " if len(piece["kva"]) > 1 else ""
        days = "each" if found["each"] else "all"
        rows.append([piece["title"], "+".join(f"{x:g}" for x in piece["kva"]),
                     f"{many}{found['kva']:g}", f"{found['margin_mv'] / 1000:g}",
                     f"{100 * found['wanted']:g}, {days}",
                     number(100 * found["estimated"]), number(100 * found["checked"]),
                     number(100 * found["bound"], 0), number(reduction(before, law), 2),
                     f"{induced:.0f}"])
    mean, worst = mean_and_worst(found_all)
    rows.append(["**mean / worst**", "", "", "", "", "", "", "",
                 f"**{number(mean, 2)} / {number(worst, 2)}**", ""])
    return table(["feeder", "kVA ×1", "kVA by the tool", "margin V", "wanted %, each day or all",
                  "estimate %", "checked %", "neutral full % of bad minutes", "reporting seeds %",
                  "induced"], rows)


def neutral(pieces) -> str:
    """The neutral's watch."""
    rows = []
    for piece in pieces:
        sound, broken = piece["found"]["sound"], piece["found"]["broken"]
        cells = [number(100 * sum(one[k] for one in sound) / len(sound), 2) for k in (0, 1, 2)]
        cells += ([number(100 * sum(one[k] for one in broken) / len(broken), 1) for k in (0, 1, 2)]
                  if broken else ["–", "–", "–"])
        rows.append([piece["title"], *cells])
    return table(["feeder", "sound: suspect % of minutes", "alarm %", "balancer says lost %",
                  "neutral broken: suspect % of minutes", "alarm %", "balancer says lost %"], rows)


def late(pieces) -> str:
    """Share of the saving of an optimum that hears of a change as late as the law does."""
    at = scales(pieces[0])
    rows, columns = [], {scale: [] for scale in at}
    for piece in pieces:
        cells = []
        for scale in at:
            one = at_scale(piece, scale)
            best = sum(row["late"] for row in one["rows"])
            share = ratio(one["minutes"]["before"], one["minutes"]["law"], best)
            columns[scale].append(share)
            cells.append(number(share))
        rows.append([piece["title"], *cells])
    for name, pick in (("**mean**", 0), ("**worst**", 1)):
        rows.append([name, *(f"**{number(mean_and_worst(columns[scale])[pick])}**"
                             for scale in at)])
    return table(["feeder", *(f"×{scale:g}" for scale in at)], rows)


def selectors(pieces) -> str:
    """Four cars on phase selectors, no power stage."""
    rows = []
    for piece in pieces:
        one = piece["found"]
        if not one["days"]:
            continue
        days = one["days"]
        rows.append([piece["title"], number(one["cars"] / days, 0),
                     f"{one['before'] / days:.0f} → {one['after'] / days:.0f}",
                     number(reduction(one["before"], one["after"])),
                     number(reduction(one["before"], one["best"])),
                     number(ratio(one["before"], one["after"], one["best"])),
                     f"{one['events'][0] / days:.0f} → {one['events'][1] / days:.0f}",
                     number(one["moves"] / max(1, one["cars"]), 1)])
    return table(["feeder", "cars with a selector", "meter-min a day", "reduction %",
                  "best phases each minute %", "share of it %", "events a day",
                  "moves a car and day"], rows)


def placing(pieces) -> str:
    """Nodes that the sizing tool looked at, the unit's in bold."""
    rows = []
    for piece in pieces:
        found = piece["found"]
        cells = [f"{'**' * (bus == found['here'])}{bus}: {number(100 * share)}"
                 f"{'**' * (bus == found['here'])}" for bus, share in found["nodes"]]
        rows.append([piece["title"], ", ".join(cells)])
    return table(["feeder", "node: reduction % to expect at ×1, tuning seeds"], rows)


def filled(text: str, parts: dict[str, str]) -> str:
    """The page's text with every marked part replaced."""
    for name, part in parts.items():
        marks = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        if not marks.search(text):
            raise ValueError(f"the page has no <!-- begin {name} --> ... <!-- end {name} -->")
        text = marks.sub(lambda found, part=part: f"{found[1]}{part}\n{found[2]}", text)
    return text
