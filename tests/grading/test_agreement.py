"""The engine and the hidden tests agree: what passes where test and answer share a process, passes in the sandbox."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

import pytest

from shapewise.course.nbgrader import nbgrader_config
from shapewise.grading.command.assigned import key_bytes
from shapewise.grading.command.engine import Engine
from shapewise.grading.command.mistakes import mistakes_in
from shapewise.grading.messages.verdicts import Limits, NotebookVerdict
from tests.conftest import ROOT
from tests.exercises.answers import Answer, answers
from tests.exercises.lessons import lessons, run_cell
from tests.sample_class.answers import mistaken

SOURCES = {path.stem: path for path in sorted((ROOT / "source").glob("*/*.ipynb"))}


def handed_in(key: bytes, given: list[Answer]) -> bytes:
    """The student's notebook with these answers in it."""
    notebook = json.loads(key)
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        for answer in given:
            if marks.get("solution") and marks["grade_id"] == answer.exercise:
                cell["source"] = mistaken(answer.exercise, answer.name)
    return json.dumps(notebook).encode()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One with the usual limits, for all notebooks."""
    with Engine(Limits()) as engine:
        yield engine


def failed(answer: Answer) -> set[str]:
    """The test cells that an answer fails in this process."""
    function = answer.named()
    cells = lessons()[answer.exercise].tests
    return {cell.grade_id for cell in cells if run_cell(cell, answer.exercise, function) is not None}


def report_of(graded: NotebookVerdict, given: list[Answer]) -> dict[str, str | None]:
    """What the class report says of these answers, as data: the named mistake behind each, None where it knows none."""
    told = {one.exercise: one for one in mistakes_in(json.loads(graded.notebook), "ada", "a notebook")}
    unknown = {answer.exercise for answer in given} - told.keys()
    return {name: one.name if one.known else None for name, one in told.items()} | dict.fromkeys(unknown)


@pytest.mark.parametrize("name", SOURCES)
def test_every_known_answer_passes_the_same_tests_in_the_sandbox_and_is_reported_by_its_label(
    engine: Engine, name: str
) -> None:
    """A notebook at a time: the first answer to each of its exercises, then the second, and so on.

    Each set of answers is a student of the class; what the report names must be what the answers' own labels say.
    """
    counted: Counter[tuple[str, str]] = Counter()
    labelled: Counter[tuple[str, str]] = Counter()
    key = key_bytes(SOURCES[name], nbgrader_config(ROOT))
    exercises = [exercise for exercise, lesson in lessons().items() if lesson.notebook == name]
    assert exercises
    for chosen in zip_longest(*(answers(exercise) for exercise in exercises)):
        given = [answer for answer in chosen if answer is not None]
        graded = engine.grade_notebook(key, handed_in(key, given))
        reported = report_of(graded, given)
        counted.update((exercise, mistake) for exercise, mistake in reported.items() if mistake)
        labelled.update((answer.exercise, answer.words.name) for answer in given if answer.words)
        for answer in given:
            assert reported[answer.exercise] == (answer.words.name if answer.words else None), answer.name
            tests = [graded.tests[test.grade_id] for test in lessons()[answer.exercise].tests]
            lost = {test.grade_id for test in tests if test.score != test.points}
            assert lost == failed(answer), f"{answer.exercise}: {answer.name}"
    assert counted == labelled
