"""Colours of the figures: mid-tones that can be read on a light and on a dark page.

Phases follow the colour-blind-safe Okabe-Ito set, lightened; the wires' own brown, black and
grey cannot be told apart on a dark page.
"""

PHASE = {"l1": "#d9732f", "l2": "#4a86d8", "l3": "#2c9f78"}
WITH, WITHOUT = "#14958f", "#8b95a3"
UNDER, OVER = "#c8553d", "#c8553d"
LIMIT_NARROW, LIMIT_WIDE = "#c98a1b", "#c8453d"
BAND_FILL = "rgba(44, 159, 120, 0.07)"
MARK = "#7a5cc0"
# Reasons of blocking, in the order they first appear.
CYCLE = ("#c98a1b", "#4a86d8", "#b0568f", "#2c9f78", "#c8553d", "#7a5cc0", "#8b95a3")
KIND = {"ev": "#4a86d8", "heat_pump": "#d9732f", "": "#8b95a3"}


def fade(colour: str, alpha: float) -> str:
    """`#rrggbb` as rgba with this opacity."""
    red, green, blue = (int(colour[i:i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha:g})"
