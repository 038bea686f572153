"""A street of one bus behind a resistive four-wire line, small enough to calculate by hand."""

import numpy as np

from phaseward_sim.network import Bus, Line, Network, Source
from phaseward_sim.network.cables import CableType
from phaseward_sim.sites.course import Course
from phaseward_sim.sites.feeder import make

OHM = 0.23  # of each of the four conductors


def street(single=(1, 1, 1), triple=0, kva=15.0, ohm=OHM):
    """One bus `far`; single: meters on each phase, triple: meters on three."""
    kind = CableType("test", np.eye(4) * ohm, 100.0)
    network = Network("street", [Bus("near"), Bus("far")],
                      [Line("l", "near", "far", kind, 1000.0)],
                      [Source("grid", "near", 400.0, 1e-6, 1e-6)])
    return make("street", "Street", "for tests", network, ["far"], [1000.0], [single], [triple],
                [("far", kva)], None)


def course(p_w, source_pu=1.0):
    """Loads (T, 3) in W, one row per minute."""
    p_w = np.atleast_2d(np.asarray(p_w, float))
    return Course(p_w, np.zeros_like(p_w), np.full(len(p_w), source_pu), np.zeros((len(p_w), 0)),
                  np.zeros(0, int))
