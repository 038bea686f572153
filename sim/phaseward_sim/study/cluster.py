"""Runs on a Dask cluster, local or elsewhere: `results(runs, workers, scheduler)` yields them.

Needs `distributed` (extra `study`). Results come back as they finish. A scheduler that goes away,
or that has no worker left for a while, ends in Gone. A worker that dies is Dask's to replace.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..importers.errors import missing_extra
from .working import work

CONNECT_S = 15
LONELY_S = 60.0  # without any worker; with a cluster that is being made there are none at first
AHEAD = 4  # runs handed to the scheduler per worker: enough to keep all busy


class Gone(Exception):
    """The cluster is not there (any more)."""


def results(runs: list, workers: int, scheduler: str | None = None,
            make_cluster=None) -> Iterator[tuple]:
    """(run, outcome) in the order they finish. make_cluster: instead of a local one."""
    with _client(workers, scheduler, make_cluster) as client:
        yield from _Crowd(client, runs).results()


def _distributed():
    try:
        import distributed
    except ImportError:
        raise missing_extra("a study with workers or a scheduler (not `--workers 0`)",
                            "distributed", "study") from None
    return distributed


@contextmanager
def _client(workers, scheduler, make_cluster):
    distributed = _distributed()
    local = None
    try:
        if scheduler is None:
            local = make_cluster() if make_cluster else distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None,
                silence_logs=logging.CRITICAL)
        client = distributed.Client(local or scheduler, timeout=CONNECT_S, set_as_default=False)
    except OSError as err:
        _close(local)
        raise Gone(f"no Dask scheduler at {scheduler}: {err}") from None
    except BaseException:
        _close(local)
        raise
    _hush()
    try:
        yield client
    finally:
        _close(client)
        _close(local)


def _hush() -> None:
    """Dask's own loggers print tracebacks when a cluster ends; the study says it in one line."""
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _close(thing) -> None:
    """Whatever state it is in: the study's end must not hang on it."""
    if thing is not None:
        try:
            thing.close(timeout=5)
        except Exception:  # noqa: BLE001, S110
            logging.getLogger(__name__).debug("closing %s failed", thing, exc_info=True)


class _Crowd:
    """Runs at work on a cluster."""

    def __init__(self, client, runs: list):
        self._client, self._waiting = client, list(runs)[::-1]
        self._ended: queue.Queue = queue.Queue()
        self._working: dict = {}
        self._seen_s = time.monotonic()

    def results(self) -> Iterator[tuple]:
        """Until all have ended."""
        while self._waiting or self._working:
            self._hand_out()
            try:
                future = self._ended.get(timeout=0.5)
            except queue.Empty:
                self._check()
                continue
            yield self._working.pop(future.key)[0], self._outcome(future)

    def _hand_out(self) -> None:
        limit = AHEAD * max(1, len(self._workers()))
        while self._waiting and len(self._working) < limit:
            run = self._waiting.pop()
            try:
                future = self._client.submit(work, run, pure=False, key=f"run-{run.digest}")
            except Exception as err:
                raise Gone(f"the Dask cluster went away ({err})") from None
            self._working[future.key] = run, future
            future.add_done_callback(self._ended.put)

    def _outcome(self, future) -> dict:
        if future.status == "finished":
            return future.result(timeout=CONNECT_S)
        if future.status in ("cancelled", "lost"):
            raise Gone("the Dask cluster went away in the middle of the study")
        error = future.exception(timeout=CONNECT_S)
        return {"error": f"{type(error).__name__}: {error}"}

    def _workers(self) -> dict:
        try:
            return self._client.scheduler_info(n_workers=-1)["workers"]
        except TypeError:  # before 2025 it has no such argument, and lists all
            return self._client.scheduler_info()["workers"]
        except Exception:
            return {}

    def _check(self) -> None:
        """Gone if the scheduler is, or no worker has been there for a while."""
        if self._client.status in ("closed", "closing"):
            raise Gone("the Dask cluster went away in the middle of the study")
        if self._client.status == "running" and self._workers():
            self._seen_s = time.monotonic()
        elif time.monotonic() - self._seen_s > LONELY_S:
            raise Gone(f"the Dask scheduler has had no worker for {LONELY_S:g} s, or does not "
                       "answer")
