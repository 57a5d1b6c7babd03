"""What the check says first, for every way in which a function can be wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from shapewise.checks.diagnosing import diagnose, examine
from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.probing import wrong_outcomes
from shapewise.checks.recorded import Expected, Mistake, Recording, Row
from shapewise.checks.verdict import Shape, Stage, as_text


def _doubled(x: torch.Tensor, times: int = 2) -> torch.Tensor:
    """The right answer to the exercise of this file."""
    if times < 0:
        raise ValueError("times")
    return x * times


def _added(x: torch.Tensor, times: int = 2) -> torch.Tensor:
    return x + times


def _unrefused(x: torch.Tensor, times: int = 2) -> torch.Tensor:
    return x.clone() * times


def _row() -> torch.Tensor:
    return torch.arange(1.0, 7.0).reshape(2, 3)


_EXERCISE = Exercise(
    signature="doubled(x, times=2)",
    notebook="1_shapes",
    points=2,
    axes=("rows", "columns"),
    cases=(
        Case("times -1", lambda: (_row(), -1), edge=True),
        Case("x (2, 3)", lambda: (_row(), 2), grad_weights=lambda: torch.ones(2, 3)),
    ),
    own_memory=True,
    vectorised=(lambda: (torch.ones(2, 3), 2), lambda: (torch.ones(26, 3), 2)),
    rows_added=24,
)


def _expected(exercise: Exercise) -> Mapping[str, Expected]:
    return {
        "x (2, 3)": Expected(exercise.reads(_row() * 2), gradients={0: torch.full((2, 3), 2.0)}),
        "times -1": Expected(error="ValueError"),
    }


def _mistake(function: Any, says: str, do: str, exercise: Exercise = _EXERCISE) -> Mistake:
    row = Row.of(wrong_outcomes(exercise, _expected(exercise), function))
    return Mistake(function.__name__.strip("_"), says, do, (row,))


def _mistakes() -> tuple[Mistake, ...]:
    return (
        _mistake(_added, "Your result adds.", "Multiply."), _mistake(_unrefused, "Nothing is refused.", "Refuse."),
    )


def _examine(function: Any, exercise: Exercise = _EXERCISE, mistakes: tuple[Mistake, ...] | None = None) -> Any:
    known = _mistakes() if mistakes is None else mistakes
    return examine(exercise, Recording(_expected(exercise), known), function)


def _raises(error: BaseException) -> Callable[..., Any]:
    def doubled(x: Any, times: int = 2) -> Any:
        raise error

    return doubled


def _changes(x: Any, times: int = 2) -> Any:
    x *= times
    return x.clone()


def _loops(x: Any, times: int = 2) -> Any:
    if times < 0:
        raise ValueError
    return torch.stack([row * times for row in x])


def test_a_right_answer_passes() -> None:
    verdict = _examine(_doubled)
    assert verdict.passed
    assert verdict.state == "passed"


def test_an_answer_that_calls_one_that_is_not_started_is_told_so() -> None:
    elsewhere: dict[str, Any] = {}
    stub = "def stub(x, times):\n    raise NotImplementedError('Not started: your code goes here.')\n"
    exec(compile(stub, str(Path(__file__).with_name("another_cell.py")), "exec"), elsewhere)

    def doubled(x: Any, times: int = 2) -> Any:
        return elsewhere["stub"](x, times)

    verdict = _examine(doubled)
    assert verdict.stage is Stage.RUNS
    assert "calls another one, which is not started" in verdict.headline


def test_a_stub_is_one_however_its_line_begins() -> None:
    def doubled(x: Any, times: int = 2) -> Any:
        if times: raise NotImplementedError("later")  # noqa: E701

    assert _examine(doubled).stage is Stage.STARTED


def test_what_torch_has_not_implemented_is_an_error_like_others() -> None:
    verdict = _examine(lambda x, times=2: x.to(torch.float8_e4m3fn) + x.to(torch.float8_e4m3fn))
    assert verdict.stage is Stage.RUNS
    assert "not implemented for 'Float8_e4m3fn'" in verdict.headline


@pytest.mark.parametrize(
    ("function", "stage"),
    [
        (_raises(NotImplementedError("write me")), Stage.STARTED),
        (42, Stage.CALLABLE),
        (lambda x: x, Stage.CALLABLE),
        (lambda x, times, more: x, Stage.CALLABLE),
        (lambda x, times=2, *, more: x, Stage.CALLABLE),
        (_raises(RuntimeError("no")), Stage.RUNS),
        (_raises(SystemExit(1)), Stage.RUNS),
        (lambda x, times=2: None, Stage.TYPE),
        (lambda x, times=2: (x * times).tolist(), Stage.TYPE),
        (lambda x, times=2: (x * times).double(), Stage.DTYPE),
        (lambda x, times=2: (x * times).T, Stage.SHAPE),
        (_changes, Stage.INPUTS),
        (lambda x, times=2: x * 3, Stage.VALUES),
        (lambda x, times=2: x.mul_(3), Stage.INPUTS),
        (lambda x, times=2: x.detach() * times, Stage.GRADIENTS),
        (_loops, Stage.LOOPS),
        (lambda x, times=2: x * times, Stage.EDGES),
    ],
)
def test_the_first_stage_that_fails_is_told(function: Any, stage: Stage) -> None:
    assert _examine(function).stage is stage


@pytest.mark.parametrize("function", [lambda *arguments: 0, lambda a, b=2, c=3: 0, lambda a=1, b=2: 0])
def test_any_signature_that_can_be_called_in_the_exercises_way_is_accepted(function: Any) -> None:
    assert _examine(function).stage > Stage.CALLABLE


def test_an_optional_argument_must_stay_optional() -> None:
    assert _examine(lambda x, times: x * times).stage is Stage.CALLABLE


def test_a_view_where_a_copy_is_wanted_and_a_copy_where_a_view_is_wanted_are_told() -> None:
    flat = Exercise(
        "flat(x)", "1_shapes", 2, (Case("x", lambda: (_row(),)),), view_of="x",
    )
    expected = Recording({"x": Expected(_row().reshape(-1))})
    assert examine(flat, expected, lambda x: x.view(-1)).passed
    assert examine(flat, expected, lambda x: x.view(-1).clone()).stage is Stage.MEMORY
    own = replace(flat, view_of=None, own_memory=True)
    assert examine(own, expected, lambda x: x.view(-1)).stage is Stage.MEMORY
    assert examine(own, expected, lambda x: x.view(-1).clone()).passed


def test_a_known_mistake_is_named_whoever_wrote_it() -> None:
    verdict = _examine(lambda x, times=2: times + x)
    assert verdict.stage is Stage.VALUES
    assert (verdict.mistake, verdict.why, verdict.do) == ("added", "Your result adds.", "Multiply.")


def test_a_missing_refusal_can_be_a_known_mistake() -> None:
    verdict = _examine(lambda x, times=2: x * times)
    assert (verdict.stage, verdict.mistake) == (Stage.EDGES, "unrefused")


def test_a_loop_is_named_by_a_known_mistake_that_loops_too() -> None:
    known = (*_mistakes(), _mistake(_loops, "A loop.", "Multiply at once."))
    verdict = _examine(_loops, mistakes=known)
    assert (verdict.stage, verdict.mistake) == (Stage.LOOPS, "loops")


def test_an_answer_that_calls_the_function_it_should_rebuild_is_told_so() -> None:
    exercise = replace(_EXERCISE, rebuilds=("mul",))
    assert _examine(lambda x, times=2: x * times, exercise).stage is Stage.WRITTEN_OUT
    assert _examine(lambda x, times=2: x + x, exercise).stage > Stage.WRITTEN_OUT


def test_an_answer_without_any_torch_operation_calls_none_that_it_should_rebuild() -> None:
    def by_numpy(x: Any, times: int = 2) -> Any:
        return torch.from_numpy(x.numpy() * times)

    exercise = replace(_EXERCISE, rebuilds=("mul",), vectorised=None)
    exercise = replace(exercise, cases=tuple(replace(case, grad_weights=None) for case in exercise.cases))
    assert _examine(by_numpy, exercise).stage is Stage.EDGES


def test_another_wrong_answer_has_no_name() -> None:
    assert _examine(lambda x, times=2: x * 3).mistake is None


def _adds_and_refuses(x: Any, times: int = 2) -> Any:
    if times < 0:
        raise ValueError("a learner's own words")
    return x + times


def test_a_mistake_is_named_only_where_it_agrees_in_every_call() -> None:
    assert _examine(_adds_and_refuses).mistake is None
    known = (*_mistakes(), _mistake(_adds_and_refuses, "Adds, refuses.", "Multiply."))
    assert _examine(_adds_and_refuses, mistakes=known).mistake == "adds_and_refuses"
    assert _examine(_added, mistakes=known).mistake == "added"


def test_an_error_of_its_own_names_nothing() -> None:
    def fails_otherwise(x: Any, times: int = 2) -> Any:
        return x.view(7) + times

    known = (_mistake(_raises(RuntimeError("shape '[7]' is invalid")), "It fails.", "Mend it."),)
    assert _examine(fails_otherwise, mistakes=known).mistake is None


@pytest.mark.parametrize("words", ["times", "no", ""])
def test_a_refusal_is_recognised_in_whatever_words_it_is_raised(words: str) -> None:
    def wrong_kind(x: Any, times: int = 2) -> Any:
        if times < 0:
            raise TypeError("the recorded words")
        return x * times

    def learner(x: Any, times: int = 2) -> Any:
        if times < 0:
            raise TypeError(words)
        return x * times

    known = (_mistake(wrong_kind, "Another exception.", "Raise a ValueError."),)
    assert _examine(learner, mistakes=known).mistake == "wrong_kind"


def test_one_mistake_may_be_made_in_several_ways() -> None:
    first = _mistake(_added, "Your result adds.", "Multiply.")
    second = _mistake(_adds_and_refuses, "Your result adds.", "Multiply.")
    known = (replace(first, rows=(*first.rows, *second.rows)),)
    assert _examine(_added, mistakes=known).mistake == _examine(_adds_and_refuses, mistakes=known).mistake == "added"


def test_where_digits_are_lost_values_may_lie_within_the_noise() -> None:
    def nearly_added(x: Any, times: int = 2) -> Any:
        return x + times + 0.01

    exact = _mistake(_added, "Your result adds.", "Multiply.")
    assert _examine(nearly_added, mistakes=(exact,)).mistake is None
    assert _examine(nearly_added, mistakes=(replace(exact, noise=0.1),)).mistake == "added"


def test_shapes_are_told_side_by_side_with_the_names_of_the_axes() -> None:
    verdict = _examine(lambda x, times=2: (x * times).T)
    assert verdict.expected_shape == Shape((("rows", 2), ("columns", 3)))
    assert verdict.actual_shape == Shape((("", 3), ("", 2)))


def test_the_first_wrong_entries_are_told_with_both_values() -> None:
    def one_off(x: Any, times: int = 2) -> Any:
        y = x * times
        return torch.cat([y[:1], y[1:] + torch.tensor([0.0, 0.0, 1.0])])

    (entry,) = _examine(one_off).entries
    assert (entry.index, entry.got, entry.wanted) == ("y[1, 2]", "13", "12")


def test_entries_that_are_only_moved_are_told_with_where_they_come_from() -> None:
    turned = Exercise(
        "turned(x)", "1_shapes", 2, (Case("x", lambda: (_row(),)),), input_axes={"x": ("row", "column")}, moves="x",
    )
    expected = Recording({"x": Expected(_row().T.contiguous())})
    verdict = examine(turned, expected, lambda x: x.reshape(3, 2))
    assert "row 1, column 0" in verdict.entries[0].wanted_from
    assert "row 0, column 1" in verdict.entries[0].got_from
    assert examine(turned, expected, lambda x: x.reshape(3, 2) * 2).entries[0].got_from == ""  # 2 is an entry, too


def test_the_parts_of_a_tuple_are_called_by_their_names() -> None:
    pair = Exercise("pair(x)", "1_shapes", 2, (Case("x", lambda: (_row(),)),),
                    axes={"sums": ("row",), "means": ("row",)})
    expected = Recording({"x": Expected((_row().sum(1), _row().mean(1)))})
    verdict = examine(pair, expected, lambda x: (x.sum(1), x.mean(1) + 1))
    assert verdict.entries[0].index == "means[0]"


def test_what_a_function_prints_is_part_of_the_verdict_and_not_of_the_output(capsys: Any) -> None:
    def chatty(x: Any, times: int = 2) -> Any:
        print("hello" * 10_000)
        return x

    verdict = _examine(chatty)
    assert verdict.printed.startswith("hello")
    assert len(verdict.printed) < 5_000
    assert capsys.readouterr().out == ""


class _Odd:
    def __repr__(self) -> str:
        raise RuntimeError("no text")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("not comparable")

    __hash__ = None  # type: ignore[assignment]


def _nested() -> list[Any]:
    deep: list[Any] = []
    deep.append(deep)
    return deep


@pytest.mark.parametrize(
    "value",
    [
        _Odd(), [_Odd()], _nested(), object(), type("dict", (), {})(),
        torch.ones(2, 3).to_sparse(), torch.ones(2, 3, device="meta"),
        torch.zeros(1).expand(100_000, 100_000), "x" * 10_000_000, range(10**12), iter([]), {1: {2: 3}},
        torch.ones(2, 3, dtype=torch.complex64), torch.ones(2, 3).bool(), float("nan"), b"bytes", {1, 2}, slice(1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_a_function_returns_there_is_a_verdict(value: Any) -> None:
    verdict = _examine(lambda x, times=2: value)
    assert not verdict.passed
    assert len(as_text(verdict)) < 2_000


def test_endless_recursion_is_a_verdict() -> None:
    def doubled(x: Any, times: int = 2) -> Any:
        return doubled(x, times)

    assert _examine(doubled).stage is Stage.RUNS
    assert sys.getrecursionlimit() >= 1000


@pytest.mark.parametrize("thing", [42, None, "split_heads", torch.relu, lambda x: x, print, int])
def test_what_is_no_answer_to_an_exercise_is_told_so(thing: Any) -> None:
    assert diagnose(thing).stage is Stage.CALLABLE
