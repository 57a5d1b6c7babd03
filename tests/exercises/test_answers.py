"""Every right and wrong answer, through the visible check and through the hidden tests of the lesson."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from shapewise.checks import catalogue
from shapewise.checks.comparing import close
from shapewise.checks.diagnosing import examine
from shapewise.checks.recorded import load
from tests.exercises.answers import Answer, answers, exercises
from tests.exercises.harness import Result, grade
from tests.exercises.lessons import lessons, printed_by
from tests.exercises.record import answers_of, path_of

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


@pytest.mark.parametrize("name", _NAMES)
def test_the_visible_check_names_at_least_half_of_the_wrong_answers(name: str) -> None:
    results = [_graded(answer) for answer in answers(name) if not answer.right]
    unnamed = [result.answer.name for result in results if not result.named]
    assert 2 * len(unnamed) <= len(results), f"not named: {unnamed}"


@pytest.mark.parametrize("name", _NAMES)
def test_the_reference_solution_passes_its_check_and_keeps_all_points(name: str) -> None:
    result = grade(Answer(name, "reference", lessons()[name].reference(), None))
    assert result.verdict.passed, result.verdict
    assert result.points == result.out_of, result.complaints


@pytest.mark.parametrize("name", _NAMES)
def test_expected_answers_are_those_of_the_reference(name: str) -> None:
    exercise = catalogue.exercise(name)
    assert exercise is not None
    stored, now = load(path_of(name)), answers_of(lessons()[name].reference(), exercise)
    fresh = list(stored) == list(now) and all(
        stored[label].error == now[label].error
        and close(stored[label].value, now[label].value)
        and close(dict(stored[label].gradients), dict(now[label].gradients))
        for label in now
    )
    assert fresh, f"{path_of(name).name} is stale; run: python -m tests.exercises.record {name}"


@pytest.mark.parametrize("name", _NAMES)
def test_every_known_mistake_is_seen_as_wrong_and_recognised(name: str) -> None:
    exercise = catalogue.exercise(name)
    assert exercise is not None
    edges = replace(exercise, cases=tuple(case for case in exercise.cases if case.edge), vectorised=None, written_out=0)
    for mistake in exercise.mistakes:
        tried = edges if mistake.edge else exercise
        assert examine(tried, load(path_of(name)), mistake.wrong).mistake is not None, mistake.name


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
