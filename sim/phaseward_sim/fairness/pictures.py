"""The study's pictures as SVG, drawn from the kept results without a plotting library.

`effect`: what each law takes away, with intervals. `price`: fairness against effectiveness.
Sizes in pixels.
"""

from __future__ import annotations

from html import escape

from .plan import PROFILE_NAMES
from .pooled import Cells
from .tables import GOALS, PROFILE_WORDS, SHOWN, laws_of

COLOURS = {"threshold": "#b8860b", "droop": "#8a5fa8", "static": "#999999",
           "always": "#444444", "alone": "#7fb8a4", "ours": "#0b6e4f"}
NAMES = {"threshold": "fixed threshold", "droop": "droop P(V)", "static": "static times",
         "always": "always at floor", "alone": "voltage alone", "ours": "Phaseward"}
_WIDTH, _LEFT, _RIGHT = 760, 170, 30


class Svg:
    """Collects shapes."""

    def __init__(self, width: int, height: int):
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="sans-serif" font-size="13">',
            f'<rect width="{width}" height="{height}" fill="white"/>']

    def line(self, x1, y1, x2, y2, colour="#cccccc", width=1.0, dash="") -> None:
        """A straight line."""
        style = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                          f'stroke="{colour}" stroke-width="{width}"{style}/>')

    def dot(self, x, y, colour, radius=5.0) -> None:
        """A filled circle."""
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>')

    def text(self, x, y, words, anchor="start", colour="#222222", bold=False) -> None:
        """Words at their baseline."""
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
                          f'fill="{colour}"{weight}>{escape(words)}</text>')

    def done(self) -> str:
        """The file's text."""
        return "\n".join([*self.parts, "</svg>"]) + "\n"


class Axis:
    """A linear scale from values to pixels."""

    def __init__(self, low, high, first, last):
        self.low, self.high, self.first, self.last = low, high, first, last

    def at(self, value: float) -> float:
        """Pixel of a value, kept inside the axis."""
        value = min(max(value, self.low), self.high)
        return self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first)


def effect(cells: Cells) -> str:
    """Dots with intervals; the goal of each floor is a dashed line."""
    step, top = 20, 40
    groups = [step * len(laws_of(cells, profile)) + 22 for profile in PROFILE_NAMES]
    bottom = top + sum(groups)
    svg = Svg(_WIDTH, bottom + 40)
    axis = Axis(-20.0, 100.0, _LEFT, _WIDTH - _RIGHT)
    for tick in range(-20, 101, 20):
        svg.line(axis.at(tick), top, axis.at(tick), bottom)
        svg.text(axis.at(tick), bottom + 18, f"{tick} %", "middle")
    svg.text(_LEFT, 18, "Household-minutes below −10 % caused by flexible load: share taken away",
             bold=True)
    for g, profile in enumerate(PROFILE_NAMES):
        y = top + sum(groups[:g]) + 16
        svg.text(8, y, PROFILE_WORDS[profile], bold=True)
        svg.line(axis.at(GOALS[profile]), y - 12, axis.at(GOALS[profile]), y + groups[g] - 26,
                 "#c0392b", 1.5, "4 3")
        for k, (law, row) in enumerate(laws_of(cells, profile)):
            here = y + step * (k + 0.75)
            found = cells.reduction(row)
            svg.text(_LEFT - 12, here + 4, NAMES[law], "end", COLOURS[law])
            svg.line(axis.at(found.low), here, axis.at(found.high), here, COLOURS[law], 2.5)
            svg.dot(axis.at(found.value), here, COLOURS[law])
    svg.text(_LEFT, bottom + 36, "dashed: goal; line: 95 % interval; below −20 % cut off",
             colour="#666666")
    return svg.done()


def price(cells: Cells) -> str:
    """Jain's index against the share taken away, every law under every floor."""
    svg = Svg(_WIDTH, 430)
    x, y = Axis(-20.0, 100.0, 70, _WIDTH - 150), Axis(0.0, 1.0, 370, 40)
    for tick in range(-20, 101, 20):
        svg.line(x.at(tick), 40, x.at(tick), 370)
        svg.text(x.at(tick), 390, f"{tick} %", "middle")
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        svg.line(70, y.at(tick), _WIDTH - 150, y.at(tick))
        svg.text(60, y.at(tick) + 4, f"{tick:.1f}", "end")
    svg.text(70, 20, "Fairness (Jain, blocked per demanded minute) against effect", bold=True)
    svg.text(70, 415, "share of flexible load's minutes below −10 % taken away")
    marks = {"pause": "p", "six_a": "6", "dim": "d", "dim_2h": "2"}
    for profile in PROFILE_NAMES:
        for law, row in laws_of(cells, profile):
            px = x.at(cells.reduction(row).value)
            py = y.at(cells.mean(row, "jain").value)
            svg.dot(px, py, COLOURS[law], 9)
            svg.text(px, py + 5, marks[profile], "middle", "white", True)
    for k, law in enumerate(SHOWN):
        svg.dot(_WIDTH - 132, 60 + 24 * k, COLOURS[law], 7)
        svg.text(_WIDTH - 118, 65 + 24 * k, NAMES[law])
    short = {"pause": "pausing", "six_a": "6 A", "dim": "4.2 kW", "dim_2h": "4.2 kW, 2 h a day"}
    for k, profile in enumerate(PROFILE_NAMES):
        svg.text(_WIDTH - 138, 230 + 20 * k, f"{marks[profile]}: {short[profile]}")
    return svg.done()
