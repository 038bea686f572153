"""Scenarios: the schema, the loader, the reference page made from the schema.

`load(path) -> ScenarioFile`; `Scenario` is the root model of schema version 1. Everything that is
wrong with a file is a `ScenarioError` that names file, line and key.
"""

from .base import ScenarioError
from .load import ScenarioFile, load, loads
from .schema import VERSION, Scenario

__all__ = ["VERSION", "Scenario", "ScenarioError", "ScenarioFile", "load", "loads"]
