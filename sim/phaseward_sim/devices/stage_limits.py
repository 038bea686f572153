"""What a four-leg power stage can deliver: leg currents, neutral current, kVA per leg.

Units: W, var, A, V, VA. Arrays of shape (n, 3): n stages, three phases; P and Q are injected
into the phase. Failure: none; voltages are floored at 1 V so that a dead phase cannot divide
by zero (the stage's voltage protection has stopped it long before).
"""

from __future__ import annotations

import numpy as np

_ROTATION = np.exp(-2j * np.pi / 3 * np.arange(3))
_LEAST_V = 1.0


def leg_currents(p_w, q_var, u_v):
    """Complex currents of the three phase legs, (n, 3), A, in one common reference frame.

    The phase voltages are taken 120 degrees apart (a stage's PLL sees them so within a few
    degrees); I = conj(S / U).
    """
    return (p_w - 1j * q_var) / np.maximum(u_v, _LEAST_V) * _ROTATION


def neutral_current(p_w, q_var, u_v):
    """Magnitude of the neutral leg's current, (n,), A."""
    return np.abs(leg_currents(p_w, q_var, u_v).sum(axis=1))


def limited(p_w, q_var, u_v, leg_a, neutral_a, rated_va):
    """Largest scaled set-points within the ratings: (p, q, leg_bound, neutral_bound).

    Each leg carries at most leg_a and a third of rated_va; the neutral leg neutral_a (all
    (n,)). Active power goes first and is scaled as one vector, so that a zero-sum request
    stays zero-sum; reactive power gets what is left, again as one vector. leg_bound,
    neutral_bound: (n,) bool, which limit had to act.
    """
    leg_va = np.minimum(leg_a[:, None] * u_v, rated_va[:, None] / 3.0)
    if _within(p_w, q_var, u_v, leg_va, neutral_a):
        none = np.zeros(len(p_w), dtype=bool)
        return p_w, q_var, none, none
    p_leg = _ratio(leg_va, np.abs(p_w)).min(axis=1)
    p_neutral = _ratio(neutral_a, neutral_current(p_w, 0.0 * q_var, u_v))
    p = p_w * np.minimum(np.minimum(p_leg, p_neutral), 1.0)[:, None]
    room_var = np.sqrt(np.maximum(leg_va**2 - p**2, 0.0))
    q_leg = np.minimum(_ratio(room_var, np.abs(q_var)).min(axis=1), 1.0)
    q = q_var * q_leg[:, None]
    # An unequal Q adds to the neutral current: shrink both until it fits.
    both = np.minimum(_ratio(neutral_a, neutral_current(p, q, u_v)), 1.0)
    leg_bound = ((p_leg < 1.0) & (p_leg <= p_neutral)) | (q_leg < 1.0)
    neutral_bound = ((p_neutral < 1.0) & (p_neutral < p_leg)) | (both < 1.0 - 1e-9)
    return p * both[:, None], q * both[:, None], leg_bound, neutral_bound


def _within(p_w, q_var, u_v, leg_va, neutral_a) -> bool:
    """Whether no limit of any stage acts (the usual case, in few operations)."""
    current_a = leg_currents(p_w, q_var, u_v)
    return bool((np.abs(current_a) * u_v <= leg_va).all()
                and (np.abs(current_a.sum(axis=1)) <= neutral_a).all())


def _ratio(limit, value):
    """limit / value, infinite where the value is (almost) zero."""
    out = np.full(np.shape(value), np.inf)
    return np.divide(limit, value, out=out, where=value > 1e-9)
