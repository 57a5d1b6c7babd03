"""Which exercise a check is asked for, and what is said where there is none."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import torch

from shapewise.checks import progress_panel
from shapewise.checks.asking import asked
from shapewise.checks.checking import NotPassedError, check
from shapewise.checks.verdict import Stage


def _three(t: Any) -> int:
    return 3


class _Module(torch.nn.Module):
    def forward(self, t: Any) -> int:
        return 3


class _Called:
    def __call__(self, t: Any) -> int:
        return 3


_ANY_CALLABLE = [_three, lambda t: 3, partial(_three), _Module(), _Called(), torch.compile(_three, backend="eager")]


@pytest.fixture(autouse=True)
def fresh_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session in which no check has run."""
    monkeypatch.setattr(progress_panel, "_results", None)
    monkeypatch.setattr(progress_panel, "_panels", {})


@pytest.mark.parametrize("answer", _ANY_CALLABLE, ids=lambda answer: type(answer).__name__)
def test_any_callable_is_the_answer_to_the_exercise_of_its_name_in_the_notebook(answer: Any) -> None:
    for thing in (answer, "describe"):
        question = asked(thing, {"describe": answer, "another": 5})
        assert (question.name, question.answer, question.problem) == ("describe", answer, None)


def test_a_function_that_carries_the_name_of_an_exercise_is_an_answer_to_it_under_any_name() -> None:
    def describe(t: Any) -> int:
        return 3

    assert asked(describe, {"mine": describe}).name == "describe"


def test_before_the_function_s_cell_has_run_the_exercise_is_not_started() -> None:
    problem = asked("describe", {}).problem
    assert problem is not None
    assert problem.stage is Stage.STARTED


@pytest.mark.parametrize("given", ["describ", "descibe", "describe_", "Describe"])
def test_a_name_much_like_the_one_asked_for_is_asked_about(given: str) -> None:
    missing = asked("describe", {given: _three}).problem
    passed = asked(_three, {given: _three}).problem
    assert missing is not None
    assert passed is not None
    for problem in (missing, passed):
        assert not problem.started or problem.stage is Stage.CALLABLE
        assert "`describe`?" in problem.headline


def test_a_function_with_another_name_and_the_exercise_s_arguments_is_asked_about() -> None:
    def pooled(x: Any, lengths: Any) -> Any:
        return x

    problem = asked(pooled, {"pooled": pooled}).problem
    assert problem is not None
    assert "`last_valid`?" in problem.headline


@pytest.mark.parametrize("thing", [42, None, [], torch.relu, print, "nonsense"])
def test_what_is_no_answer_to_anything_is_told_so(thing: Any) -> None:
    problem = asked(thing, {"thing": thing}).problem
    assert problem is not None
    assert problem.stage is Stage.CALLABLE


def test_a_check_of_nothing_asks_which_exercise(capsys: pytest.CaptureFixture[str]) -> None:
    check()
    assert "Which exercise?" in capsys.readouterr().out


def test_check_looks_into_the_notebook_that_calls_it(capsys: pytest.CaptureFixture[str]) -> None:
    exec('check("describe")', {"check": check})
    assert "describe: not started" in capsys.readouterr().out
    exec('describe = lambda t: 3\ncheck("describe")', {"check": check})
    assert "describe: not yet" in capsys.readouterr().out


@pytest.mark.parametrize("cell", ['check("describe")', 'describe = lambda t: 3\ncheck("describe")', "check(42)"])
def test_under_validation_an_answer_that_does_not_pass_is_an_error_of_one_sentence(
    cell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(NotPassedError) as raised:
        exec(cell, {"check": check})
    shown = raised.value._render_traceback_()
    assert " ".join(shown) == str(raised.value)
    assert all(len(line) <= 83 for line in shown)  # nbgrader cuts what is longer


@pytest.mark.parametrize("value", ["", "autograde"])
def test_where_nbgrader_grades_a_check_raises_nothing(
    value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", value)
    exec('check("describe")', {"check": check})
