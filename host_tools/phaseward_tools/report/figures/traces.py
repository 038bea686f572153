"""Line traces and the limits of voltage, shared by the figures."""

import numpy as np

from phaseward_sim.results import Meta
from phaseward_tools.report import colours
from phaseward_tools.report.canvas import axis_name

# Narrow: where the default event starts; wide: EN 50160, 4.2.2 (all 10-minute means within
# +10/-15 %, 95 % of them within +-10 %). The clause is cited from secondary sources, unverified.
NARROW, WIDE = 0.07, 0.10


def line(x: np.ndarray, y: np.ndarray, name: str, colour: str, pane: int, **more) -> dict:
    """One line in a pane; `more` are further Plotly attributes of the trace."""
    trace = {"type": "scatter", "mode": "lines", "x": x, "y": np.asarray(y, dtype=np.float32),
             "name": name, "legendgroup": name, "yaxis": axis_name(pane), "xaxis": "x",
             "line": {"color": colour, "width": 1.4}}
    trace["line"].update(more.pop("line", {}))
    return {**trace, **more}


def voltage_lines(meta: Meta) -> tuple[tuple[float, str, str], ...]:
    """The limit lines of phase-to-neutral voltage."""
    u_v = meta.u_nominal_v
    return ((u_v * (1 + WIDE), "+10 %", colours.LIMIT_WIDE),
            (u_v * (1 + NARROW), "+7 %", colours.LIMIT_NARROW),
            (u_v * (1 - NARROW), f"{MINUS}7 %", colours.LIMIT_NARROW),
            (u_v * (1 - WIDE), f"{MINUS}10 %", colours.LIMIT_WIDE))


MINUS = "\N{MINUS SIGN}"


def voltage_band(meta: Meta) -> tuple[float, float]:
    """The band that is judged, as a range of volts."""
    return meta.u_nominal_v * meta.low_pu, meta.u_nominal_v * meta.high_pu


def voltage_range(meta: Meta, *values: np.ndarray) -> tuple[float, float]:
    """A y range that shows all values and the four limits."""
    u_v = meta.u_nominal_v
    finite = [v[np.isfinite(v)] for v in values]
    lows = [u_v * (1 - WIDE)] + [float(v.min()) for v in finite if v.size]
    highs = [u_v * (1 + WIDE)] + [float(v.max()) for v in finite if v.size]
    room = 0.06 * (max(highs) - min(lows))
    return min(lows) - room, max(highs) + room
