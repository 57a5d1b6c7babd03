"""Every right and wrong answer, through the visible check and through the hidden tests of the lesson."""

from __future__ import annotations

from functools import cache

import pytest

from shapewise.checks import catalogue
from shapewise.checks.comparing import close
from shapewise.checks.probing import Probe, attempt
from shapewise.checks.recognising import recognised
from shapewise.checks.recorded import load
from tests.exercises.answers import Answer, answers, exercises
from tests.exercises.harness import Result, grade
from tests.exercises.lessons import lessons, printed_by
from tests.exercises.record import path_of, record_of

_NAMES = exercises()
_ANSWERS = [answer for name in _NAMES for answer in answers(name)]
_RIGHT = [answer for answer in _ANSWERS if answer.right]
_WRONG = [answer for answer in _ANSWERS if not answer.right]


def _name(answer: Answer) -> str:
    return f"{answer.exercise}-{answer.name}"


@cache
def _graded(answer: Answer) -> Result:
    return grade(answer)


@pytest.mark.parametrize("answer", _RIGHT, ids=_name)
def test_a_right_answer_keeps_all_points(answer: Answer) -> None:
    result = _graded(answer)
    assert result.points == result.out_of > 0, result.complaints


@pytest.mark.parametrize("answer", _RIGHT, ids=_name)
def test_a_right_answer_passes_the_visible_check(answer: Answer) -> None:
    verdict = _graded(answer).verdict
    assert verdict.passed, verdict


@pytest.mark.parametrize("answer", _WRONG, ids=_name)
def test_a_wrong_answer_loses_points(answer: Answer) -> None:
    result = _graded(answer)
    assert result.points < result.out_of, answer.reason


@pytest.mark.parametrize("answer", _WRONG, ids=_name)
def test_a_wrong_answer_fails_an_assertion_and_never_crashes_a_hidden_test(answer: Answer) -> None:
    assert all("AssertionError: " in complaint for complaint in _graded(answer).complaints)


@pytest.mark.parametrize("name", _NAMES)
def test_an_exercise_has_at_least_eight_wrong_answers_with_a_reason_and_three_right_ones(name: str) -> None:
    found = answers(name)
    assert sum(answer.right for answer in found) >= 3
    assert sum(bool(answer.reason) for answer in found) >= 8


@pytest.mark.parametrize("answer", _WRONG, ids=_name)
def test_a_wrong_answer_is_refused_by_the_visible_check_already(answer: Answer) -> None:
    assert not _graded(answer).green_but_loses


@pytest.mark.parametrize("answer", _ANSWERS, ids=_name)
def test_no_mistake_is_named_that_was_not_made(answer: Answer) -> None:
    result = _graded(answer)
    assert not result.wrongly_named, result.verdict


def test_the_visible_check_names_85_percent_of_the_wrong_answers() -> None:
    unnamed = [_name(answer) for answer in _WRONG if not _graded(answer).named]
    assert len(unnamed) <= 0.15 * len(_WRONG), f"not named: {unnamed}"


@pytest.mark.parametrize("name", _NAMES)
def test_the_reference_solution_passes_its_check_and_keeps_all_points(name: str) -> None:
    result = grade(Answer(name, "reference", lessons()[name].reference(), None))
    assert result.verdict.passed, result.verdict
    assert result.points == result.out_of, result.complaints


@pytest.mark.parametrize("name", _NAMES)
def test_the_recording_is_that_of_the_reference_and_of_the_known_mistakes(name: str) -> None:
    stored, now = load(path_of(name)), record_of(name)
    fresh = list(stored.expected) == list(now.expected) and all(
        stored.expected[label].error == answer.error
        and close(stored.expected[label].value, answer.value)
        and close(dict(stored.expected[label].gradients), dict(answer.gradients))
        for label, answer in now.expected.items()
    )
    known = [(m.name, m.says, m.do, m.noise, [list(row.raw) for row in m.rows]) for m in stored.mistakes]
    fresh = fresh and known == [(m.name, m.says, m.do, m.noise, [list(r.raw) for r in m.rows]) for m in now.mistakes]
    assert fresh, f"{path_of(name).name} is stale; run: python -m tests.exercises.record {name}"


def test_a_mistake_is_named_by_what_it_does_and_not_by_whether_it_fails_there() -> None:
    # A right answer that is said to have failed is no known mistake: it is right wherever they are wrong.
    exercise, recording = catalogue.exercise("split_heads"), catalogue.recorded("split_heads")
    assert exercise is not None
    reference = lessons()["split_heads"].reference()
    case = exercise.cases[0]
    tried = attempt(exercise, recording.expected, Probe(case.label, case), reference)
    assert recognised(exercise, recording, reference, tried) is None


@pytest.mark.parametrize("name", _NAMES)
def test_the_spec_knows_the_notebook_and_the_points_of_the_lesson(name: str) -> None:
    exercise, lesson = catalogue.exercise(name), lessons()[name]
    assert exercise is not None
    assert exercise.notebook == lesson.notebook
    assert exercise.points == sum(cell.points for cell in lesson.tests)
    assert 2 <= exercise.points <= 5


@pytest.mark.parametrize("name", _NAMES)
def test_the_hidden_tests_print_nothing(name: str) -> None:
    lesson = lessons()[name]
    assert [printed_by(cell, name, lesson.reference()) for cell in lesson.tests] == [""] * len(lesson.tests)
