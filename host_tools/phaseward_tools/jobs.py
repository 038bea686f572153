"""Runs of scenarios, side by side in processes of their own.

A run that fails stops the others; its error comes back as a JobError with its message and exit
code. However the work ends, every process is ended, with the boxes it started.
"""

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from phaseward_sim.results import Result
from phaseward_tools.exits import Exit, JobError, code_of, message_of, show_traceback

_END_S = 10


@dataclass(frozen=True)
class Job:
    """One run of one scenario file."""

    path: Path
    rung: str
    control: bool

    @property
    def words(self) -> str:
        return f"{self.path.stem}, {'with' if self.control else 'without'} control"


# Called with the job's number and the share done, 0..1.
Tell = Callable[[int, float], None]


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_job(job: Job, progress: Callable[[float], None], watch=None) -> Result:
    """Run it here and now; `watch` sees each step (engine.run)."""
    from phaseward_sim import engine, scenario

    return engine.run(scenario.load(job.path), rung=job.rung, control=job.control,
                      progress=progress, watch=watch)


def run_jobs(jobs: list[Job], tell: Tell, workers: int | None = None) -> list[Result]:
    """Results in the order of the jobs; at most `workers` at a time (default: processors)."""
    workers = min(len(jobs), workers or processors())
    if workers == 1:
        return [_run_told(i, job, tell) for i, job in enumerate(jobs)]
    return _Pool(jobs, tell).run(workers)


def _run_told(i: int, job: Job, tell: Tell) -> Result:
    result = run_job(job, lambda share: tell(i, share))
    tell(i, 1.0)
    return result


def _work(job: Job, link: Connection) -> None:
    """The body of a worker process; its stop signal becomes an exception that ends the boxes.

    Not while it still imports: there Python may swallow an exception, and there are no boxes.
    """
    importlib.import_module("phaseward_sim.engine.running")
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        _answer(job, link)
        # At once, so that a late stop signal finds no Python code to interrupt.
        os._exit(Exit.DONE)
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(Exit.STOPPED)


def _answer(job: Job, link: Connection) -> None:
    """Send ("share", x) again and again, then ("result", result) or ("error", ...)."""
    try:
        link.send(("result", run_job(job, lambda share: link.send(("share", share)))))
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:
        show_traceback(error)
        link.send(("error", (message_of(error), code_of(error))))


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Hold Ctrl-C back until the end of the block; processes started in it never get it.

    The mask is what they inherit; the handler is for a signal that reaches another thread here.
    """
    heard: list[int] = []
    own_thread = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda *_: heard.append(1)) if own_thread else None
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if own_thread:
            signal.signal(signal.SIGINT, handler)
    if heard:
        raise KeyboardInterrupt


class _Pool:
    """Processes at work and what they send."""

    def __init__(self, jobs: list[Job], tell: Tell) -> None:
        self._jobs, self._tell = jobs, tell
        self._results: list[Result | None] = [None] * len(jobs)
        self._waiting = list(range(len(jobs)))[::-1]
        self._links: dict[Connection, int] = {}
        self._processes: dict[int, multiprocessing.Process] = {}

    def run(self, workers: int) -> list[Result]:
        try:
            while self._waiting or self._links:
                while self._waiting and len(self._links) < workers:
                    self._start(self._waiting.pop())
                for link in wait(list(self._links)):
                    self._receive(link)
            return self._results
        finally:
            self._end_all()

    def _start(self, i: int) -> None:
        # A fresh interpreter: a fork would copy the progress display's thread half. Ctrl-C
        # reaches the whole terminal; workers and their boxes leave it to this process.
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(self._jobs[i], there))
        with _without_ctrl_c():
            process.start()
            there.close()
            self._links[here], self._processes[i] = i, process

    def _receive(self, link: Connection) -> None:
        i = self._links[link]
        try:
            kind, content = link.recv()
        except EOFError:
            self._processes[i].join()
            raise JobError(f"{self._jobs[i].words}: its process ended "
                           f"(code {self._processes[i].exitcode})", Exit.RUN_FAILED) from None
        if kind == "share":
            self._tell(i, content)
            return
        if kind == "error":
            raise JobError(*content)
        self._results[i] = content
        self._tell(i, 1.0)
        del self._links[link]
        link.close()

    def _end_all(self) -> None:
        """Stop what still runs, so that it ends its boxes; kill what does not listen."""
        for i in self._links.values():
            self._processes[i].terminate()
        for process in self._processes.values():
            _end(process)


def _end(process: multiprocessing.Process) -> None:
    """Wait for a process that was told to stop; tell it again, in the end kill it."""
    for _ in range(_END_S):
        process.join(1.0)
        if not process.is_alive():
            return
        process.terminate()
    process.kill()
    process.join()
