"""Work goes through any ``concurrent.futures.Executor``, and every submission comes back once."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import Executor, ProcessPoolExecutor

import pytest

from shapewise.grading.command.schedule import GradedSubmission, Job, grade_all, local_executor
from tests.grading import small_course
from tests.grading.conftest import LIMITS

KEYS = {name: json.dumps(small_course.key()).encode() for name in ("one", "two")}
RIGHT = small_course.as_bytes(small_course.submission())


def class_of(students: int) -> list[Job]:
    """Everybody hands in the first notebook; every other student hands in the second."""
    return [Job(f"s{at}", {"one": RIGHT, "two": RIGHT if at % 2 else None}, KEYS, {}) for at in range(students)]


def graded_by(executor: Executor, jobs: list[Job], at_once: int) -> dict[str, GradedSubmission]:
    found = list(grade_all(jobs, executor, at_once=at_once, limits=LIMITS))
    assert len(found) == len({submission.student for submission in found})
    return {submission.student: submission for submission in found}


def scores(graded: dict[str, GradedSubmission]) -> dict[str, list[float]]:
    return {name: [graded[name].notebooks[notebook].score for notebook in ("one", "two")] for name in sorted(graded)}


@pytest.mark.parametrize("at_once", [1, 3])
def test_every_submission_comes_back_once_and_whole(at_once: int) -> None:
    with local_executor(at_once) as executor:
        graded = graded_by(executor, class_of(5), at_once)
    assert scores(graded) == {f"s{at}": [10, 10 if at % 2 else 0] for at in range(5)}


def test_workers_in_other_processes_give_the_same_verdicts() -> None:
    with local_executor(2) as executor:
        here = graded_by(executor, class_of(2), 2)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert graded_by(pool, class_of(2), 1) == here


def test_jobs_are_read_only_as_far_as_they_are_needed() -> None:
    read = []

    def jobs() -> object:
        for job in class_of(40):
            read.append(job.student)
            yield job

    with local_executor(1) as executor:
        first = next(iter(grade_all(jobs(), executor, at_once=1, limits=LIMITS)))  # type: ignore[arg-type]
    assert first.student == "s0"
    assert len(read) < 10
