"""What a worker does: one run, from its data to its measurements as plain numbers.

Everything comes in and goes out as plain dicts, so that any Dask worker with phaseward installed
can do it. Data files (own excerpts, `.dss`) must be readable there under the same path.
Failure: comes back as {"error": text}, because one broken run must not end a study.
"""

from __future__ import annotations

import time
from pathlib import Path

from .. import engine
from ..powerflow import PowerFlowError
from ..scenario import Scenario, ScenarioError, ScenarioFile
from ..scenario.lines import Located
from .version import source_version

EXPECTED = (ScenarioError, PowerFlowError, engine.EngineError, ValueError, RuntimeError)


def work(run) -> dict:
    """{"measurements": {key: value}, "version", "wall_s"} or {"error"}."""
    began_s = time.monotonic()
    file = ScenarioFile(Scenario.model_validate(run.data), run.name, Path(run.folder),
                        Located(run.data, None))
    try:
        result = engine.run(file, rung=run.rung, control=run.control)
    except EXPECTED as err:
        return {"error": f"{type(err).__name__}: {err}"}
    return {"measurements": {m.key: float(m.value) for m in result.measurements},
            "version": source_version(), "wall_s": round(time.monotonic() - began_s, 3)}
