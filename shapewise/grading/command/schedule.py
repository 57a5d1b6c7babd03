"""A class's submissions -> graded submissions, many at once, in whatever order they are ready.

Work goes through a ``concurrent.futures.Executor``: by default threads of this process, which do no more than wait for
the judges and students' processes that the warm server forks; or a Dask cluster's, where each worker has a server of
its own.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib import import_module
from threading import Lock
from typing import Any

from shapewise.grading.command.engine import Engine
from shapewise.grading.command.line import Line
from shapewise.grading.command.reading import shown
from shapewise.grading.command.trouble import is_the_machines
from shapewise.grading.messages.verdicts import Limits, NotebookVerdict

__all__ = ["GradedSubmission", "Job", "dask_executor", "default_jobs", "grade_all", "local_executor", "shared_engine"]


@dataclass(frozen=True)
class Job:
    """One student's submission of an assignment, as plain data: it can be graded on another machine.

    ``notebooks`` maps each notebook's name to the file's content, None where it was not submitted; ``keys`` maps the
    same names to the keys' JSON, and ``foretold`` to what the tests are known to ask (see ``Engine.grade_notebook``).
    Of the ``files`` beside them ``own`` names those that are the assignment's.
    """

    student: str
    notebooks: Mapping[str, bytes | None]
    keys: Mapping[str, bytes]
    files: Mapping[str, bytes]
    foretold: Mapping[str, bytes] = field(default_factory=dict)
    own: frozenset[str] = frozenset()


@dataclass(frozen=True)
class GradedSubmission:
    """What became of a job: a verdict per notebook; none, and the reason, where one could not be graded."""

    student: str
    notebooks: Mapping[str, NotebookVerdict]
    trouble: str = ""


@dataclass(frozen=True)
class _Settings:
    limits: Limits
    sandboxed: bool
    hidden: tuple[str, ...]


_ENGINES: dict[_Settings, Engine] = {}
_STARTING = Lock()


def grade_all(
    jobs: Iterable[Job], executor: Executor, *, at_once: int,
    limits: Limits, sandboxed: bool = True, hidden: tuple[str, ...] = (), foretells: bool = False,
) -> Iterator[GradedSubmission]:  # fmt: skip
    """Grade every job's notebooks; yield each submission when it is done.

    ``jobs`` is read as needed, so that a class of a thousand needs no more memory than a class of ten. ``foretells``
    has the verdicts note what the tests asked.
    """
    settings = _Settings(limits, sandboxed, hidden)
    waiting: dict[Future[GradedSubmission], Job] = {}
    source, more = iter(jobs), True
    try:
        while more or waiting:
            while more and len(waiting) <= at_once:  # one waits, so that no worker does
                job = next(source, None)
                more = job is not None
                if job is not None:
                    waiting[executor.submit(_grade_one, job, settings, foretells)] = job
            for task in wait(waiting, return_when=FIRST_COMPLETED).done:
                yield _result(task, waiting.pop(task).student)
    finally:
        for task in waiting:
            task.cancel()


def _result(task: Future[GradedSubmission], student: str) -> GradedSubmission:
    """What became of a submission; the reason where nothing did. Raises what is the machine's fault."""
    try:
        return task.result()
    except Exception as error:
        if is_the_machines(error):
            raise
        return GradedSubmission(student, {}, f"could not be graded: {shown(error) or type(error).__name__}")


def _grade_one(job: Job, settings: _Settings, foretells: bool) -> GradedSubmission:
    """Grade one submission, in this process's engine; runs wherever the executor has its workers."""
    engine = shared_engine(settings.limits, settings.sandboxed, settings.hidden)
    with Line(engine) as line:
        return GradedSubmission(job.student, {
            name: engine.grade_notebook(
                key, job.notebooks.get(name), job.files, own=job.own, line=line, foretold=job.foretold.get(name, b""),
                foretells=foretells,
            )
            for name, key in job.keys.items()
        })  # fmt: skip


def shared_engine(limits: Limits, sandboxed: bool, hidden: tuple[str, ...]) -> Engine:
    """This process's engine for these settings; it starts at once and ends with the process."""
    settings = _Settings(limits, sandboxed, hidden)
    with _STARTING:  # a Dask worker may ask from several threads at once
        if settings not in _ENGINES:
            _ENGINES[settings] = Engine(limits, sandboxed=sandboxed, hidden=hidden).__enter__()
            atexit.register(_ENGINES[settings].close)
        return _ENGINES[settings]


def default_jobs() -> int:
    """As many as there are processors for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def local_executor(jobs: int) -> AbstractContextManager[Executor]:
    """Threads that wait for forked judges: all the work is done in other processes."""
    return ThreadPoolExecutor(jobs, thread_name_prefix="grading")


def dask_executor(address: str) -> tuple[AbstractContextManager[Any], Executor, int]:
    """(the client to close, its executor, how many tasks it does at once) of a Dask scheduler's address."""
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise RuntimeError("--scheduler needs Dask. Install it: pip install 'shapewise[dask]'.") from None
    try:
        client = distributed.Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise RuntimeError(f"No Dask scheduler answers at {address!r}: {error}") from None
    threads = sum(client.nthreads().values())
    if not threads:
        client.close()
        raise RuntimeError(f"The Dask scheduler at {address!r} has no workers. Start some: dask worker {address}")
    return client, client.get_executor(pure=False), threads
