"""Networks from outside: SimBench, pandapower, OpenDSS (libraries of the extra `grids`).

`load(words)` says what a network becomes; what cannot be taken over is in `missing`, by name and
reason. Nothing here knows scenarios: `engine.imported_site` puts the two together.
"""

from .errors import ImportFailed, MissingExtraError
from .imported import Imported, Missing, Recorded, in_words, refuse_blocking
from .source import load, short_name

__all__ = ["ImportFailed", "Imported", "Missing", "MissingExtraError", "Recorded",
           "in_words", "load", "refuse_blocking", "short_name"]
