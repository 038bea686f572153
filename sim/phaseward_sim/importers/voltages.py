"""Which buses of a network from outside are low voltage as this simulator knows it."""

from __future__ import annotations

LOWEST_V, HIGHEST_V = 380.0, 440.0  # phase to phase: 380, 400, 415, 416 V systems
LV_BELOW_V = 1000.0


def is_lv(u_ll_v: float) -> bool:
    """Whether a bus belongs to the low-voltage part."""
    return u_ll_v < LV_BELOW_V


def can_be_simulated(u_ll_v: float) -> bool:
    """Whether customers may be connected here: boxes and devices are made for 230/400 V."""
    return LOWEST_V <= u_ll_v <= HIGHEST_V


def why_not(u_ll_v: float) -> str:
    """The reason in words."""
    return (f"connected at {u_ll_v:g} V; devices are simulated at {LOWEST_V:g}..{HIGHEST_V:g} V "
            "phase to phase")
