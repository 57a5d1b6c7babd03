"""What the judge believes of a student's process that says its answer is a view of the input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from shapewise.checks.calling import observe
from shapewise.checks.outcomes import Outcome, Request
from shapewise.grading.judge.claims import verified
from shapewise.grading.messages.wire import MAX_STORAGE, decode, encode

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


def test_what_is_said_of_an_input_too_large_to_travel_whole_is_believed() -> None:
    value = torch.ones(2)
    assert claimed(value, torch.zeros(MAX_STORAGE // 4)) == ()
    assert claimed(value, torch.zeros(MAX_STORAGE // 4 + 1)) == (0,)


@pytest.mark.parametrize("shape", [(5,), (2, 3), (5, 1)])
def test_a_value_that_reaches_beyond_the_input_is_not_believed_and_leaves_the_input_as_it_is(
    shape: tuple[int, ...],
) -> None:
    x = torch.zeros(4)
    assert claimed(torch.zeros(shape), x) == ()
    assert x.untyped_storage().nbytes() == 16


def test_a_value_that_reaches_to_the_last_entry_of_the_input_is_believed() -> None:
    x = torch.arange(6.0)
    for value in (x, x[5:], x.view(2, 3), x[1::2], x.view(2, 3)[:, 2]):
        assert claimed(value, x) == (0,)


def test_an_empty_value_is_believed_whatever_it_is() -> None:
    x = torch.zeros(4)
    for empty in (x[:0], torch.zeros(0), torch.zeros(9)[9:], np.zeros(0, np.float32)):
        assert claimed(empty, x) == (0,)
    assert claimed(torch.zeros(0), np.ones(2)) == (0,)


def test_a_changed_input_is_believed_to_be_what_came_back_where_their_storages_are_of_one_size() -> None:
    def kept(value: Any, argument: Any) -> tuple[int | str, ...]:
        outcome = Outcome(value=value, changed=(0,), shares_memory=(0,))
        return verified(outcome, Request((argument,), {})).shares_memory

    assert kept(torch.ones(4), torch.zeros(4)) == (0,)
    assert kept(torch.ones(3), torch.zeros(4)) == ()
    assert kept(np.ones(3), np.zeros(4)) == (0,)


def test_arguments_are_known_by_place_and_by_name_and_others_are_forgotten() -> None:
    outcome = Outcome(value=X[0], shares_memory=(0, "x", 7, "z", 0))
    request = Request((X.clone(),), {"x": X.clone()})
    assert verified(outcome, request).shares_memory == (0, "x")


def test_values_in_lists_and_dicts_are_looked_at_one_by_one() -> None:
    values: list[Any] = [{"a": 1, "b": X[0]}, [1, (X[1],)], ([], {"c": [X]})]
    for value in values:
        assert claimed(value, X) == (0,)
    assert claimed({"a": 1, "b": [X[0] + 1]}, X) == ()


def test_a_conjugate_or_negative_view_is_compared_by_its_numbers() -> None:
    z = torch.complex(torch.arange(4.0), torch.ones(4))
    assert claimed(z.conj().resolve_conj(), z) == ()
    assert claimed(z[1:], z) == (0,)


def test_bytes_of_an_array_are_found_in_those_of_a_tensor_from_its_first_to_its_last_entry() -> None:
    x = torch.arange(1.0, 25.0).view(4, 6)[1:3, 1:5]
    inside, whole = x.flatten()[:1].numpy(), x.untyped_storage()
    assert claimed(inside, x) == (0,)
    assert claimed(np.array([13, 14, 15, 16, 17], np.float32), x) == (0,)  # the last row ends with 17
    assert claimed(np.array([8, 9, 10, 11, 12, 13], np.float32), x) == (0,)
    assert claimed(np.array([17, 18], np.float32), x) == ()
    assert claimed(np.array([7, 8], np.float32), x) == ()
    assert whole.nbytes() == 24 * 4


def test_a_tensor_that_is_found_in_an_array_lies_there_without_a_gap() -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)[:, 1:3]
    assert claimed(torch.tensor([5.0, 6.0, 7.0]), array) == (0,)
    assert claimed(torch.tensor([10.0, 11.0]), array) == ()
    assert claimed(torch.tensor([0.0, 1.0]), array) == ()
    assert claimed(torch.tensor([1.0, 5.0]), array) == ()
