"""Small networks and people for the tests of the study."""

import numpy as np

from phaseward_sim.fairness.feeders import Site
from phaseward_sim.fairness.homes import Homes
from phaseward_sim.network import Bus, Line, Network, Source, cables
from phaseward_sim.powerflow import Port, reduce

DAY = 1440


def site(length_m=400.0, homes=2, pu=1.0) -> Site:
    """Homes in a row on a 4x50 cable behind a stiff source of 230 V."""
    names = ["root", *(f"h{k}" for k in range(homes))]
    lines = [Line(f"l{k}", names[k], names[k + 1], cables.NAYY_4X50, length_m)
             for k in range(homes)]
    source = Source("grid", "root", 400.0, 1e-4, 1e-4)
    network = Network("row", [Bus(name) for name in names], lines, [source])
    ports = [Port(f"h{k}", phase) for k in range(homes) for phase in range(3)]
    model = reduce(network, ports)
    at = np.arange(3 * homes).reshape(homes, 3)
    none = np.zeros((4, model.gain.shape[1]), complex)
    return Site("row", model, at, pu * 230.0 / float(np.abs(model.v0(1.0)).mean()), none,
                np.array([100.0]), none[:3], 100.0)


def people(days=1, stays=((0, 600, 900, 5000.0),), cars=((0, 11040.0, 0b111),), homes=2,
           base_w=100.0, pumps=()) -> Homes:
    """stays: (car, arrive, depart, Wh); cars and pumps: (home, W, phase bits)."""
    def bits(rows):
        return np.array([[bool(mask >> k & 1) for k in range(3)] for *_, mask in rows],
                        bool).reshape(-1, 3)

    def column(rows, k, kind):
        return np.array([row[k] for row in rows], kind)

    steps = days * DAY
    return Homes(
        np.full((steps, homes, 3), base_w), column(cars, 0, int), column(cars, 1, float),
        bits(cars), column(stays, 0, int), column(stays, 1, int), column(stays, 2, int),
        column(stays, 3, float), column(pumps, 0, int), column(pumps, 1, float), bits(pumps),
        np.full(len(pumps), 290.0), np.full(len(pumps), 8000.0), np.ones(steps), np.ones(homes))
