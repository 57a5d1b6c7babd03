"""What the judge believes of a student's process that says its answer is a view of the input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from shapewise.checks.calling import Outcome, Request, observe
from shapewise.grading.judge.claims import verified
from shapewise.grading.messages.wire import decode, encode

X = torch.arange(24.0).view(2, 3, 4)


def claimed(value: Any, *args: Any) -> tuple[int | str, ...]:
    """What is left of the claim that ``value`` shares memory with every argument."""
    outcome = Outcome(value=value, shares_memory=tuple(range(len(args))))
    return verified(decode(encode(outcome)), Request(args, {})).shares_memory


@pytest.mark.parametrize(
    "view",
    [
        lambda x: x.transpose(0, 2),
        lambda x: x[1, 1:],
        lambda x: x.view(torch.int32),
        lambda x: x.unfold(2, 2, 1),
        lambda x: x[:, None].expand(2, 5, 3, 4),
        lambda x: (x[0], x[1]),
        lambda x: x,
    ],
)
def test_a_true_view_of_a_tensor_is_believed(view: Callable[[Any], Any]) -> None:
    request = Request((X,), {})
    outcome = decode(encode(observe(view, request)))
    assert outcome.shares_memory == (0,)
    assert verified(outcome, request).shares_memory == (0,)


@pytest.mark.parametrize(
    "copy",
    [
        lambda x: x.transpose(0, 2).contiguous(),
        lambda x: torch.stack(x.split(2, dim=2)),
        lambda x: x[1, 1:].clone(),
        lambda x: x[:, 1:].clone(),
        lambda x: x * 2,
        lambda x: x.tolist(),
    ],
)
def test_a_copy_that_is_called_a_view_is_not_believed(copy: Callable[[Any], Any]) -> None:
    assert claimed(copy(X), X) == ()


@pytest.mark.parametrize("x", [X[1:], X[0, 1:, ::2], X.flatten()[5:17], X])
def test_a_view_that_was_made_with_numpy_is_believed(x: torch.Tensor) -> None:
    request = Request((x,), {})
    outcome = decode(encode(observe(lambda x: torch.from_numpy(x.numpy()[1:]), request)))
    assert outcome.shares_memory == (0,)
    assert verified(outcome, request).shares_memory == (0,)


def test_arrays_and_tensors_that_share_memory_are_believed() -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert claimed(array[:, ::-1], array) == (0,)
    assert claimed(array.T, array) == (0,)
    assert claimed(torch.from_numpy(array), array) == (0,)


def test_a_rearranged_copy_of_an_array_is_not_believed() -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert claimed(np.ascontiguousarray(array.T), array) == ()


def test_an_argument_that_is_no_memory_is_not_believed_to_be_shared() -> None:
    assert claimed(X[0], X, 3, "x") == (0,)


def test_an_input_changed_in_place_and_returned_is_believed() -> None:
    def double_(x: torch.Tensor) -> torch.Tensor:
        return x.mul_(2)

    request = Request((X,), {})
    outcome = verified(decode(encode(observe(double_, request))), request)
    assert outcome.shares_memory == outcome.changed == (0,)
