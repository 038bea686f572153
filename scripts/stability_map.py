"""Draws how far several balancers on one feeder may go per period: make stability-map.

For 1 .. 10 units and 0 .. 4 periods of delay the largest stable alpha is searched in the closed
loop of `phaseward_sim.sites.stability`, with the sensitivity k as told to the units and with one
half larger. Prints a table and writes docs/images/stability_map.svg; takes a few minutes.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from phaseward_sim.sites.stability import largest_alpha, line_ohm, rule

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images" / "stability_map.svg"
UNITS, DELAYS = range(1, 11), range(5)
CASES = ((1.0, "k as told"), (1.5, "k half larger than told"))
CELL_X, CELL_Y, LEFT, TOP, GAP = 58, 26, 64, 66, 54


def cell(case):
    """(k in V/kW, units, delay) -> largest stable alpha."""
    k_v_kw, units, delay = case
    return largest_alpha(units, delay, wire=line_ohm(k_v_kw))


def colour(factor):
    """Red below the rule, through yellow at it, to green at four times it."""
    share = min(1.0, max(0.0, (factor - 1.0) / 3.0))
    return f"hsl({round(45 + 85 * share) if factor >= 1.0 else 0} 60% 78%)"


def label(alpha):
    """Three digits; more than 1 makes no sense as a share."""
    return "≥ 1" if alpha >= 1.0 else f"{alpha:.3f}"


def panel(found, k_v_kw, title, left):
    """One map: units downwards, delay to the right; each cell: alpha, its ratio to the rule."""
    yield f'<text x="{left}" y="36" font-weight="bold">{title}</text>'
    for d in DELAYS:
        x = left + CELL_X * d + CELL_X / 2
        yield f'<text x="{x}" y="{TOP - 8}" text-anchor="middle">{d}</text>'
        for n in UNITS:
            alpha, y = found[k_v_kw, n, d], TOP + CELL_Y * (n - 1)
            factor = alpha / rule(n, d)
            yield (f'<rect x="{left + CELL_X * d}" y="{y}" width="{CELL_X}" height="{CELL_Y}" '
                   f'fill="{colour(factor)}" stroke="white"/>')
            yield f'<text x="{x}" y="{y + 12}" text-anchor="middle">{label(alpha)}</text>'
            yield (f'<text x="{x}" y="{y + 22}" text-anchor="middle" font-size="9" '
                   f'fill="#555">{factor:.1f} × rule</text>')
    for n in UNITS:
        yield (f'<text x="{left - 8}" y="{TOP + CELL_Y * (n - 1) + 17}" '
               f'text-anchor="end">{n}</text>')


def picture(found):
    """Both maps beside each other, as text of an SVG file."""
    wide = CELL_X * len(DELAYS)
    width, height = LEFT + 2 * wide + GAP + 16, TOP + CELL_Y * len(UNITS) + 14
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
             'font-family="sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" fill="white"/>',
             f'<text x="{LEFT}" y="16">Largest stable share per period, alpha; '
             'to the right: periods of delay, downwards: units</text>']
    for place, (k_v_kw, title) in enumerate(CASES):
        parts += panel(found, k_v_kw, title, LEFT + place * (wide + GAP))
    return "\n".join([*parts, "</svg>", ""])


def table(found, k_v_kw):
    """The same as lines of Markdown."""
    yield "| units | " + " | ".join(f"d = {d}" for d in DELAYS) + " |"
    yield "|" + "---|" * (1 + len(DELAYS))
    for n in UNITS:
        yield f"| {n} | " + " | ".join(label(found[k_v_kw, n, d]) for d in DELAYS) + " |"


def main():
    cases = [(k_v_kw, n, d) for k_v_kw, _ in CASES for n in UNITS for d in DELAYS]
    with ProcessPoolExecutor() as pool:
        found = dict(zip(cases, pool.map(cell, cases), strict=True))
    for k_v_kw, title in CASES:
        print(f"\n{title}: largest stable alpha\n")
        print("\n".join(table(found, k_v_kw)))
        least = min(found[k_v_kw, n, d] / rule(n, d) for n in UNITS for d in DELAYS)
        print(f"\nleast margin over 1 / (1 + (2 N - 1)(1 + d)): {least:.2f}")
    TARGET.write_text(picture(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
