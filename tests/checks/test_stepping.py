"""A loop in Python is seen, whatever it loops over; work on whole tensors or arrays is not taken for one."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from shapewise import call
from shapewise.checks.stepping import counted_steps


def _over_lists(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.tensor([[math.dist(x, y) ** 2 for y in b.tolist()] for x in a.tolist()])


def _by_a_function_for_each_row(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(np.apply_along_axis(lambda row: ((row - b.numpy()) ** 2).sum(1), 1, a.numpy()))


def _mapped(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    def distances(x: list[float]) -> list[float]:
        return [math.dist(x, y) ** 2 for y in b.tolist()]

    return torch.tensor(list(map(distances, a.tolist())))


def _two_rows_at_a_time(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.cat([torch.cdist(a[at : at + 2], b) for at in range(0, len(a), 2)])


def _broadcast(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return ((a[:, None] - b) ** 2).sum(-1)


def _in_numpy(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(((a.numpy()[:, None] - b.numpy()) ** 2).sum(-1))


def _loops_over_features(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return sum((x[:, None] - y) ** 2 for x, y in zip(a.T, b.T, strict=True))  # type: ignore[return-value]


def _branches(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    if len(a) > 10:
        a = a.contiguous()
        b = b.contiguous()
    return torch.cdist(a, b)


def _repeats(function: Callable[..., Any]) -> bool:
    few = call(function, torch.rand(3, 2), torch.rand(4, 2), count_operations=True)
    many = call(function, torch.rand(30, 2), torch.rand(31, 2), count_operations=True)
    assert few.error is None is many.error
    return many.repeats(few, added=27)


@pytest.mark.parametrize("function", [_over_lists, _by_a_function_for_each_row, _mapped, _two_rows_at_a_time])
def test_a_loop_over_rows_is_seen(function: Callable[..., Any]) -> None:
    assert _repeats(function)


@pytest.mark.parametrize("function", [_broadcast, _in_numpy, _loops_over_features, _branches, torch.cdist])
def test_what_does_not_grow_with_the_rows_is_no_loop(function: Callable[..., Any]) -> None:
    assert not _repeats(function)


@pytest.mark.parametrize("wrap", [partial, torch.no_grad(), lambda f: torch.compile(f, backend="eager")])
def test_a_wrapped_function_is_counted_as_itself(wrap: Callable[..., Any]) -> None:
    assert not _repeats(wrap(_broadcast))
    assert _repeats(wrap(_two_rows_at_a_time))


def test_steps_are_counted_only_where_operations_are() -> None:
    assert call(_broadcast, torch.ones(2, 2), torch.ones(2, 2)).steps is None


def test_the_number_of_steps_does_not_depend_on_how_the_package_is_installed() -> None:
    # Frames of shapewise are left out as those of installed packages are: nothing is left of a function without Python.
    assert call(torch.cdist, torch.ones(2, 2), torch.ones(2, 2), count_operations=True).steps == 0


def test_an_endless_number_of_steps_is_not_counted_to_its_end() -> None:
    with counted_steps() as steps:
        for _ in (number for number in range(1_000_000)):
            pass
    assert steps.count == 1_000_000


def test_a_tracing_debugger_is_there_again_afterwards() -> None:
    def tracer(*_: Any) -> None:
        return None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        with counted_steps():
            pass
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)
