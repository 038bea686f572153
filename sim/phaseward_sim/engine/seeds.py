"""Random generators that depend on the scenario's seed and a name, and on nothing else.

So adding a device to a scenario does not change what the others draw.
"""

from __future__ import annotations

import zlib

import numpy as np


def generator(seed: int, *names: str) -> np.random.Generator:
    """The generator of one thing, named by a path such as ("ev", "ev03", "sessions")."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def number(name: str, below: int) -> int:
    """A number in 1..below-1 that follows from a name alone (device ids)."""
    return 1 + zlib.crc32(name.encode()) % (below - 1)
