"""What a four-leg power stage can deliver: leg currents, neutral current, total kVA.

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

    Active power goes first and is scaled as one vector, so that a zero-sum request stays
    zero-sum; reactive power gets what is left, again scaled as one vector. leg_a, neutral_a,
    rated_va: (n,). leg_bound, neutral_bound: (n,) bool, which limit had to act.
    """
    if _within(p_w, q_var, u_v, leg_a, neutral_a, rated_va):
        none = np.zeros(len(p_w), dtype=bool)
        return p_w, q_var, none, none
    zero = np.zeros_like(p_w)
    p_leg = _leg_scale(p_w, zero, u_v, leg_a, rated_va)
    p_neutral = _neutral_scale(p_w, zero, u_v, neutral_a)
    p = p_w * np.minimum(p_leg, p_neutral)[:, None]
    q_leg = _largest_q(p, q_var, u_v, leg_a, rated_va)
    q = q_var * q_leg[:, None]
    # An unequal Q adds to the neutral current: shrink both until it fits.
    both = _neutral_scale(p, q, u_v, neutral_a)[:, None]
    leg_bound = (p_leg < 1.0) | (q_leg < 1.0)
    neutral_bound = (p_neutral < 1.0) | (both[:, 0] < 1.0 - 1e-9)
    return p * both, q * both, leg_bound, neutral_bound


def _within(p_w, q_var, u_v, leg_a, neutral_a, rated_va) -> bool:
    """Whether no limit of any stage acts (the usual case, in few operations)."""
    current_a = leg_currents(p_w, q_var, u_v)
    s_va = np.abs(current_a) * u_v
    leg_va = np.minimum(leg_a[:, None] * u_v, rated_va[:, None] / 3.0)
    return bool((s_va <= leg_va).all()
                and (np.abs(current_a.sum(axis=1)) <= neutral_a).all())


def _leg_scale(p_w, q_var, u_v, leg_a, rated_va):
    s_va = np.hypot(p_w, q_var)
    worst_a = (s_va / np.maximum(u_v, _LEAST_V)).max(axis=1)
    scale = np.minimum(_ratio(leg_a, worst_a), _ratio(rated_va, s_va.sum(axis=1)))
    return np.minimum(scale, 1.0)


def _neutral_scale(p_w, q_var, u_v, neutral_a):
    return np.minimum(_ratio(neutral_a, neutral_current(p_w, q_var, u_v)), 1.0)


def _largest_q(p_w, q_var, u_v, leg_a, rated_va):
    """Scale in 0..1 for Q such that every leg stays within its apparent power."""
    leg_va = np.minimum(leg_a[:, None] * np.maximum(u_v, _LEAST_V), rated_va[:, None] / 3.0)
    leg_va = np.maximum(leg_va, np.abs(p_w))
    room_var = np.sqrt(leg_va**2 - p_w**2)
    return np.minimum(_ratio(room_var, np.abs(q_var)).min(axis=1), 1.0)


def _ratio(limit, value):
    """limit / value, infinite where the value is (almost) zero."""
    out = np.full(np.shape(value), np.inf)
    return np.divide(limit, value, out=out, where=value > 1e-9)
