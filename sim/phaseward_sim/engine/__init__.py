"""The engine: one loop for every rung, from a scenario to a result.

    result = run(load("scenarios/x.yaml"), rung="core")            # one run
    pair = compare(load("scenarios/x.yaml"), rung="core")          # with and without boxes

Every step: the devices say what they draw, the grid is solved, the meters see it, every box runs
up to the end of the step, its outputs act, everything is recorded. Same seed, same result.
"""

from .rung import BoxRung, BoxSpec, LoadWire
from .running import RUNGS, EngineError, compare, run

__all__ = ["RUNGS", "BoxRung", "BoxSpec", "EngineError", "LoadWire", "compare", "run"]
