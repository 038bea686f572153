"""Colours of the figures: mid-tones that can be read on a light and on a dark page.

Phases follow the colour-blind-safe Okabe-Ito set, lightened; the wires' own brown, black and
grey cannot be told apart on a dark page.
"""

PHASE = {"l1": "#d9732f", "l2": "#4a86d8", "l3": "#2c9f78"}
WITH, WITHOUT = "#14958f", "#8b95a3"
LIMIT_NARROW, LIMIT_WIDE = "#c98a1b", "#c8453d"
BAND_FILL = "rgba(44, 159, 120, 0.07)"
MARK = "#8467c9"
# Reasons of the firmware by meaning: the voltage amber, its critical value red, power-up violet,
# orders from outside blue, missing data grey. A lighter tone is the way back.
REASON = {
    "stress": "#cf8a16", "recovery": "#dfbb6b", "critical": "#c8453d",
    "critical-release": "#e08f83", "reconnect": "#7a5cc0", "ramp": "#a996d8",
    "contact": "#3d78c9", "remote": "#6da0e0", "hold": "#7b8694", "safe": "#a3adb8",
    "protection": "#8c2f39", "duty": "#8f9a3c", "budget": "#3b9ea6", "comfort": "#5fb07a",
    "band": "#2c9f78", "limited": "#cf8a16", "mean-out": "#b0568f", "off": "#8b95a3",
    "idle": "#b9c2cc", "stale": "#7b8694", "voltage-stop": "#c8453d", "restart-wait": "#7a5cc0",
    "settling": "#a996d8",
    # Feed-in mirrors blocking in the same tones; charging spread ahead is wished for.
    "feed-stress": "#b9791a", "feed-release": "#d3b077", "feed-critical": "#b23a33",
    "feed-curve": "#9a6b2f", "spread": "#6fbf9a",
    # The power stage and its node: faults red, finding out violet, a lost neutral magenta.
    "stage-out": "#a8323f", "hot": "#d9602f", "wiring-unsure": "#6a4fb0", "probing": "#9b83d6",
    "neutral-lost": "#c23b86", "neutral-former": "#d982b5",
    # The phase selector: a move green, waiting olive, what keeps it from moving grey or red.
    "moving": "#2f8f5b", "better": "#57a87c", "stays": "#9fb3a7", "current-out": "#8a8f3a",
    "switch-budget": "#3b8ea0", "selector-start": "#8267c4", "selector-off": "#98a1ab",
    "selector-no-data": "#6f7a86", "contactor-stuck": "#93303a",
}
# Reasons that have no colour of their own, the most frequent first.
CYCLE = ("#b0568f", "#4f6bbd", "#b3763f", "#4aa3b5", "#9c9c3a")
KIND = {"ev": "#4a86d8", "heat_pump": "#d9732f", "": "#8b95a3"}
