"""Executes the runs of a plan that are not done yet, and keeps each as soon as it is finished.

workers 0: here, one after the other. workers n: a local Dask cluster. scheduler: one elsewhere.
Failure: StudyStopped (Ctrl-C), ClusterLost, RunsFailed; what is finished is kept in all cases.
"""

from __future__ import annotations

from collections.abc import Callable

from . import cluster
from .errors import ClusterLost, RunsFailed, StudyError, StudyStopped
from .plan import Plan
from .store import Store
from .working import work

# Called with (runs done, runs in all, words about the last one).
Tell = Callable[[int, int, str], None]
SHOWN = 5


def execute(plan: Plan, store: Store, workers: int = 0, scheduler: str | None = None,
            tell: Tell | None = None, make_cluster=None) -> int:
    """Do what is missing; how many runs were done. make_cluster: see cluster.results (tests)."""
    store.make()
    todo = plan.todo(store)
    total = len({run.digest for run in plan.runs})
    keeper = _Keeper(store, plan.version, total, total - len(todo), tell)
    keeper.tell("already done" if not todo else "")
    try:
        if not todo:
            pass
        elif workers == 0 and scheduler is None:
            for run in todo:
                keeper.keep(run, work(run))
        else:
            for run, outcome in cluster.results(todo, workers, scheduler, make_cluster):
                keeper.keep(run, outcome)
    except KeyboardInterrupt:
        raise StudyStopped(f"stopped: {keeper.kept_words()}") from None
    except cluster.Gone as err:
        raise ClusterLost(f"{err}; {keeper.kept_words()}") from None
    keeper.refuse_failed()
    return len(todo)


class _Keeper:
    """Counts, keeps and tells."""

    def __init__(self, store: Store, version: str, total: int, done: int, tell: Tell | None):
        self._store, self._total, self._done, self._tell = store, total, done, tell
        self._version = version
        self._failed: list[str] = []

    def keep(self, run, outcome: dict) -> None:
        """One run has ended."""
        other = outcome.get("version")
        if other not in (None, self._version):
            raise StudyError(f"a worker runs phaseward {other}, here it is {self._version}: "
                             f"install the same there; {self.kept_words()}")
        if "error" in outcome:
            self._failed.append(f"{run.words}: {outcome['error']}")
        else:
            self._store.write(run, outcome)
            self._done += 1
        self.tell(run.words)

    def tell(self, words: str) -> None:
        """Progress, failed runs included."""
        if self._tell is not None:
            self._tell(self._done + len(self._failed), self._total, words)

    def kept_words(self) -> str:
        """What a user needs to know after a stop."""
        return (f"{self._done} of {self._total} runs are finished and kept in "
                f"{self._store.folder}; the same command goes on from there")

    def refuse_failed(self) -> None:
        """RunsFailed if any run broke off."""
        if self._failed:
            more = [f"... and {len(self._failed) - SHOWN} more"] * (len(self._failed) > SHOWN)
            raise RunsFailed("\n  ".join([f"{len(self._failed)} of {self._total} runs broke off:",
                                          *self._failed[:SHOWN], *more, self.kept_words()]))
