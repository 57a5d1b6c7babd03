"""One warm server for all tests of the engine, with short limits."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shapewise.grading.command.engine import Engine
from shapewise.grading.judge.process import StudentProcess
from shapewise.grading.messages.verdicts import Limits, NotebookVerdict
from tests.conftest import ROOT
from tests.grading import small_course, students
from tests.grading.forked import connected, forked_server

LIMITS = Limits(cell_seconds=3.0, notebook_seconds=25.0, memory_bytes=2**30)
HIDDEN = (str(ROOT / "submitted"),)
"""Out of sight for all courses that tests make: a run that names it takes the server of the run before."""
Grade = Callable[..., NotebookVerdict]
Start = Callable[..., StudentProcess]


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The engine, started once."""
    with Engine(LIMITS) as engine:
        engine.wait_until_ready()
        yield engine


@pytest.fixture
def grade(engine: Engine) -> Grade:
    """Grade a submission of the small course: by its answers, or a whole notebook, or raw bytes."""
    key = small_course.key()

    def graded(
        answers: dict[str, Any] | None = None, notebook: Any = None, files: dict[str, bytes] | None = None
    ) -> NotebookVerdict:
        content = small_course.submission(answers) if notebook is None else notebook
        raw = content if isinstance(content, bytes) else small_course.as_bytes(content)
        return engine.grade_notebook(key, raw, files)

    return graded


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[socket.socket]:
    """The owner's end of a warm server forked from here, whose judge is the test."""
    with forked_server(tmp_path_factory.mktemp("scratch")) as owner:
        yield owner


@pytest.fixture
def server(owner: socket.socket) -> Iterator[socket.socket]:
    """A judge's line to that server."""
    with connected(owner) as server:
        yield server


@pytest.fixture
def start(server: socket.socket) -> Iterator[Start]:
    """Start a student's process."""
    started: list[StudentProcess] = []

    def begin(limits: Limits = students.LIMITS, files: dict[str, bytes] | None = None) -> StudentProcess:
        started.append(StudentProcess(server, limits, files or {}))
        return started[-1]

    yield begin
    for process in started:
        if process.alive:
            process.end()
