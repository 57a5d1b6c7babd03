"""apply_weights: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _weights_transposed(weights: Any, values: Any) -> Any:
    return weights.T @ values


def _values_first(weights: Any, values: Any) -> Any:
    return values @ weights


def _values_transposed(weights: Any, values: Any) -> Any:
    return weights @ values.T


def _entry_by_entry(weights: Any, values: Any) -> Any:
    return weights * values


def _softmax_again(weights: Any, values: Any) -> Any:
    rows = [(row[:, None] * values).sum(dim=0) for row in torch.softmax(weights, dim=-1)]
    return torch.stack(rows)


def _most_wanted_only(weights: Any, values: Any) -> Any:
    return torch.stack([values[int(row.argmax())] for row in weights])


def _plain_mean(weights: Any, values: Any) -> Any:
    return values.mean(dim=0).expand(len(weights), -1)


def _divided_by_keys(weights: Any, values: Any) -> Any:
    return torch.stack([(row[:, None] * values).mean(dim=0) for row in weights])


def _not_summed(weights: Any, values: Any) -> Any:
    return torch.stack([row[:, None] * values for row in weights])


EXERCISE = Exercise(
    signature="apply_weights(weights, values)",
    notebook="5_attention",
    points=2,
    axes=("query", "feature"),
    result="output",
    cases=(
        Case(
            "weights (2, 3), values (3, 4)",
            lambda: (torch.tensor([[0.5, 0.5, 0.0], [0.0, 0.25, 0.75]]), 4 * torch.arange(12.0).reshape(3, 4)),
        ),
        Case(
            "weights (1, 2), values (2, 5)",
            lambda: (torch.tensor([[0.25, 0.75]]), 8 * torch.arange(10.0).reshape(2, 5)),
        ),
        Case(
            "all sizes equal: weights (3, 3), values (3, 3)",
            lambda: (
                torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.25, 0.25, 0.5]]),
                torch.tensor([[8.0, 0.0, 4.0], [0.0, 16.0, 4.0], [0.0, 0.0, 12.0]]),
            ),
            edge=True,
        ),
        Case(
            "weights (1, 2), values (2, 3), both in float64",
            lambda: (
                torch.tensor([[0.5, 0.5]], dtype=torch.float64), torch.arange(6, dtype=torch.float64).reshape(2, 3),
            ),
            edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            _weights_transposed,
            "Your product has the weights transposed. Their rows belong to queries, and each output row needs one of "
            "them.",
            "Leave the weights as they are: (queries, keys) @ (keys, embed).",
        ),
        Mistake(
            _values_first,
            "Your product has the values on the left. It would mix features; attention mixes tokens.",
            "Put the weights on the left: (queries, keys) @ (keys, embed).",
        ),
        Mistake(
            _values_transposed,
            "Your product has the values transposed, so that it sums over features. The sum must run over the keys.",
            "Leave the values as they are: (queries, keys) @ (keys, embed).",
        ),
        Mistake(
            _entry_by_entry,
            "Your result is `weights * values`, entry by entry. Nothing is added up, so no token hears of another.",
            "Use a matrix product.",
        ),
        Mistake(
            _softmax_again,
            "Your weights went through softmax a second time, which pulls them towards equal shares.",
            "Use the weights as they come: they sum to 1 already.",
        ),
        Mistake(
            _most_wanted_only,
            "Your result takes the value of the largest weight and drops the others.",
            "Add up all values, each times its weight.",
        ),
        Mistake(
            _plain_mean,
            "Your result is the plain mean of the values. The weights never come in.",
            "Multiply each value by its weight before adding up.",
        ),
        Mistake(
            _divided_by_keys,
            "Your result is divided by the number of keys. The weights sum to 1, so the sum is an average already.",
            "Add up, and do not divide.",
        ),
        Mistake(
            _not_summed,
            "Your result holds weight times value for each pair of query and key, not yet added up.",
            "Sum over the keys.",
        ),
    ),
)
