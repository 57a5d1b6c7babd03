"""What numerical difference is allowed: float32 on the way, with room to spare; no known wrong answer."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
import torch

from shapewise.checks import catalogue, diagnose, tolerance
from shapewise.checks.tolerance import DIGITS, Tolerance, allowed
from tests.exercises.answers import answers, exercises
from tests.exercises.lessons import lessons, run_hidden

_COMPUTE = (
    "pairwise_sqdist", "linear", "add_positions", "dot_product_weights", "apply_weights", "stable_softmax",
    "layer_norm", "attention", "multi_head_attention", "block", "masked_mean", "silu", "word_scores",
)
"""The exercises that make new floating numbers; the others move what is there."""


def _cast(value: Any, to: torch.dtype) -> Any:
    if isinstance(value, tuple):
        return tuple(_cast(part, to) for part in value)
    return value.to(to) if isinstance(value, torch.Tensor) and value.is_floating_point() else value


def _on_the_way(function: Callable[..., Any], dtype: torch.dtype) -> Callable[..., Any]:
    """The function, with all of its floating arguments in another dtype and its result back in theirs."""

    @functools.wraps(function)
    def detour(*args: Any) -> Any:
        (own, *_) = [value.dtype for value in args if isinstance(value, torch.Tensor) and value.is_floating_point()]
        return _cast(function(*(_cast(value, dtype) for value in args)), own)

    return detour


def _keeps_all(name: str, function: Callable[..., Any]) -> bool:
    return all(run_hidden(cell, name, function) is None for cell in lessons()[name].tests)


def _scale(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    def scaled(given: Tolerance) -> Tolerance:
        return given._replace(rtol=factor * given.rtol, atol=factor * given.atol)

    monkeypatch.setattr(tolerance, "_FLOAT32", scaled(allowed(torch.float32)))
    for name, given in list(DIGITS.items()):
        monkeypatch.setitem(DIGITS, name, scaled(given))


@pytest.mark.parametrize("name", _COMPUTE)
def test_float32_on_the_way_keeps_all_points_and_passes_the_check(name: str) -> None:
    function = _on_the_way(lessons()[name].reference(), torch.float32)
    assert diagnose(function, name).passed
    assert _keeps_all(name, function)


@pytest.mark.parametrize("name", _COMPUTE)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_on_the_way_loses_points_and_the_check_says_so(name: str, dtype: torch.dtype) -> None:
    function = _on_the_way(lessons()[name].reference(), dtype)
    assert not diagnose(function, name).passed
    assert not _keeps_all(name, function)


@pytest.mark.parametrize("name", exercises())
def test_a_right_answer_needs_no_more_than_half_of_what_is_allowed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _scale(monkeypatch, 0.5)
    assert [answer.name for answer in answers(name) if answer.right and not _keeps_all(name, answer.named())] == []


@pytest.mark.parametrize("name", exercises())
def test_a_wrong_answer_is_off_by_more_than_ten_times_what_is_allowed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # But for a 1e-6 in the sum of a softmax: float32 sees it by a few of its last digits, and so do the tests.
    known = {"epsilon_in_the_sum"} if name == "stable_softmax" else set()
    _scale(monkeypatch, 10.0)
    kept = {answer.name for answer in answers(name) if not answer.right and _keeps_all(name, answer.named())}
    assert kept == known


@pytest.mark.parametrize("name", DIGITS)
def test_where_digits_are_the_point_the_text_says_so_and_the_check_shows_it(name: str) -> None:
    exercise = catalogue.exercise(name)
    assert exercise is not None
    assert "digits count" in " ".join(lessons()[name].told.lower().split())
    assert any(case.digits for case in exercise.cases)
    assert any(f'digits="{name}"' in cell.hidden for cell in lessons()[name].tests)


def test_every_tolerance_gives_its_reason() -> None:
    given = [allowed(dtype) for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16)]
    assert all(len(one.reason) > 20 for one in (*given, *DIGITS.values()))
