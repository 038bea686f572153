"""Studies: one base scenario, varied; many runs, kept one by one; variants compared by seed.

    study = load("studies/x.yaml")                  # StudyError: file:line: key: what was expected
    plan = make_plan(study)                         # every run with the hash of what decides it
    execute(plan, Store(out), workers=2)            # only runs that are not there yet
    write_outcome(plan, store)                      # runs.csv (and Parquet), report.md and .html
"""

from .errors import ClusterLost, RunsFailed, StudyError, StudyStopped
from .executing import execute
from .load import load
from .outcome import write_outcome
from .plan import Plan, make_plan
from .store import Store

__all__ = ["ClusterLost", "Plan", "RunsFailed", "Store", "StudyError", "StudyStopped", "execute",
           "load", "make_plan", "write_outcome"]
